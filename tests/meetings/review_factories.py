"""Reviews for tests, walked through the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.community.models import Area, Post, User
from portal.kit import clock
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Mark, Review, Reviewed
from portal.meetings.reviews.services import following, planning, sessions
from portal.meetings.states.review import ReviewState as R
from portal.voting import services as voting
from tests import factories
from tests.worlds import kept, stage

# Monday, 9:00 in Shanghai. The review is held on the Thursday of the next week, 14:00.
PLANNED_AT = clock.at_time(date(2026, 11, 16), 9)
HELD_AT = clock.at_time(date(2026, 11, 26), 14)
CHOICES = ("o1", "o1", "o1", "o2", "o2", "o3")


@dataclass
class Scene:
    """A neighbourhood with a review, the people around it, and the moment at which it stands."""

    here: Area
    director: User
    worker: User
    oversight: User
    property: User
    delegates: list[User]
    now: datetime = PLANNED_AT
    review: Review = field(init=False)

    @property
    def pk(self) -> int:
        """The review's key."""
        return self.review.pk

    def fresh(self) -> Review:
        """The review as the database has it."""
        return Review.objects.get(pk=self.review.pk)


@stage
def make_scene(delegates: int = 6) -> Scene:
    """A neighbourhood with its committee, an oversight member, a property manager and delegates; no review yet."""
    with clock.at(PLANNED_AT):
        here = factories.make_neighbourhood()

        def holding(post: Post) -> User:
            return factories.make_user(post=post, neighbourhood=here)

        return Scene(
            here=here,
            director=holding(Post.DIRECTOR),
            worker=holding(Post.WORKER),
            oversight=holding(Post.OVERSIGHT),
            property=holding(Post.PROPERTY),
            delegates=[holding(Post.DELEGATE) for _ in range(delegates)],
        )


def plan(scene: Scene, reviewed: Reviewed = Reviewed.PROPERTY, name: str = "康宁物业") -> None:
    """Plan a review, chaired by the oversight member."""
    scene.review = planning.plan_review(
        scene.worker,
        scene.here.slug,
        title=f"{name}评议会",
        reviewed=reviewed,
        name=name,
        chair=factories.person_of(scene.oversight),
    )


def invitation(**changes: object) -> planning.Invitation:
    """A sound invitation, with changes."""
    given = {
        "place": "二楼会议室",
        "starts_at": HELD_AT,
        "agenda": "一、述职\n二、提问\n三、测评",
        "notice_days": 7,
    }
    return planning.Invitation(**{**given, **changes})  # type: ignore[arg-type]


def announce(scene: Scene, **changes: object) -> None:
    """Announce it for HELD_AT."""
    announce_by(scene, scene.worker, **changes)


def announce_by(scene: Scene, user: User, **changes: object) -> None:
    """Somebody of the committee announces it for HELD_AT."""
    planning.announce(user, scene.pk, invitation(**changes))


def report(scene: Scene) -> None:
    """The property manager reports."""
    planning.report(scene.property, scene.pk, text="一年来的工作：电梯维保 24 次。")


def check(scene: Scene) -> None:
    """The oversight member checks; then the day comes."""
    planning.check(scene.oversight, scene.pk, remarks="维保记录属实，收费公示不全。")
    scene.now = HELD_AT


def attend(scene: Scene, count: int | None = None) -> None:
    """Note the first `count` delegates (default: all) as present."""
    people = [factories.person_of(user).pk for user in scene.delegates[:count]]
    members = scene.fresh().participants.filter(person__in=people)
    sessions.take_attendance(scene.worker, scene.pk, present=[member.pk for member in members])


def begin(scene: Scene) -> None:
    """All are here."""
    attend(scene)
    sessions.begin(scene.worker, scene.pk)


def ballot(scene: Scene) -> None:
    """Half an hour for the ballot."""
    sessions.open_ballot(scene.worker, scene.pk, minutes=30)


