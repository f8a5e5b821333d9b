"""One sheet of paper for the notice board about a thing that residents can take part in; its code leads to the page.

Each app says what its sheet tells (`register_sheet`); the page itself is drawn in one place (portal/pages/phone.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from portal.actions.doors import Door

Words = str | Promise


@dataclass(frozen=True)
class Sheet:
    """What a sheet tells: the kind of thing, its words, lines of a name and a value; empty ones are left out."""

    head: Words
    text: str
    rows: Iterable[tuple[Words, Words]]

    @property
    def lines(self) -> list[tuple[Words, Words]]:
        """The lines that say something."""
        return [(name, value) for name, value in self.rows if value]


Draw = Callable[[Any], Sheet]
_KINDS: dict[str, tuple[Door[Any], Draw]] = {}


def register_sheet(kind: str, door: Door[Any], draw: Draw) -> None:
    """Let things of a kind be put on a notice board. Who may read the page may have its sheet."""
    _KINDS[kind] = door, draw


def sheet_of(request: HttpRequest, kind: str, pk: int) -> tuple[Any, Sheet]:
    """A thing and its sheet. Raises KeyError: no such kind; Http404: the reader must not know of the thing."""
    door, draw = _KINDS[kind]
    thing = door.open(request, pk)
    return thing, draw(thing)
