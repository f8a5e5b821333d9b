"""When meetings are held, in the calendar; those somebody takes part in in their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, User, Visitor
from portal.meetings.models import Hearing, PanelMember, Registration
from portal.meetings.states import HearingState
from portal.record.services import key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OFF: dict[str, StrOrPromise] = {
    HearingState.POSTPONED: _("put off"),
    HearingState.CANCELLED: HearingState.CANCELLED.label,
}


def line_of(meeting: Hearing) -> Dated | None:
    """A meeting as a line of a calendar; None while it never had a date. Put off or cancelled it keeps its last one."""
    at = meeting.starts_at or meeting.was_at
    if at is None:
        return None
    return Dated(
        "meeting",
        meeting.neighbourhood.slug,
        key(meeting),
        meeting.title,
        at,
        meeting.get_absolute_url(),
        place=meeting.place,
        text=meeting.agenda,
        off=OFF.get(meeting.state, ""),
    )


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    return _lines(Hearing.objects.filter(neighbourhood=here), start, end)


def _own(user: User, start: datetime, end: datetime) -> Iterable[Dated]:
    person = user.person_id or 0
    # Who sat in the panel and was replaced since has no seat.
    seated = Q(pk__in=PanelMember.objects.sitting().filter(person=person).values("hearing"))
    listens = Q(pk__in=Registration.objects.filter(person=person).values("hearing"))
    mine = seated | listens | Q(chair=person) | Q(plan_person=person)
    return _lines(Hearing.objects.filter(mine), start, end)


def _lines(meetings: QuerySet[Hearing], start: datetime, end: datetime) -> Iterable[Dated]:
    found = meetings.annotate(held_at=Coalesce("starts_at", "was_at"))
    held = found.filter(held_at__gte=start, held_at__lt=end).select_related("neighbourhood")
    lines = [line_of(meeting) for meeting in held.order_by("held_at", "pk")[:MOST]]
    return [line for line in lines if line is not None]


register_dates(DateKind("meeting", _("Meetings"), "meeting", 10, _read, _own))