def vote(scene: Scene, *choices: str) -> None:
    """The delegates vote, in their order; the ballot ends, is counted, and the review goes on by it."""
    cast(scene, *choices)
    with clock.at(scene.now):
        sessions.settle(scene.pk)


def cast(scene: Scene, *choices: str) -> None:
    """The delegates vote, in their order; the ballot ends and is counted."""
    held = scene.fresh().vote
    assert held is not None
    for user, choice in zip(scene.delegates, choices or CHOICES, strict=False):
        voting.cast_open(user, held.pk, choice)
    scene.now += timedelta(minutes=31)
    with clock.at(scene.now):
        voting.end_votes()
        voting.count(held.pk)


def draft(scene: Scene) -> None:
    """Minutes without views."""
    views = {member.pk: minutes.View() for member in minutes.came(scene.fresh())}
    minutes.draft_minutes(scene.worker, scene.pk, text="会议记录", views=views)


def sign(scene: Scene) -> None:
    """All confirm, the minutes are closed."""
    for user in scene.delegates:
        minutes.mark_minutes(user, scene.pk, mark=Mark.SIGNED)
    minutes.sign_minutes(scene.worker, scene.pk)


def file_plan(scene: Scene) -> None:
    """A plan of two measures."""
    day = clock.day_of(scene.now)
    following.file_plan(
        scene.property,
        scene.pk,
        targets="收费全部公示",
        head="李经理",
        listener="前台小周",
        measures=[("公示停车收费", day + timedelta(days=20)), ("每月接待日", day + timedelta(days=40))],
    )


def measures(scene: Scene) -> None:
    """Both measures are reported."""
    for measure in scene.fresh().measures.standing():
        following.measure_done(scene.property, scene.pk, measure=measure.pk, note="已办")


STRAIGHT = [
    (R.PLANNED, plan),
    (R.ANNOUNCED, announce),
    (R.SELF_REPORT_IN, report),
    (R.CHECKED, check),
    (R.IN_SESSION, begin),
    (R.BALLOTING, ballot),
    (R.COUNTED, vote),
    (R.RESULT_PUBLISHED, lambda scene: sessions.publish(scene.worker, scene.pk)),
    (R.MINUTES_DRAFT, draft),
    (R.MINUTES_SIGNED, sign),
    (
        R.OPINION_SENT,
        lambda scene: following.send_opinion(
            scene.worker, scene.pk, opinion="收费要公示清楚", asks_plan=True
        ),
    ),
    (R.PLAN_DUE, lambda scene: following.receive(scene.property, scene.pk)),
    (R.PLAN_FILED, file_plan),
    (R.RECTIFYING, lambda scene: following.accept_plan(scene.oversight, scene.pk)),
    (
        R.RE_CHECKED,
        lambda scene: (
            measures(scene),
            following.re_check(scene.oversight, scene.pk, found="已公示"),
        ),
    ),
    (R.CLOSED, lambda scene: following.close(scene.worker, scene.pk)),
]


@stage
def review_at(state: R) -> Scene:
    """A scene whose review was brought to a state by the services; `scene.now` is when it got there."""
    place = [reached for reached, _step in STRAIGHT].index(state)
    scene = review_at(STRAIGHT[place - 1][0]) if place else make_scene()
    with clock.at(scene.now):
        STRAIGHT[place][1](scene)
    assert scene.fresh().state == state
    return scene


@kept
def make_review(state: R = R.PLANNED, *, here: Area | None = None, **fields: object) -> Review:
    """A bare review in a state, without what the services would have left behind."""
    here = here or factories.make_neighbourhood()
    chair = factories.make_person()
    given: dict[str, object] = {
        "neighbourhood": here,
        "area": here,
        "title": "物业评议会",
        "reviewed": Reviewed.PROPERTY,
        "reviewed_name": "康宁物业",
        "called_by": chair,
        "chair": chair,
        "quorum": [2, 3],
        "state": state,
    }
    return Review.objects.create(**{**given, **fields})
