"""The hall as a source of live news: the parts of its screens, each drawn once in each language for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from portal.community.models import Visitor
from portal.meetings.kinds import seen
from portal.meetings.live import boards
from portal.meetings.live.happenings import PARTS
from portal.meetings.models import Floor, Meeting
from portal.meetings.states.live import FloorState
from portal.record import fragments as drawn
from portal.threads.fragments import LANGUAGES, Item, News
from portal.threads.sources import Change, Source, Told

# Answers to a quick question come many a second: they are read and sent so often (seconds).
WINDOW = 0.3
# Where the token of the reader's own form belongs; the page and its script fill it in.
TOKEN = "\uf8fftoken\uf8ff"  # noqa: S105 - a mark


def part(floor: Floor, name: str, language: str) -> Item:
    """One part of the screens drawn in a language, of LANGUAGES; nothing of the reader is in it."""
    revision = floor.parts.get(name, 0)
    # Before the first change what the meeting's own rows say may still change: then nothing is kept.
    if not revision:
        return {"n": PARTS[name], "rev": revision, "html": _draw(floor, name, [language])[0]}
    key = f"{floor.pk}.{name}.{revision}.{floor.state}"
    html = drawn.kept(key, lambda: _draw(floor, name, LANGUAGES), "posts")[LANGUAGES.index(language)]
    return {"n": PARTS[name], "rev": revision, "html": html}


def news(floor: Floor, after: int, language: str) -> News:
    """What changed on a floor after a number."""
    return {
        "after": after,
        "sequence": floor.sequence,
        "more": False,
        "open": floor.state is FloorState.RUNNING,
        "posts": [part(floor, name, language) for name in changed(floor, after)],
    }


def changed(floor: Floor, after: int) -> list[str]:
    """The parts that changed after a number, in the order of their changes."""
    later = [name for name in PARTS if floor.parts.get(name, 0) > after]
    return sorted(later, key=lambda name: floor.parts[name])


def _draw(floor: Floor, name: str, languages: Sequence[str]) -> tuple[str, ...]:
    """A part in each of these languages; what it shows is read once."""
    context = {"floor": floor, "token": TOKEN} | boards.BOARDS[name](floor)
    return tuple(_in(language, name, context) for language in languages)


def _in(language: str, name: str, context: dict[str, Any]) -> str:
    with translation.override(language):
        # What says nothing is empty, so that its frame is not drawn (:empty).
        return render_to_string(f"meetings/live/_{name}.html", context).strip()


def _read(pk: int, after: int) -> Told | None:
    floor = floor_of(pk)
    if floor is None:
        return None
    changes = []
    for name in changed(floor, after):
        items = {code: part(floor, name, code) for code in LANGUAGES}
        changes.append(Change(PARTS[name], floor.parts[name], items))
    return Told(floor.sequence, floor.state is FloorState.RUNNING, changes)


def _numbers(pks: list[int]) -> list[tuple[int, int, bool]]:
    floors, meetings = Floor.objects.filter(pk__in=pks), Meeting.objects.in_bulk(pks)
    for one in floors:
        # Read by its kind: a joined row does not know the table of states that says how the floor stands.
        one.meeting = meetings[one.pk]
    return [(one.pk, one.sequence, one.state is FloorState.RUNNING) for one in floors]


def _lets(user: Visitor, pk: int) -> bool:
    return seen(user, pk) is not None


def floor_of(pk: int) -> Floor | None:
    """The floor of a meeting to read: an empty one where nothing happened yet; None: no such meeting."""
    meeting = Meeting.objects.select_related("neighbourhood").filter(pk=pk).first()
    if meeting is None:
        return None
    floor = Floor.objects.filter(pk=pk).first() or Floor(meeting=meeting)
    floor.meeting = meeting
    return floor


HALLS = Source("hall", _read, _numbers, _lets, portion=len(PARTS) + 1, window=WINDOW)
