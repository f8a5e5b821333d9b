"""The day of a hearing: who of the panel came, opening with quorum, and going on another day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import Event, announce
from portal.community.models import User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import rules
from portal.meetings.events import ADJOURNED, ATTENDANCE, IN_SESSION, RESCHEDULED
from portal.meetings.live.services import presence
from portal.meetings.models import Hearing, Participant
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import came_to, taking_part
from portal.meetings.services.attending import require_day, require_hour
from portal.meetings.services.seats import SEAT_DUTY, absent
from portal.meetings.services.transitions import (
    open_next_duty,
    require_ready,
    step,
    when_and_where,
)
from portal.meetings.states.hearing import HearingState as H
from portal.search import services as search


@transaction.atomic
def take_attendance(user: User, pk: int, *, present: Collection[int]) -> Hearing:
    """Note who of the panel is present in this round; `present` are keys of panel members. May be corrected.

    Nobody is present before the day; while the session runs, a correction must leave the quorum.
    """
    hearing = HEARINGS.take(user, pk, "take_attendance")
    panel = list(hearing.participants.sitting().select_related("person"))
    _check_attendance(hearing, panel, set(present))
    presence.ticked(hearing, panel, present, by=user)
    announce(ATTENDANCE, hearing, by=user, data=_attended(hearing, len(set(present)), len(panel)))
    return hearing


@transaction.atomic
def begin(user: User, pk: int) -> Hearing:
    """Open the hearing or its next round: the notice is over, the hour has come, the panel has its quorum."""
    hearing = HEARINGS.take(user, pk, "begin")
    require_ready(hearing)
    require_hour(hearing)
    came, seats = require_quorum(hearing)
    step(hearing, H.IN_SESSION, by=user)
    duties.drop(hearing, SEAT_DUTY)
    announce(IN_SESSION, hearing, by=user, data=_attended(hearing, came, seats))
    return hearing


def require_quorum(hearing: Hearing) -> tuple[int, int]:
    """How many of the panel came, and how many it has. Raises NotPossible where that is no quorum."""
    came, seats = came_to(hearing)
    if not rules.has_quorum(came, seats, hearing.quorum):
        raise NotPossible(_without_quorum(hearing, came, seats))
    return came, seats


@transaction.atomic
def adjourn(user: User, pk: int, *, reason: str, resumes_at: datetime, place: str = "") -> Hearing:
    """Break off until another day (a visit, a pilot). The next round has its own attendance and quorum."""
    hearing = HEARINGS.take(user, pk, "adjourn")
    date = _date(hearing, resumes_at, place, reason)
    step(hearing, H.ADJOURNED, by=user, round=hearing.round + 1, **date)
    _announce_round(ADJOURNED, hearing, user)
    return hearing


@transaction.atomic
def reschedule(user: User, pk: int, *, reason: str, resumes_at: datetime, place: str = "") -> Hearing:
    """Give the next round of an adjourned hearing another date, such as when the quorum did not come."""
    hearing = HEARINGS.take(user, pk, "reschedule")
    for name, value in _date(hearing, resumes_at, place, reason).items():
        setattr(hearing, name, value)
    hearing.save()
    search.index(hearing)
    duties.drop(hearing, hearing.course.owed[H.ADJOURNED])
    open_next_duty(hearing)
    _announce_round(RESCHEDULED, hearing, user)
    return hearing


def _check_attendance(hearing: Hearing, panel: list[Participant], present: set[int]) -> None:
    if not present <= {member.pk for member in panel}:
        raise NotPossible(_("Only members of this panel can be marked as present."))
    away = absent(hearing)
    gone = [member.shown for member in panel if member.pk in present and member.person_id in away]
    if gone:
        raise NotPossible(
            _("No longer lives or owns here, and makes no quorum: %(names)s. Give the seat to somebody else.")
            % {"names": "、".join(gone)}
        )
    require_day(hearing)
    if hearing.state == H.IN_SESSION and not rules.has_quorum(len(present), len(panel), hearing.quorum):
        raise NotPossible(
            _("Without its quorum the session cannot go on. Adjourn it to another day instead.")
        )


def _without_quorum(hearing: Hearing, came: int, panel: int) -> str:
    counts = {"came": came, "panel": panel, "need": rules.quorum_of(panel, hearing.quorum)}
    if hearing.state == H.ADJOURNED:
        return (
            _("%(came)d of %(panel)d delegates are here; %(need)d are needed. Choose another date.") % counts
        )
    return _("%(came)d of %(panel)d delegates are here; %(need)d are needed. Postpone the hearing.") % counts


def _date(hearing: Hearing, resumes_at: datetime, place: str, reason: str) -> dict[str, Any]:
    if resumes_at <= clock.now():
        raise NotPossible(_("The next round must lie in the future."))
    return {"starts_at": resumes_at, "place": place or hearing.place, "reason": reason}


def _attended(hearing: Hearing, came: int, panel: int) -> dict[str, int]:
    return {"round": hearing.round, "attended": came, "panel": panel}


def _announce_round(event: Event, hearing: Hearing, user: User) -> None:
    when = {"reason": hearing.reason, **when_and_where(hearing)}
    data = {"round": hearing.round, **when}
    announce(event, hearing, by=user, to=taking_part(hearing), data=data, **when)
