"""The profile (特征) of a neighbourhood: what the register knows is counted, what it cannot know is entered.

Where people can be told from a count (fewer than the rule surveys.least_cell), the count is not shown; and as one
hidden part follows from the whole and the others, the parts are shown only where every one of them reaches it, in
every estate.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Kind, Usage
from portal.surveys.least import least_cell
from portal.surveys.models import ProfileFact

SHIPPED = Path(__file__).with_name("profile.toml")
PARTS = (Usage.OWN, Usage.LET, Usage.EMPTY)


@dataclass(frozen=True)
class Item:
    """A row of the catalogue, as profile.toml describes it."""

    name: str
    group: str
    title: str
    kind: str
    people: bool = False
    band: str = ""
    tenure: str = ""
    among: tuple[str, ...] = ()

    def said(self, value: str, least: int) -> str:
        """A value as the page says it; of people none under `least`."""
        if self.kind == "yes_no":
            return _("yes") if value == "yes" else _("no")
        if self.people and int(value) < least:
            return _("fewer than %(least)d") % {"least": least}
        if self.kind == "number":
            return f"{int(value):,}"
        return f"{value}%" if self.kind == "percent" else value


@dataclass(frozen=True)
class Known:
    """What is known of one row: the newest that was entered. `least`: fewer people are not told."""

    item: Item
    fact: ProfileFact
    least: int

    @property
    def said(self) -> str:
        """In words."""
        return self.item.said(self.fact.value, self.least)

    @property
    def is_few(self) -> bool:
        """Whether people could be told from it."""
        return self.item.people and int(self.fact.value) < self.least


@dataclass
class Place:
    """A neighbourhood or estate: what the register counts, and what was entered."""

    area: Area
    buildings: int = 0
    dwellings: int = 0
    usage: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    known: list[Known] = field(default_factory=list)
    split: bool = False

    @property
    def parts(self) -> list[dict[str, Any]]:
        """How the flats are used, as components/_bars.html draws it; nothing where somebody could be told from it."""
        if not self.split:
            return []
        return [{"label": part.label, "count": self.usage[part]} for part in PARTS]

    @property
    def bands(self) -> list[dict[str, Any]]:
        """The age bands that were entered."""
        rows = [(one.item.title, int(one.fact.value)) for one in self.known if one.item.band]
        return [{"label": label, "count": count} for label, count in rows]

    @property
    def of_age(self) -> int:
        """All of the bands together."""
        return sum(row["count"] for row in self.bands)

    @property
    def groups(self) -> list[tuple[str, list[Known]]]:
        """What was entered, by group; ages stand as bars."""
        found: dict[str, list[Known]] = {}
        for one in self.known:
            if not one.item.band:
                found.setdefault(one.item.group, []).append(one)
        return list(found.items())

    def value(self, name: str) -> str:
        """What was entered under a name, in words."""
        return next((one.said for one in self.known if one.item.name == name), "")

    @property
    def type(self) -> str:
        """Which type of estate it is."""
        return self.value("estate_type")

    @property
    def built(self) -> str:
        """When it was built."""
        return self.value("build_year")


@cache
def catalogue() -> dict[str, Item]:
    """The rows of the profile by name, in the order of its page."""
    rows = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return {name: Item(name, **(row | {"among": tuple(row.get("among", ()))})) for name, row in rows.items()}


def places(here: Area) -> list[Place]:
    """The whole neighbourhood, then its estates by type and name. Four queries and a rule, however many there are."""
    found, least = [Place(here), *map(Place, estates(here))], least_cell(here)
    _count(here, found, least)
    facts = newest(here)
    for place in found:
        own = facts.get(place.area.pk, {})
        place.known = [Known(item, own[name], least) for name, item in catalogue().items() if name in own]
    _guard(found[0], found[1:])
    return [found[0], *sorted(found[1:], key=lambda place: (place.type, place.area.name))]


def estates(here: Area) -> QuerySet[Area]:
    """The estates of a neighbourhood, by name."""
    return _within(here, Kind.ESTATE).order_by("name", "pk")


def newest(here: Area) -> dict[int, dict[str, ProfileFact]]:
    """What holds: of each place and row the newest that was entered; one that was emptied is left out."""
    found: dict[int, dict[str, ProfileFact]] = defaultdict(dict)
    for fact in ProfileFact.objects.filter(neighbourhood=here).order_by("as_of", "pk"):
        found[fact.area_id][fact.name] = fact
    return {area: {name: fact for name, fact in facts.items() if fact.value} for area, facts in found.items()}


def margins(here: Area) -> dict[str, dict[str, int]]:
    """To which answers can be weighted: how many of each age band, and of each tenure, by the keys of the options.

    Entered figures come before what the register counts; a side of which nothing is known is missing.
    """
    own = newest(here).get(here.pk, {})
    held = [(item, int(own[name].value)) for name, item in catalogue().items() if name in own and item.people]
    ages = {item.band: count for item, count in held if item.band}
    tenure = {item.tenure: count for item, count in held if item.tenure} or _tenure(here)
    return {name: found for name, found in (("age", ages), ("tenure", tenure)) if found}


def _tenure(here: Area) -> dict[str, int]:
    used = dict(_in_use(here).values_list("usage").annotate(Count("pk")).order_by())
    found = {"owner": used.get(Usage.OWN, 0), "tenant": used.get(Usage.LET, 0)}
    return found if all(found.values()) else {}


def _guard(whole: Place, others: list[Place]) -> None:
    """Take out what a small number could be reckoned from: its fellows in a sum, and the other estates' figures."""
    small = {one.item for place in others for one in place.known if one.is_few}
    small |= {one.item for one in whole.known if one.item.people and _leaves_few(one, others)}
    _leave_out(others, _sums_of(small))
    few = _sums_of({one.item for one in whole.known if one.is_few})
    _leave_out([whole], {item for item in few if item.band or item.tenure})


