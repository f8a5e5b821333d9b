"""What takes up a demand in the apps above: each says it itself, so that a demand's page shows what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.surveys.models import Demand


@dataclass(frozen=True)
class TakenUp:
    """Something that takes up a demand, or where it can be taken up: its name, how it stands, where it is read."""

    title: str
    text: str
    url: str


Found = Callable[[Demand], list[TakenUp]]
_FOUND: dict[str, Found] = {}


def register_taken_up(name: str, found: Found) -> None:
    """Let an app say what of its own takes up a demand; once under each name."""
    _FOUND[name] = found


def taken_up(demand: Demand) -> list[TakenUp]:
    """All of it that everybody may open."""
    return [one for found in _FOUND.values() for one in found(demand)]
