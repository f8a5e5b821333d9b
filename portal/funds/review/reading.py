"""What the pages of a review show, and to whom: no score before all are in, nothing of a tie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.actions.actions import Offer, offers
from portal.community.models import Visitor
from portal.duties.models import Duty
from portal.duties.next_step import NextStep, next_owed
from portal.duties.services import who_owes
from portal.funds.applying.people import full_names
from portal.funds.models import Application, Call, Objection, Review, Reviewer
from portal.funds.permissions import OFFICE
from portal.funds.review import ranking, selectors
from portal.funds.review.actions import ACTIONS, CALL_ACTIONS, OBJECTION_ACTIONS, REVIEWER_ACTIONS
from portal.funds.review.permissions import APPLICATIONS, CALLS, OBJECTIONS, REVIEWERS, towards_call
from portal.funds.states import ApplicationState, CallState, ObjectionState
from portal.record.services import key

A = ApplicationState
OBJECTION_RELATED = ("application__call__fund__neighbourhood",)


@dataclass(frozen=True)
class Row:
    """An application in the list of a review: who leads it, by name and flat, who owes what about it by when."""

    application: Application
    lead: str
    duty: Duty | None
    who: str


@dataclass(frozen=True)
class Bench:
    """A reviewer as the office sees one: by name and flat, how many scores are in, without any of them."""

    reviewer: Reviewer
    name: str
    done: int
    of: int
    ties: int
    offers: list[Offer]


def on_call(request: HttpRequest, call: Call) -> list[Offer]:
    """What can be done in the course of the review of a round."""
    return offers(request, CALLS, CALL_ACTIONS, call, "funds:review_act")


def on_project(request: HttpRequest, application: Application) -> list[Offer]:
    """What can be done about one application; to object stands with the public notice (`notice_panel`).

    First of all the answer to the oldest objection that waits, in front of whoever owes it.
    """
    found = offers(request, APPLICATIONS, ACTIONS, application, "funds:review_application_act")
    owed = [offer for _one, offer in answers(request, application.objections.all())][:1]
    return [*owed, *(offer for offer in found if offer.name != "object")]


def answers(request: HttpRequest, objections: QuerySet[Objection]) -> list[tuple[Objection, Offer]]:
    """The answers that this reader owes to some objections, the oldest first."""
    waiting = objections.filter(state=ObjectionState.RAISED).select_related(*OBJECTION_RELATED)
    return [(one, offer) for one in waiting for offer in _offers_on(request, one) if offer.main]


def is_office(user: Visitor, call: Call) -> bool:
    """Whether somebody looks after the review: not who applies or has a tie in it."""
    return not towards_call(user, call).isdisjoint(OFFICE)


def readable_ranking(user: Visitor, call: Call) -> list[ranking.Ranked]:
    """The ranking as far as this reader may read it: from the notice on all; before, the office and reviewers."""
    if selectors.is_public(call) or not CALLS.may(user, "follow", call) or not selectors.all_in(call):
        return public_ranking(call)
    seen = Application.objects.visible_to(user).filter(call=call).order_by().values_list("pk", flat=True)
    return ranking.of(call, seen)


def public_ranking(call: Call) -> list[ranking.Ranked]:
    """The ranking that everybody reads: as it is, or while a round is back under review as it stood on the notice."""
    if selectors.is_public(call):
        return ranking.of(call)
    return ranking.published(call) if selectors.reopened(call) else []


def rows(user: Visitor, call: Call) -> list[Row]:
    """The applications of a round that one of its office may know of, each with what is owed. Six queries."""
    seen = Application.objects.visible_to(user).order_by().values("pk")
    there = list(selectors.handed_in(call).filter(pk__in=seen).select_related("lead").order_by("number"))
    found = {key(one): one for one in there}
    owed = (
        Duty.objects.active().filter(subject__in=found).select_related("person", "area").order_by("-due_at")
    )
    nearest = {duty.subject: duty for duty in owed}
    who = who_owes(nearest.values())
    leads = full_names([one.lead for one in there], call)
    return [
        Row(one, leads[one.lead_id], nearest.get(name), who[nearest[name].pk] if name in nearest else "")
        for name, one in found.items()
    ]


def bench_of(request: HttpRequest, call: Call) -> list[Bench]:
    """Who reviews a round, with how many scores are in."""
    counted: dict[int, list[int]] = {}
    reviews = Review.objects.standing().filter(application__call=call)
    for pk, at in reviews.values_list("reviewer", "handed_in_at"):
        pair = counted.setdefault(pk, [0, 0])
        pair[0] += at is not None
        pair[1] += 1
    rows = call.reviewers.select_related("person").prefetch_related("conflicts").order_by("ended_at", "pk")
    found = list(rows)
    names = full_names([one.person for one in found], call)
    made = []
    for reviewer in found:
        reviewer.call = call
        done, of = counted.get(reviewer.pk, [0, 0])
        offered = offers(request, REVIEWERS, REVIEWER_ACTIONS, reviewer, "funds:reviewer_act")
        made.append(
            Bench(reviewer, names[reviewer.person_id], done, of, len(reviewer.conflicts.all()), offered)
        )
    return made


def own_part(request: HttpRequest, call: Call) -> dict[str, Any] | None:
    """What a reviewer has to do: ties first, then one application after the other."""
    person = getattr(request.user, "person_id", None)
    own = (
        call.reviewers.filter(person=person, ended_at=None).select_related("person").first()
        if person
        else None
    )
    if own is None:
        return None
    own.call = call
    standing = Review.objects.standing().filter(reviewer=own).select_related("application")
    reviews = list(standing.order_by("application__number")) if own.no_ties_at else []
    due = Duty.objects.active().about(key(own)).first()
    over = selectors.all_in(call)
    return {
        "reviewer": own,
        "reviews": reviews,
        # Which of them can still be scored otherwise.
        "changes": [one.pk for one in reviews if one.application.state == A.REVIEWING and not over],
        "done": sum(1 for one in reviews if one.handed_in_at),
        "next": selectors.next_to_score(own) if own.no_ties_at else None,
        "due": due,
        "offers": offers(request, REVIEWERS, REVIEWER_ACTIONS, own, "funds:reviewer_act"),
    }


def next_step(call: Call) -> NextStep | None:
    """What the round waits for, of the office."""
    return next_owed([key(call)])


def call_panel(request: HttpRequest, call: Call) -> Mapping[str, Any] | None:
    """On the page of a round: how far the review is; from the notice on the ranking, and until when one can object."""
    if call.state in {CallState.DRAFT, CallState.CANCELLED}:
        return None
    follows = CALLS.may(request.user, "follow", call)
    if not follows and not selectors.is_public(call) and call.state != CallState.REVIEWING:
        return None
    reviews = Review.objects.standing().filter(application__call=call)
    return {
        "call": call,
        "follows": follows,
        "ranked": public_ranking(call),
        "again": selectors.reopened(call),
        "runs": selectors.notice_runs(call),
        "step": next_step(call),
        "of": reviews.count(),
        "done": reviews.filter(handed_in_at__isnull=False).count(),
    }


def notice_panel(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """On top of a project's page while its public notice runs: until when, and the way to object."""
    if not application.is_public or not selectors.notice_runs(application.call):
        return None
    found = offers(request, APPLICATIONS, ACTIONS, application, "funds:review_application_act")
    return {
        "until": application.call.notice_until,
        "chosen": application.state == A.ON_NOTICE,
        "offers": [offer for offer in found if offer.name == "object"],
        "address": application.get_absolute_url(),
    }


def project_panel(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """On the page of a project: its scores with their reasons once they may be read, objections with their answers."""
    call = application.call
    public = call.state in selectors.OPEN_BOOK and application.is_public
    follows = not CALLS.needs["follow"].roles.isdisjoint(APPLICATIONS.roles(request.user, application))
    early = follows and application.state in selectors.RANKED and selectors.all_in(call)
    again = selectors.reopened(call) and application.is_public and not early
    sheets = ranking.sheets_of(application) if public or early else []
    if again:
        sheets = ranking.published_sheets(application)
    objections = (
        [(one, _offers_on(request, one)) for one in _objections(application)] if application.is_public else []
    )
    if not sheets and not objections and not application.need_note:
        return None
    return {
        "row": ranking.Ranked(application, sheets) if sheets else None,
        "objections": objections,
        "again": application.is_public and application.state in {A.REVIEWING, A.SHORTLISTED},
        "note": application.need_note if follows or public or again else "",
    }


def _objections(application: Application) -> list[Objection]:
    return list(application.objections.select_related(*OBJECTION_RELATED))


def _offers_on(request: HttpRequest, objection: Objection) -> list[Offer]:
    return offers(request, OBJECTIONS, OBJECTION_ACTIONS, objection, "funds:objection_act")