def _leaves_few(one: Known, others: list[Place]) -> bool:
    """Whether the estates' figures leave so little of the whole that somebody could be told from it."""
    told = [int(its.fact.value) for place in others for its in place.known if its.item is one.item]
    return bool(told) and 0 < int(one.fact.value) - sum(told) < one.least


def _sums_of(items: set[Item]) -> set[Item]:
    """With all age bands, or both tenures, where one of them is among the items."""
    rows = catalogue().values()
    found = set(items)
    for fellow in ("band", "tenure"):
        if any(getattr(item, fellow) for item in items):
            found |= {item for item in rows if getattr(item, fellow)}
    return found


def _leave_out(found: list[Place], items: set[Item]) -> None:
    for place in found:
        place.known = [one for one in place.known if one.item not in items]


def _within(here: Area, kind: Kind) -> QuerySet[Area]:
    return Area.objects.filter(path__startswith=here.path, kind=kind, retired_on=None)


def _in_use(here: Area) -> Any:
    return Dwelling.objects.in_use().filter(building__path__startswith=here.path)


def _count(here: Area, found: list[Place], least: int) -> None:
    rows = _in_use(here).values_list("building__path", "usage").annotate(Count("pk")).order_by()
    _add_flats(found, rows)
    for path in _within(here, Kind.BUILDING).values_list("path", flat=True):
        for place in _around(found, path):
            place.buildings += 1
    # Of one hidden estate the whole less the others would tell: all of them, or only the whole.
    whole, *others = found
    whole.split = _large(whole, least)
    for place in others:
        place.split = whole.split and all(_large(other, least) for other in others)


def _add_flats(found: list[Place], rows: Iterable[tuple[str, str, int]]) -> None:
    for path, usage, count in rows:
        for place in _around(found, path):
            place.dwellings += count
            place.usage[usage] += count


def _around(found: list[Place], path: str) -> list[Place]:
    """The places a building of this path stands in."""
    return [place for place in found if path.startswith(place.area.path)]


def _large(place: Place, least: int) -> bool:
    """Whether each part, and what the parts leave of the whole, is none or large enough that nobody is told from it."""
    rest = place.dwellings - sum(place.usage[part] for part in PARTS)
    return all(place.usage[part] >= least for part in PARTS) and (rest == 0 or rest >= least)
