"""A meeting as an entry for one's own calendar."""

from __future__ import annotations

from portal.kit.calendar_file import Event, written
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import HearingState


def event(hearing: Hearing, *, uid: str, page: str) -> str:
    """The file of a hearing that has a date. The same `uid` replaces the entry when the hearing transitions."""
    assert hearing.starts_at is not None  # noqa: S101 - the caller answers 404 without a date
    entry = Event(
        uid,
        hearing.starts_at,
        hearing.title,
        hearing.place,
        hearing.agenda,
        page,
        cancelled=hearing.state == HearingState.CANCELLED,
    )
    return written([entry], product="hearings")
