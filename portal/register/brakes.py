"""Where an import is not one person's to do: it would change too much about a building that is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from portal.community.models import Area, Dwelling, Ownership
from portal.community.rules import rule
from portal.kit import clock
from portal.register.differences import Comparison

SHOWN = 10


@dataclass
class Stop:
    """What a second person has to look at about one building.

    `changing` of its `owners` would lose their title. `missing`: rooms that the roster does not have, `more`: rooms
    that it has and the register has not; the first few of both, with their number.
    """

    building: str
    owners: int = 0
    changing: int = 0
    missing: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    missing_number: int = 0
    more_number: int = 0

    def to_keep(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


def stops(neighbourhood: Area, comparison: Comparison) -> list[Stop]:
    """The buildings about which more would change than one person may do alone (rules roster.*_percent).

    A building that is new has nothing that could change. Three queries, however many rows there are.
    """
    if not (comparison.added or comparison.changed):
        return []
    wanted = {one.site.building.pk for one in comparison.added if one.site.building} | {*comparison.listed}
    homes = _homes(neighbourhood)
    owners = _owners(neighbourhood)
    changing: defaultdict[int, set[int]] = defaultdict(set)
    more: defaultdict[int, list[str]] = defaultdict(list)
    for one in comparison.changed:
        if one.dwelling:
            changing[one.dwelling.building_id] |= {title.person_id for title in one.ended}
    for one in comparison.added:
        if one.site.building and one.site.building.pk in homes:
            more[one.site.building.pk].append(one.entry.where)
    most = rule("roster.owners_percent", neighbourhood), rule("roster.dwellings_percent", neighbourhood)
    found = []
    for pk in wanted:
        known = homes.get(pk)
        if not known:
            continue
        missing = [str(home) for home in known if home.pk not in comparison.listed[pk]]
        stop = _stop(known[0].building.name, owners[pk], changing[pk], missing, more[pk])
        if _over(stop.changing, stop.owners, most[0]) or _over(
            stop.missing_number + stop.more_number, len(known), most[1]
        ):
            found.append(stop)
    return sorted(found, key=lambda stop: stop.building)


def _stop(name: str, owners: set[int], changing: set[int], missing: list[str], more: list[str]) -> Stop:
    return Stop(name, len(owners), len(changing), missing[:SHOWN], more[:SHOWN], len(missing), len(more))


def _over(part: int, whole: int, percent: int) -> bool:
    return part * 100 > whole * percent


def _homes(neighbourhood: Area) -> dict[int, list[Dwelling]]:
    """The dwellings in use, by building."""
    homes: dict[int, list[Dwelling]] = {}
    inside = Dwelling.objects.in_use().filter(building__path__startswith=neighbourhood.path)
    for home in inside.select_related("building").order_by("entrance", "room"):
        homes.setdefault(home.building_id, []).append(home)
    return homes


def _owners(neighbourhood: Area) -> defaultdict[int, set[int]]:
    """Who has a title in each building today."""
    owners: defaultdict[int, set[int]] = defaultdict(set)
    held = Ownership.objects.on(clock.today()).in_area(neighbourhood)
    for building, person in held.values_list("dwelling__building", "person"):
        owners[building].add(person)
    return owners
