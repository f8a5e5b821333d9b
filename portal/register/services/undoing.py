"""What the desk takes back within some days: an approval, a refusal, the end of a relation or of a post."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community import leaving
from portal.community.leaving import Hanging, Item, Leaving
from portal.community.models import (
    Appointment,
    Area,
    Method,
    Ownership,
    Person,
    RelationStatus,
    Residency,
    User,
)
from portal.community.places import neighbourhood_of
from portal.community.rules import rule, rule_once
from portal.community.selectors import accounts_of
from portal.duties.calendar import DAY, calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import day
from portal.record.services import key
from portal.register.events import ANSWER_TAKEN_BACK, RECORDED, REINSTATED
from portal.register.models import Replaced
from portal.register.permissions import APPOINTMENTS, RELATIONS, Tie
from portal.register.services import answers, telling, vacancies
from portal.register.services.voters import let_vote
from portal.register.states import LIFE, POST_LIFE, PostState, State

LATELY = 20
WAITS: dict[str, Any] = {
    "status": RelationStatus.REQUESTED,
    "method": Method.REQUEST,
    "verified_at": None,
    "verified_by": None,
    "shown": "",
    "reason": "",
}


@transaction.atomic
def undo_approval(user: User, kind: str, pk: int, reason: str) -> None:
    """Take back that a request was approved: it waits again, and what it replaced holds again. Whoever asked is told.

    What was done meanwhile stays. Raises NotPossible when undo.request_days are over, and for what was not verified
    by approving a request.
    """
    relation: Tie = RELATIONS[kind].take(user, pk, "undo_approval")
    _require_time(answer_stands_from(relation))
    if not was_approved(relation):
        raise NotPossible(_("This was not verified by approving a request. Please end it instead."))
    _wait_again(user, relation, reason)
    _restore_replaced(relation, by=user)


@transaction.atomic
def undo_refusal(user: User, kind: str, pk: int, reason: str) -> None:
    """Take back that a request was refused: it waits again, and whoever asked is told.

    Raises NotPossible when undo.request_days are over, or the person has asked again.
    """
    relation: Tie = RELATIONS[kind].take(user, pk, "undo_refusal")
    _require_time(answer_stands_from(relation))
    _require_alone(relation)
    _wait_again(user, relation, reason)


@transaction.atomic
def undo_end(user: User, kind: str, pk: int, reason: str) -> None:
    """Take back that the desk ended a relation: it holds on, as if it had never ended; a voter votes again.

    Raises NotPossible when undo.request_days are over, where somebody ended it otherwise, and in a retired dwelling.
    """
    relation: Tie = RELATIONS[kind].take(user, pk, "undo_end")
    if relation.dwelling.retired_on is not None:
        raise NotPossible(_("This dwelling was retired. Please bring it back first."))
    _require_time(ended_for_good_at(relation))
    if not was_ended_at_desk(relation):
        raise NotPossible(_("This was not ended at the desk. Please verify the person anew."))
    _require_alone(relation)
    votes = isinstance(relation, Ownership) and relation.is_voter
    # A dwelling has one voter at every moment; the database holds that.
    mine: dict[str, Any] = {"is_voter": False} if votes else {}
    advance(relation, State.VERIFIED, life=LIFE, until=None, reason="", ended_at=None, **mine)
    if votes and isinstance(relation, Ownership):
        let_vote(relation)
    telling.holds_again([relation], by=user)
    log(RECORDED[kind]["restored"], relation.dwelling.building, by=user)


@transaction.atomic
def reinstate(user: User, pk: int) -> Appointment:
    """Give a post back that was ended by mistake, with the days it had, and the deputies that ended with it.

    First contacts that went elsewhere by its end and are still there come back (`coming_back`). All concerned are told.
    Raises NotPossible when undo.post_days are over, where its own days have run out, the person holds it anew, or it
    stood in for a post that is not held.
    """
    held = APPOINTMENTS.take(user, pk, "reinstate")
    _require_time(post_ended_for_good_at(held))
    if held.dismissed_at is None:
        raise NotPossible(_("This post came to its end by itself. Please give it anew."))
    same = Appointment.objects.filter(person=held.person, post=held.post, area=held.area)
    if same.exclude(pk=held.pk).on(clock.today()).exists():
        raise NotPossible(_("This person holds this post already."))
    if held.dismissed_until is not None and held.dismissed_until <= clock.today():
        raise NotPossible(_("The days of this post have run out since. Please give it anew."))
    _require_room_for_deputy(held)
    deputies = list(_ended_along(held))
    back, handed = given_back(held, user)
    for one in [held, *deputies]:
        _stand_again(one)
    leaving.give_back(back, handed)
    vacancies.close_filled(neighbourhood_of(held.area), user)
    absent = held.deputy_for.person_id if held.deputy_for else None
    concerned = [
        held.person_id,
        absent,
        back.successor.pk if back.successor else None,
        *(one.person_id for one in deputies),
    ]
    told = accounts_of(*concerned).exclude(pk=user.pk)
    telling.of_post(REINSTATED, held, told, by=user, who=held.record_title)
    return held


def coming_back(held: Appointment, user: User) -> list[Hanging]:
    """What would come back with a post that was ended by hand: first contacts, and its deputies."""
    back, handed = given_back(held, user)
    deputies = [
        Item(one.record_title, _("stands in until %(day)s") % {"day": day(one.dismissed_until - DAY)})
        for one in _ended_along(held)
        if one.dismissed_until
    ]
    return leaving.returning(back, handed) + ([Hanging(_("Deputies"), deputies, 0)] if deputies else [])


def given_back(held: Appointment, user: User) -> tuple[Leaving, dict[str, list[int]]]:
    """The leaving that is taken back, with whoever took over as its successor, and what was handed over by it."""
    heir = Person.objects.filter(pk=held.handed_over.get("to")).first()
    return Leaving(held.person, held, by=user, successor=heir), held.handed_over.get("what", {})


def _ended_along(held: Appointment) -> QuerySet[Appointment]:
    """Its deputies that ended by the same press, and whose days are not over."""
    along = held.deputies.filter(dismissed_at=held.dismissed_at, dismissed_until__gt=clock.today())
    return along.select_related("person", "area").order_by("since", "pk")


def _stand_again(held: Appointment) -> None:
    stands: dict[str, Any] = {
        "until": held.dismissed_until,
        "dismissed_at": None,
        "dismissed_until": None,
        "handed_over": {},
    }
    advance(held, PostState.HELD, life=POST_LIFE, **stands)


def _require_room_for_deputy(held: Appointment) -> None:
    absent = held.deputy_for
    if absent is None or held.dismissed_until is None:
        return
    if absent.state != PostState.HELD:
        raise NotPossible(_("The post it stood in for is not held. Please give that one back first."))
    if absent.deputies.standing().filter(since__lt=held.dismissed_until, until__gt=held.since).exists():
        raise NotPossible(_("A deputy is named for some of these days already."))


def answered_lately(neighbourhood: Area) -> list[Tie]:
    """Requests whose answer can still be taken back, the latest first, at most LATELY of a kind; two queries."""
    days = rule("undo.request_days", neighbourhood)
    since = clock.end_of(clock.today() - (days + 1) * DAY)
    found: list[Tie] = [
        tie
        for model in (Residency, Ownership)
        for tie in model.objects.in_area(neighbourhood)
        .filter(method=Method.REQUEST, until=None, verified_at__gte=since, verified_by__isnull=False)
        .select_related("person", "dwelling__building")
        .order_by("-verified_at")[:LATELY]
    ]
    return sorted(found, key=lambda tie: tie.verified_at or since, reverse=True)


def ended_lately(neighbourhood: Area) -> QuerySet[Appointment]:
    """Posts that were ended by hand and can still be given back, the latest first, at most LATELY.

    Not deputies that ended with the post they stood in for: they come back with it.
    """
    return _ended(neighbourhood, Q(area__path__startswith=neighbourhood.path))[:LATELY]


def ended_of(area: Area) -> QuerySet[Appointment]:
    """The same of the posts of one area alone, however many."""
    return _ended(area, Q(area=area))


def _ended(area: Area, which: Q) -> QuerySet[Appointment]:
    days = rule("undo.post_days", area)
    since = clock.end_of(clock.today() - (days + 1) * DAY)
    ended = Appointment.objects.filter(which, dismissed_at__gte=since)
    along = Q(deputy_for__isnull=False, deputy_for__dismissed_at=F("dismissed_at"))
    return ended.exclude(along).select_related("person", "area").order_by("-dismissed_at")


def was_approved(relation: Tie) -> bool:
    """Whether it was verified by approving a request."""
    return relation.method == Method.REQUEST and relation.verified_by_id is not None


def can_undo_end(relation: Tie, since: date | None = None) -> bool:
    """Whether its end is one that can be taken back: made at the desk, from a day on, of a dwelling in use."""
    return relation.dwelling.retired_on is None and was_ended_at_desk(relation, since)


def was_ended_at_desk(relation: Tie, since: date | None = None) -> bool:
    """Whether the committee ended it, with its reason, from a day on."""
    if relation.until is None or not relation.reason:
        return False
    ended = clock.day_of(relation.ended_at) if relation.ended_at else relation.until
    return since is None or ended >= since


def ends_since(area: Area) -> date:
    """The first day whose ends can still be taken back."""
    return clock.today() - rule_once("undo.request_days", area) * DAY


def answer_stands_from(relation: Tie) -> datetime:
    """When an answer that was given, or is given now, can be taken back no more (rule undo.request_days)."""
    answered = relation.status != RelationStatus.REQUESTED
    return _days_after((relation.verified_at if answered else None) or clock.now(), relation)


def ended_for_good_at(relation: Tie) -> datetime:
    """The same of the end of a relation."""
    return _days_after(relation.ended_at or _noon(relation.until), relation)


def post_ended_for_good_at(held: Appointment) -> datetime:
    """When a post that was ended by hand, or is now, can be given back no more (rule undo.post_days)."""
    days = rule("undo.post_days", held.area)
    return calendar_days(held.dismissed_at or clock.now(), days).at


def _days_after(moment: datetime, relation: Tie) -> datetime:
    days = rule_once("undo.request_days", relation.dwelling.building)
    return calendar_days(moment, days).at


def _noon(day: date | None) -> datetime:
    return clock.now() if day is None else clock.at_time(day, 12)


def _require_time(until: datetime) -> None:
    if clock.now() >= until:
        raise NotPossible(_("The days in which this could be taken back are over."))


def _require_alone(relation: Tie) -> None:
    """Refuse where the person has another one of the kind at the dwelling by now."""
    same = type(relation).objects.filter(person=relation.person_id, dwelling=relation.dwelling_id, until=None)
    if same.exclude(pk=relation.pk).exclude(status=RelationStatus.REFUSED).exists():
        raise NotPossible(_("The person has asked again since, or is verified by now."))


def _wait_again(user: User, relation: Tie, reason: str) -> None:
    """The request waits, owed by its own date; whoever asked reads the reason, which is nobody else's business."""
    mine: dict[str, Any] = {"is_voter": True} if isinstance(relation, Ownership) else {}
    advance(relation, State.REQUESTED, life=LIFE, **WAITS, **mine)
    answers.open_duty(relation)
    notify(
        ANSWER_TAKEN_BACK,
        relation,
        accounts_of(relation.person_id),
        once_per=each_time(relation),
        url=answers.on_own_page(relation),
        reason=reason.strip(),
    )
    log(RECORDED[answers.kind_of(relation)]["reconsidered"], relation.dwelling.building, by=user)


def _restore_replaced(relation: Tie, *, by: User) -> None:
    standing = Ownership.objects.filter(dwelling=relation.dwelling, until=None, is_voter=True)
    others = standing.filter(status=RelationStatus.VERIFIED).exists()
    for replaced in Replaced.objects.filter(subject=key(relation)):
        titles = Ownership.objects.filter(pk__in=replaced.titles)
        titles.update(until=None, **({"is_voter": False} if others else {}))
        homes = Residency.objects.filter(pk__in=replaced.homes)
        homes.update(until=None)
        held = [ties.select_related("person", "dwelling__building") for ties in (titles, homes)]
        telling.holds_again([tie for ties in held for tie in ties], by=by)
        replaced.delete()
