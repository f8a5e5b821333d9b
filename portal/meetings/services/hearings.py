"""A hearing up to its day: planned, its panel named, announced, its list published; put off or cancelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM
from portal.actions.events import announce as announce_event
from portal.community.models import Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.duties import calendar
from portal.duties import services as duties
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.meetings import events, hooks, rules
from portal.meetings.models import Hearing, Participant
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import affected, delegates, neighbours_by_key, running_about, taking_part
from portal.meetings.services.papers import add_papers
from portal.meetings.services.transitions import (
    after_meeting,
    call_off,
    iso,
    open_next_duty,
    require_ready,
    step,
    when_and_where,
)
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.lots import RUNNING
from portal.search import services as search


@dataclass(frozen=True)
class Invitation:
    """What a hearing is announced with. `starts_at` is aware; `notice_days` calendar days, by rule if None.

    `papers` are added to those already there; `posted_at` says where the notice hangs on paper, `bring` what whoever
    comes should bring; `registers`: registration opens at once; `registers_at`: by itself at that moment instead.
    """

    place: str
    starts_at: datetime
    agenda: str
    seats: int
    notice_days: int | None = None
    papers: Sequence[UploadedFile[Any]] = ()
    posted_at: str = ""
    bring: str = ""
    registers: bool = False
    registers_at: datetime | None = None


@transaction.atomic
def plan_hearing(
    user: User,
    about: str,
    *,
    title: str,
    plan_owner: str,
    chair: Person,
    decision_maker: Post | str,
    plan_person: Person | None = None,
) -> Hearing:
    """Plan a hearing about a thing, by its key (`topic:12`), and take that to its hearing.

    `plan_owner` is who explains the plan, in the public's words, `plan_person` that person where known here.
    `decision_maker` is the post that will owe the answer. The quorum is copied from its rule (domain 2.2).
    """
    subject = hooks.to_call(user, about, lock=True)
    subject.require_callable()
    here = subject.neighbourhood
    if running_about(about).exclude(state=H.ANSWERED).exists():
        raise NotPossible(_("A hearing on this topic is still under way. Finish or cancel it first."))
    _check_chair(chair.pk, plan_person.pk if plan_person else None)
    if not holders(decision_maker, here):
        raise NotPossible(
            _("Nobody holds that post here, so nobody could answer. Choose another decision-maker.")
        )
    subject.called(user)
    hearing = Hearing.objects.create(
        neighbourhood=here,
        area=subject.area,
        subject=about,
        subject_number=subject.number,
        subject_title=subject.title,
        title=title,
        called_by=person_of(user),
        chair=chair,
        plan_owner=plan_owner,
        plan_person=plan_person,
        decision_maker=decision_maker,
        quorum=rule("hearing.quorum", here),
    )
    search.index(hearing)
    announce_event(events.PLANNED, hearing, by=user, data=_planned(hearing))
    open_next_duty(hearing)
    return hearing


@transaction.atomic
def set_panel(user: User, pk: int, *, members: Sequence[tuple[int, str]], groups: Sequence[str]) -> Hearing:
    """Name the panel: `members` are (person's key, the group spoken for), `groups` all that are affected.

    Each affected group has a seat; every delegate lives or owns in the neighbourhood; nobody sits twice.
    """
    hearing = HEARINGS.take(user, pk, "set_panel")
    require_no_draw(hearing)
    return seat_panel(user, hearing, members, groups)


def require_no_draw(hearing: Hearing) -> None:
    """Refuse to name a panel that is being drawn by lot."""
    if hearing.draws.filter(state__in=RUNNING).exists():
        raise NotPossible(
            _("This panel is drawn by lot. Call the draw off first to name the delegates by hand.")
        )


def seat_panel(
    user: User, hearing: Hearing, members: Sequence[tuple[int, str]], groups: Sequence[str]
) -> Hearing:
    """Seat the delegates of a locked hearing that has no panel yet, named or drawn. Raises NotPossible."""
    _check_panel(hearing, members, groups)
    Participant.objects.bulk_create(
        Participant(meeting=hearing, person_id=person, group=group) for person, group in members
    )
    step(hearing, H.PANEL_SET, by=user)
    seats = dict(Counter(group for _person, group in members))
    announce_event(events.PANEL_SET, hearing, by=user, to=delegates(hearing), data={"seats": seats})
    return hearing


@transaction.atomic
def announce(user: User, pk: int, invitation: Invitation) -> Hearing:
    """Announce the hearing by a public notice; it begins when the notice is over, not before.

    Announced again after a postponement, it has a new notice. Registration opens at once, or by its date, where the
    invitation says so.
    """
    hearing = HEARINGS.take(user, pk, "announce")
    require_ready(hearing)
    until = calendar.calendar_days(clock.now(), _notice_days(hearing, invitation.notice_days)).at
    _check_date(invitation.starts_at, until)
    _check_seats(hearing, invitation.seats)
    _check_registration(invitation)
    add_papers(user, hearing, invitation.papers)
    step(
        hearing,
        H.ANNOUNCED,
        by=user,
        place=invitation.place,
        starts_at=invitation.starts_at,
        was_at=None,
        bring=invitation.bring,
        agenda=invitation.agenda,
        seats=invitation.seats,
        registers_at=invitation.registers_at,
        reason="",
        notice=_post(hearing, invitation, until),
    )
    when, told = when_and_where(hearing), affected(hearing) | delegates(hearing)
    data = {**when, "notice_until": iso(until), "seats": hearing.seats}
    announce_event(events.ANNOUNCED, hearing, by=user, to=told, data=data, **when)
    if invitation.registers_at is not None:
        # Nobody owes what the clock does.
        duties.drop(hearing, "hearing.open_registration")
        return hearing
    return open_registration(user, pk) if invitation.registers else hearing


@transaction.atomic
def open_registration(user: User, pk: int) -> Hearing:
    """Let neighbours take the observers' seats."""
    return _open(HEARINGS.take(user, pk, "open_registration"), user)


def open_due() -> int:
    """Open registration of the hearings whose date for that has come. Returns how many; safe twice at once."""
    due = Hearing.objects.filter(state=H.ANNOUNCED, registers_at__lte=clock.now())
    return sum(_open_by_date(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _open_by_date(pk: int) -> bool:
    """Not where it moved on meanwhile; where its topic does not allow it now, the committee owes it again."""
    hearing = Hearing.objects.select_for_update(of=("self",)).get(pk=pk)
    if hearing.state != H.ANNOUNCED:
        return False
    try:
        require_ready(hearing)
    except NotPossible:
        open_next_duty(hearing)
        return False
    _open(hearing, None)
    return True


def _open(hearing: Hearing, by: User | None) -> Hearing:
    require_ready(hearing)
    step(hearing, H.REGISTRATION, by=by)
    seats = {"seats": hearing.seats}
    announce_event(events.REGISTRATION, hearing, by=by or SYSTEM, to=affected(hearing), data=seats)
    return hearing


@transaction.atomic
def confirm_list(user: User, pk: int) -> Hearing:
    """Close registration and publish who takes part."""
    hearing = HEARINGS.take(user, pk, "confirm_list")
    speakers = hearing.registrations.filter(wants_to_speak=True).count()
    counts = {
        "panel": hearing.participants.sitting().count(),
        "registered": hearing.registrations.count(),
        "speakers": speakers,
    }
    step(hearing, H.CONFIRMED, by=user)
    when, told = when_and_where(hearing), taking_part(hearing)
    announce_event(events.CONFIRMED, hearing, by=user, to=told, data=counts, **when)
    return hearing


@transaction.atomic
def postpone(user: User, pk: int, *, reason: str) -> Hearing:
    """Put the hearing off. It has no date until it is announced again, by a new notice; seats stay taken."""
    hearing = HEARINGS.take(user, pk, "postpone")
    data = {"reason": reason, "was": iso(hearing.starts_at)}
    step(hearing, H.POSTPONED, by=user, starts_at=None, was_at=hearing.starts_at, reason=reason)
    told = affected(hearing) | taking_part(hearing)
    announce_event(events.POSTPONED, hearing, by=user, to=told, data=data, reason=reason)
    return hearing


@transaction.atomic
def cancel(user: User, pk: int, *, reason: str) -> Hearing:
    """Give the hearing up, with a published reason. Nobody owes anything about it any more."""
    hearing = HEARINGS.take(user, pk, "cancel")
    call_off(hearing, by=user, reason=reason)
    after_meeting(hearing)
    told = delegates(hearing) if hearing.notice_id is None else affected(hearing) | taking_part(hearing)
    announce_event(events.CANCELLED, hearing, by=user, to=told, data={"reason": reason}, reason=reason)
    return hearing


def _post(hearing: Hearing, invitation: Invitation, until: datetime) -> PublicNotice:
    return duties.post_notice(
        hearing,
        "hearing",
        neighbourhood=hearing.neighbourhood,
        title=hearing.title,
        body=invitation.agenda,
        url=hearing.get_absolute_url(),
        ends_at=until,
        places=invitation.posted_at,
    )


def _planned(hearing: Hearing) -> dict[str, str]:
    kind = hearing.subject.partition(":")[0]
    return {kind: hearing.subject_number, "decision_maker": str(hearing.decision_maker)}


def _check_panel(hearing: Hearing, members: Sequence[tuple[int, str]], groups: Sequence[str]) -> None:
    people = [person for person, _group in members]
    least = rule("hearing.panel_minimum", hearing.neighbourhood)
    _check_chair(hearing.chair_id, hearing.plan_person_id)
    if len(people) < least:
        raise NotPossible(_("A panel has at least %(n)d members. Please name more.") % {"n": least})
    if len(set(people)) < len(people):
        raise NotPossible(_("Somebody stands twice on the panel. Each member has one seat."))
    if not groups:
        raise NotPossible(_("Please name the groups that are affected."))
    if missing := rules.unheard(groups, [group for _person, group in members]):
        raise NotPossible(
            _("Nobody speaks for: %(groups)s. Each affected group needs a seat.")
            % {"groups": "、".join(missing)}
        )
    if hearing.plan_person_id in people:
        raise NotPossible(_("Whoever presents the plan cannot sit on the panel that judges it."))
    if neighbours_by_key(hearing.neighbourhood, people) != set(people):
        raise NotPossible(_("Every member of the panel must live or own in this neighbourhood."))


def _check_chair(chair: int, plan_person: int | None) -> None:
    if chair == plan_person:
        raise NotPossible(_("Whoever presents the plan cannot chair the hearing. Name another chair."))


def _notice_days(hearing: Hearing, wanted: int | None) -> int:
    days = rule("hearing.notice_days", hearing.neighbourhood)
    if wanted is not None and wanted < days["minimum"]:
        raise NotPossible(_("A hearing is announced for at least %(n)d days.") % {"n": days["minimum"]})
    return int(days["default"] if wanted is None else wanted)


def _check_date(starts_at: datetime, notice_until: datetime) -> None:
    if starts_at < notice_until:
        raise NotPossible(
            _("The notice runs until %(until)s. Choose a later time, or a shorter notice.")
            % {"until": deadline(notice_until)}
        )


def _check_registration(invitation: Invitation) -> None:
    if invitation.registers_at is not None and invitation.registers_at >= invitation.starts_at:
        raise NotPossible(_("Registration would open only when the hearing begins. Choose an earlier time."))


def _check_seats(hearing: Hearing, seats: int) -> None:
    highest = hearing.registrations.aggregate(highest=Max("seat"))["highest"] or 0
    if seats < highest:
        raise NotPossible(_("Seat %(n)d is taken already. Offer at least as many seats.") % {"n": highest})
