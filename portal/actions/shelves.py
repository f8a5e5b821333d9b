"""What the rooms of an app show on a page they share: their buttons, and a part of their own.

The app has a `Shelf` for each such page in its module `shelves`; a room registers there (in its module `hooks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.http import HttpRequest

from portal.actions.actions import Offer

M = TypeVar("M", bound=Model)
# Parts of rooms before this place stand on top of the page.
FIRST = 20


@dataclass(frozen=True)
class Panel(Generic[M]):
    """A part of a page: `template` gets what `read` returns as `panel`; None: nothing to show this reader.

    `place`: where among the others, smallest first. `staff`: it belongs to the office's part, below what all read.
    """

    template: str
    read: Callable[[HttpRequest, M], Mapping[str, Any] | None]
    place: int = 50
    staff: bool = False


@dataclass
class Shelf(Generic[M]):
    """What the rooms put on one kind of page."""

    _offers: list[Callable[[HttpRequest, M], list[Offer]]] = field(default_factory=list)
    _panels: list[Panel[M]] = field(default_factory=list)

    def register_offers(self, offers: Callable[[HttpRequest, M], list[Offer]]) -> None:
        """Let a room offer its actions on the page."""
        self._offers.append(offers)

    def register_panel(self, panel: Panel[M]) -> None:
        """Let a room show a part of its own."""
        self._panels.append(panel)

    def offers_on(self, request: HttpRequest, thing: M) -> list[Offer]:
        """Everything this reader may do now, room by room."""
        return [offer for offers in self._offers for offer in offers(request, thing)]

    def parts_on(self, request: HttpRequest, thing: M) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
        """The parts with something to show to this reader, in their places: on top, below, and of the office."""
        ordered = sorted(self._panels, key=lambda panel: panel.place)
        read = [(panel, panel.read(request, thing)) for panel in ordered]
        shown = [(panel, (panel.template, data)) for panel, data in read if data is not None]
        return {
            "first": [part for panel, part in shown if not panel.staff and panel.place < FIRST],
            "panels": [part for panel, part in shown if not panel.staff and panel.place >= FIRST],
            "office": [part for panel, part in shown if panel.staff],
        }
