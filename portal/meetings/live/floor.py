"""The floor under a change: its next number, the log, and the news to all screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portal.meetings.live.happenings import HAPPENINGS
from portal.meetings.live.source import HALLS
from portal.meetings.models import Floor, LiveEvent
from portal.meetings.states.live import FloorState
from portal.threads import live


def note(floor: Floor, kind: str, **data: Any) -> None:
    """Log what happened under the floor's next number; all screens hear of it after the commit.

    The floor comes locked from its door; what was set on it is saved with it.
    """
    note_all(floor, [(kind, data)])


def note_all(floor: Floor, happened: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """The same for much that happens at once, such as a list that is ticked; each has a number of its own."""
    if not happened:
        return
    first = floor.sequence + 1
    floor.sequence += len(happened) - 1
    stir(floor, {part for kind, _data in happened for part in HAPPENINGS[kind].parts})
    LiveEvent.objects.bulk_create(
        LiveEvent(meeting_id=floor.pk, number=number, kind=kind, round=floor.meeting.round, data=data)
        for number, (kind, data) in enumerate(happened, start=first)
    )


def stir(floor: Floor, parts: Iterable[str]) -> None:
    """The same without an entry in the log, for what is only counted."""
    floor.sequence += 1
    floor.parts = floor.parts | dict.fromkeys(parts, floor.sequence)
    floor.save()
    live.tell(HALLS, floor.pk, floor.sequence, is_open=floor.state is FloorState.RUNNING)
