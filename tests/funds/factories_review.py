"""Rounds under review for tests: checked applications, three reviewers, scores. Each step by the services."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from portal.community.models import Area, Post, User
from portal.funds.calls.freezing import freeze
from portal.funds.models import Application, Call, Reviewer
from portal.funds.review import services
from portal.funds.review.services import Given
from portal.funds.states import ApplicationState
from portal.kit import clock
from tests.factories import make_appointment, make_resident, person_of
from tests.funds.factories import lead_of, make_application, make_call, make_fund, make_source
from tests.worlds import kept


@dataclass
class Reviewing:
    """A round whose window is over; its applications, and three reviewers of whom the first is a delegate."""

    here: Area
    call: Call
    worker: User
    director: User
    resident: User
    applications: list[Application]
    reviewers: list[User] = field(default_factory=list)

    @property
    def pk(self) -> int:
        """The key of the round."""
        return self.call.pk

    def reviewer(self, n: int) -> Reviewer:
        """The row of one of the reviewers."""
        return Reviewer.objects.get(call=self.call, person=self.reviewers[n].person_id)

    def application(self, n: int) -> Application:
        """One of the applications as the database has it."""
        return Application.objects.select_related("call__fund__neighbourhood").get(pk=self.applications[n].pk)

    def lead(self, n: int) -> User:
        """Who applied with it."""
        return lead_of(self.applications[n])


@kept
def make_handed_in() -> Reviewing:
    """A round whose window ended an hour ago, with three applications that nobody checked yet."""
    funding = make_fund()
    make_source(funding)
    call = make_call(funding)
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now() - timedelta(hours=1))
    call.refresh_from_db()
    made = [
        make_application(call, title=f"项目{n}", lead=make_resident(within=funding.here)) for n in range(3)
    ]
    freeze(call)
    reviewers = [make_resident(within=funding.here) for _n in range(3)]
    make_appointment(person_of(reviewers[0]), Post.DELEGATE, funding.here)
    return Reviewing(funding.here, call, funding.worker, funding.director, funding.resident, made, reviewers)


@kept
def make_checked() -> Reviewing:
    """The same under review, every application checked, three reviewers named."""
    world = make_handed_in()
    services.begin_review(world.worker, world.pk)
    for n, user in enumerate(world.reviewers):
        services.name_reviewer(world.worker, world.pk, person_of(user), n == 0, "" if n == 0 else "会计")
    for application in world.applications:
        services.judge_eligible(world.worker, application.pk)
        services.confirm_need(world.worker, application.pk, "入户问过。")
    return world


@kept
def make_scoring() -> Reviewing:
    """The same handed to the reviewers, who said to have no ties."""
    world = make_checked()
    services.hand_to_reviewers(world.worker, world.pk)
    for n in range(3):
        services.declare(world.reviewers[n], world.reviewer(n).pk)
    return world


@kept
def make_scored() -> Reviewing:
    """All scores are in: the first application has the most points, each after it one less of each criterion."""
    world = make_scoring()
    for user in world.reviewers:
        for n, application in enumerate(world.applications):
            score(world, user, application, 9 - n)
    return world


@kept
def make_on_notice() -> Reviewing:
    """The two best stand on public notice since today; the third is not chosen."""
    world = make_scored()
    services.shortlist(world.worker, world.pk, [one.pk for one in world.applications[:2]])
    services.post_notice(world.worker, world.pk)
    world.call.refresh_from_db()
    return world


def score(world: Reviewing, user: User, application: Application, points: int, why: str = "看过了") -> None:
    """Hand in the same points for every criterion."""
    given = {one.key: Given(points, why) for one in world.call.criteria.all()}
    services.hand_in_scores(user, application.pk, given)


def after_notice(world: Reviewing) -> AbstractContextManager[None]:
    """The clock after the public notice."""
    call = Call.objects.get(pk=world.pk)
    assert call.notice_until is not None
    return clock.at(call.notice_until + timedelta(minutes=1))


def state(world: Reviewing, n: int) -> ApplicationState:
    """How one of the applications stands."""
    return ApplicationState(world.application(n).state)
