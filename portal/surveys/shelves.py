"""What the rooms of this app show on the one page of a survey: their buttons, and a part of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from portal.actions.actions import Offer
from portal.surveys.models import Survey

Offers = Callable[[HttpRequest, Survey], list[Offer]]
Read = Callable[[HttpRequest, Survey], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of a survey's page: `template` gets what `read` returns as `panel`; None: nothing to show this reader.

    `place`: where among the others, smallest first. `staff`: it belongs to the office's part, below what all read.
    """

    template: str
    read: Read
    place: int = 50
    staff: bool = False


_OFFERS: list[Offers] = []
_PANELS: list[Panel] = []


def register_offers(offers: Offers) -> None:
    """Let a room offer its actions on the page."""
    _OFFERS.append(offers)


def register_panel(panel: Panel) -> None:
    """Let a room show a part of its own."""
    _PANELS.append(panel)


def offers_on(request: HttpRequest, survey: Survey) -> list[Offer]:
    """Everything this reader may do now, room by room."""
    return [offer for offers in _OFFERS for offer in offers(request, survey)]


def panels_on(request: HttpRequest, survey: Survey) -> list[tuple[Panel, Mapping[str, Any]]]:
    """The parts that have something to show to this reader, in their places."""
    read = [(panel, panel.read(request, survey)) for panel in sorted(_PANELS, key=lambda panel: panel.place)]
    return [(panel, data) for panel, data in read if data is not None]
