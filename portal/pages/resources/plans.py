"""The site plan as a drawing with pins, in the picture's own pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.community.models import Area, Upload
from portal.pages.resources.models import EDGE, Resource, SitePlan

# A pin is drawn so many times smaller than the plan is wide: at 390 px a finger's width.
SMALLER = 22


@dataclass(frozen=True)
class Pin:
    """One pin: its number in the list, and its middle on the picture in pixels."""

    number: int
    thing: Resource
    cx: int
    cy: int


@dataclass(frozen=True)
class Plan:
    """A picture with pins; `radius`: of a pin, in pixels of the picture."""

    picture: Upload
    pins: tuple[Pin, ...]

    @property
    def radius(self) -> int:
        """How large a pin is drawn."""
        return max(self.picture.width // SMALLER, 1)


def plan_with(here: Area, things: Iterable[Resource]) -> Plan | None:
    """The plan of a neighbourhood with the pins of some things, numbered; None where there is no plan."""
    found = SitePlan.objects.filter(neighbourhood=here).select_related("picture").first()
    if found is None:
        return None
    wide, high = found.picture.width, found.picture.height
    placed = [(thing, thing.x, thing.y) for thing in things if thing.x is not None and thing.y is not None]
    pins = [
        Pin(number, thing, x * wide // EDGE, y * high // EDGE)
        for number, (thing, x, y) in enumerate(placed, start=1)
    ]
    return Plan(found.picture, tuple(pins))
