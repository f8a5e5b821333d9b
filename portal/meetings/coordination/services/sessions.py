"""The talks: points and date in writing a week before, every party there, another day, and ending by a party."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS, SIDES
from portal.meetings.coordination.selectors import accounts, chosen_of, parties, party_of
from portal.meetings.coordination.services.endings import end
from portal.meetings.live.services import presence
from portal.meetings.models import Coordination, Participant, Party
from portal.meetings.services.attending import mark_round, require_hour
from portal.meetings.services.transitions import iso, open_next_duty, step
from portal.meetings.states.coordination import CoordinationState as C


@transaction.atomic
def notify(user: User, pk: int, *, points: str, starts_at: datetime, place: str) -> Coordination:
    """Give the parties the points to settle in writing, and the date: a week ahead unless every party waives it.

    Raises NotPossible for an earlier date.
    """
    meeting = COORDINATIONS.take(user, pk, "notify")
    _check_notice(meeting, starts_at)
    date = {"points": points, "points_at": clock.now(), "starts_at": starts_at, "place": place}
    step(meeting, C.NOTIFIED, by=user, **date)
    _invite(meeting)
    return meeting


@transaction.atomic
def reschedule(user: User, pk: int, *, starts_at: datetime, place: str, reason: str) -> Coordination:
    """Another date before the talks began; the parties are invited anew. Raises NotPossible as `notify` does."""
    meeting = COORDINATIONS.take(user, pk, "reschedule")
    _check_notice(meeting, starts_at)
    meeting.starts_at, meeting.place, meeting.reason = starts_at, place, reason
    meeting.save(update_fields=["starts_at", "place", "reason"])
    duties.drop(meeting, meeting.course.owed[C.NOTIFIED])
    open_next_duty(meeting)
    _invite(meeting)
    return meeting


@transaction.atomic
def begin(user: User, pk: int, *, present: Collection[int]) -> Coordination:
    """Open the talks: every party is there itself or by its agent, with its identity seen. No party, no meeting.

    `present`: keys of participants. Raises NotPossible before the hour, and for a party that is missing.
    """
    meeting = COORDINATIONS.take(user, pk, "begin")
    here, sides = set(present), parties(meeting)
    require_hour(meeting)
    _check_present(sides, here)
    seats = list(meeting.participants.sitting().filter(part__in=SIDES, pk__in=here))
    for seat in seats:
        mark_round(seat, meeting.round, here=True)
    Participant.objects.bulk_update(seats, ["attended_at", "rounds"])
    presence.listed(meeting, here, by=user)
    return step(meeting, C.IN_SESSION, by=user)


@transaction.atomic
def adjourn(user: User, pk: int, *, starts_at: datetime, place: str, reason: str) -> Coordination:
    """Go on another day: to find something out, or because a party had to leave; `reason` says which.

    The day was settled at the table, so that no week's notice is asked for.
    """
    meeting = COORDINATIONS.take(user, pk, "adjourn")
    _check_ahead(starts_at)
    date = {"starts_at": starts_at, "place": place, "reason": reason}
    step(meeting, C.NOTIFIED, by=user, round=meeting.round + 1, **date)
    _invite(meeting)
    return meeting


@transaction.atomic
def stop(user: User, pk: int, *, reason: str) -> Coordination:
    """A party ends it; its reason may stay empty (《人民调解法》第23条). All are told, and of the other routes."""
    meeting = COORDINATIONS.take(user, pk, "stop")
    if party_of(meeting, user.person_id) is None:
        raise NotPossible(_("Only a party ends it."))
    return _stop(meeting, reason, user)


@transaction.atomic
def stop_for(user: User, pk: int, *, party: int, reason: str) -> Coordination:
    """Note that a party ended it: by word of mouth, on paper, or by leaving the talks."""
    meeting = COORDINATIONS.take(user, pk, "stop_for")
    chosen_of(meeting, [party])
    return _stop(meeting, reason, user)


def _stop(meeting: Coordination, reason: str, user: User) -> Coordination:
    # Before its day it is called off: calendars show it so, and nobody is reminded.
    ahead = meeting.state in meeting.course.ahead
    stood = {"cancelled_at": clock.now(), "cancelled_from": meeting.state} if ahead else {}
    end(meeting, C.STOPPED, by=user, reason=reason, **stood)
    announce(events.STOPPED, meeting, to=accounts(meeting, but=user))
    return meeting


def _invite(meeting: Coordination) -> None:
    starts_at = iso(meeting.starts_at)
    announce(events.INVITED, meeting, to=accounts(meeting), starts_at=starts_at, place=meeting.place)


def notice_waived(meeting: Coordination) -> bool:
    """Whether every party does without the week's notice."""
    return not meeting.parties.filter(waives=False).exists()


def earliest(meeting: Coordination) -> datetime:
    """The earliest moment at which the talks can begin that are announced now."""
    if notice_waived(meeting):
        return clock.now()
    return clock.now() + timedelta(days=rule("coordination.notice_days", meeting.neighbourhood))


def _check_notice(meeting: Coordination, starts_at: datetime) -> None:
    _check_ahead(starts_at)
    if starts_at < earliest(meeting):
        days = rule("coordination.notice_days", meeting.neighbourhood)
        raise NotPossible(
            _("The parties get the points %(n)d days before, unless all of them do without.") % {"n": days}
        )


def _check_ahead(starts_at: datetime) -> None:
    if starts_at <= clock.now():
        raise NotPossible(_("The talks must lie in the future."))


def _check_present(sides: Collection[Party], here: set[int]) -> None:
    missing = [one.name for one in sides if not here & {one.participant_id, one.agent_id}]
    if missing or len(sides) < 2:
        names = "、".join(missing)
        raise NotPossible(
            _("No party, no meeting. Not here, nor by an agent with a mandate: %(names)s") % {"names": names}
        )
    if unseen := [one.name for one in sides if one.seen_on is None]:
        raise NotPossible(
            _("Please note first that proof of identity was seen of: %(names)s")
            % {"names": "、".join(unseen)}
        )
