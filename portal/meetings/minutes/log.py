"""What happened at a meeting by the clock, from which its minutes begin.

A room that knows of moments says so with `register`; here it is the points of the agenda and what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from portal.kit import clock
from portal.kit.wording import day
from portal.meetings.models import Meeting


@dataclass(frozen=True)
class Line:
    """One moment: when it was, and what was said or done. `at` is aware; None stands at the end."""

    at: datetime | None
    text: str


Source = Callable[[Meeting], Iterable[Line]]
_SOURCES: list[Source] = []


def register(source: Source) -> Source:
    """Let a room say what happened at a meeting; usable as a decorator."""
    _SOURCES.append(source)
    return source


def log_of(meeting: Meeting) -> list[Line]:
    """All lines of a meeting in the order of the clock, what has no moment at the end."""
    lines = [line for source in _SOURCES for line in source(meeting)]
    return sorted(lines, key=lambda line: (line.at is None, line.at or clock.now()))


def prefilled(meeting: Meeting) -> str:
    """The text with which the minutes begin; empty where nothing was noted. Of several days each is named."""
    lines = log_of(meeting)
    if len({clock.day_of(line.at) for line in lines if line.at}) < 2:
        return "\n".join(map(_written, lines))
    days = groupby(lines, lambda line: clock.day_of(line.at) if line.at else None)
    return "\n".join("\n".join([*([day(at)] if at else []), *map(_written, some)]) for at, some in days)


def _written(line: Line) -> str:
    return f"{timezone.localtime(line.at):%H:%M} {line.text}" if line.at else line.text


@register
def _agenda(meeting: Meeting) -> Iterable[Line]:
    for item in meeting.agenda_items.exclude(began_at=None):
        outcome = f"：{item.outcome}" if item.outcome else ""
        yield Line(item.began_at, f"{item.number}. {item.title}{outcome}")


@register
def _decided(meeting: Meeting) -> Iterable[Line]:
    for one in meeting.decisions.all():
        yield Line(None, f"→ {one.text}（{one.owner}，{day(one.due_on)}）")
