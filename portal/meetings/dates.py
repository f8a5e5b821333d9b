"""When meetings are held, in the calendar; those somebody takes part in in their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, User, Visitor
from portal.meetings.kinds import called, kind_of, visible_to
from portal.meetings.models import Meeting, Participant, Registration
from portal.record.services import key


def line_of(meeting: Any) -> Dated | None:
    """A meeting as a line of a calendar; None while it never had a date. Put off or cancelled it keeps its last one.

    Of a kind that not everybody may know of it says no more than the kind: whoever sees somebody's phone reads it.
    """
    kind = kind_of(meeting)
    public = kind.visible is None
    at = meeting.starts_at or meeting.was_at
    if at is None:
        return None
    return Dated(
        "meeting",
        meeting.neighbourhood.slug,
        key(meeting),
        meeting.title if public else str(called(meeting)),
        at,
        meeting.get_absolute_url(),
        word=called(meeting) if public else "",
        ends_at=meeting.ends_at if meeting.ends_at and meeting.ends_at > at else None,
        place=meeting.place,
        text="\n".join(filter(None, [meeting.link, meeting.agenda, meeting.bring])) if public else "",
        off=meeting.off,
    )


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    return _lines(visible_to(user).filter(neighbourhood=here), start, end)


def _own(user: User, start: datetime, end: datetime) -> Iterable[Dated]:
    person = user.person_id or 0
    # Who sat in the panel and was replaced since has no seat.
    seated = Q(pk__in=Participant.objects.sitting().filter(person=person).values("meeting"))
    listens = Q(pk__in=Registration.objects.filter(person=person).values("hearing"))
    return _lines(visible_to(user).filter(seated | listens | Q(chair=person)), start, end)


def _lines(meetings: QuerySet[Meeting], start: datetime, end: datetime) -> Iterable[Dated]:
    found = meetings.annotate(held_at=Coalesce("starts_at", "was_at"))
    held = found.filter(held_at__gte=start, held_at__lt=end).select_related("neighbourhood")
    lines = [line_of(meeting) for meeting in held.order_by("held_at", "pk")[:MOST]]
    return [line for line in lines if line is not None]


register_dates(DateKind("meeting", _("Meetings"), "meeting", 10, _read, _own))
