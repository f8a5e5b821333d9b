"""What stands on the papers of a meeting, of whatever kind: points of the agenda with their times, who signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.meetings.models import Meeting, Part, Registration

# Whoever comes without being on the list writes the name here.
BLANK_LINES = 8


@dataclass(frozen=True)
class Point:
    """One point of the agenda, how many minutes it takes, and when it is to begin if all before it keep their time."""

    number: int
    title: str
    presenter: str
    minutes: int
    begins: datetime | None


@dataclass(frozen=True)
class Line:
    """One line of the sign-in sheet: the name as staff read it, for whom one speaks, and the seat, if any."""

    name: str
    group: str
    seat: int | None = None


def points(meeting: Meeting) -> list[Point]:
    """The points of the agenda, each with when it is to begin; none where the agenda was only written as a text."""
    found, at = [], meeting.starts_at
    for item in meeting.agenda_items.all():
        found.append(Point(item.number, item.title, item.presenter, item.minutes, at))
        at = at + timedelta(minutes=item.minutes) if at else None
    return found


def lines(meeting: Meeting) -> list[Line]:
    """Who is expected, in the order of the list: who takes part, then who registered to listen. Two queries."""
    seated = meeting.participants.sitting().select_related("person").order_by("pk")
    listening = Registration.objects.filter(hearing=meeting.pk).select_related("person").order_by("seat")
    return [
        *(Line(one.real_name, one.group or str(Part(one.part).label)) for one in seated),
        *(Line(one.person.real_name, "", one.seat) for one in listening),
    ]


def facts_of(meeting: Any) -> list[str]:
    """The templates for what only one kind says on its notice, the first that there is."""
    return [f"meetings/papers/_of_{meeting._meta.model_name}.html", "meetings/papers/_of_any.html"]
