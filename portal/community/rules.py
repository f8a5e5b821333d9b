"""Legal numbers as data: loading what ships, and asking for what applies on a day in a place."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q

from portal.community.models import Area, RuleSet
from portal.kit import clock

SHIPPED = Path(__file__).with_name("rules.toml")


class Ruled(int):
    """A whole number of a rule that knows whose it is: what is counted by it can say by which rule."""

    rule = ""


def load() -> int:
    """Bring the shipped rules into the table; rows that are there stay as they are. Returns how many were added."""
    added = 0
    for key, rows in tomllib.loads(SHIPPED.read_text(encoding="utf-8")).items():
        for row in rows:
            named = {"area": None, "key": key, "valid_from": row["valid_from"]}
            rest = {field: row[field] for field in ("value", "status", "source")}
            added += RuleSet.objects.get_or_create(**named, defaults=rest)[1]
    return added


def rule_set(key: str, area: Area | None = None, day: date | None = None) -> RuleSet:
    """The rule that applies: the nearest area's own row before the general one, the latest valid on the day.

    Raises LookupError where none applies: a number of the law is never guessed.
    """
    day = day or clock.today()
    places = Q(area=None)
    if area is not None:
        places |= Q(
            area__path__in=[area.path[:end] for end in range(Area.steplen, len(area.path) + 1, Area.steplen)]
        )
    valid = RuleSet.objects.filter(
        places, Q(valid_to=None) | Q(valid_to__gt=day), key=key, valid_from__lte=day
    )
    best = max(
        valid.select_related("area"),
        key=lambda row: (len(row.area.path) if row.area else 0, row.valid_from),
        default=None,
    )
    if best is None:
        raise LookupError(f"no rule {key} on {day}")
    return best


def rule(key: str, area: Area | None = None, day: date | None = None) -> Any:
    """The value of the rule that applies (see `rule_set`); a whole number is a `Ruled` one."""
    value = rule_set(key, area, day).value
    if type(value) is not int:
        return value
    number = Ruled(value)
    number.rule = key
    return number


def rule_once(key: str, area: Area) -> Any:
    """The value of today's rule, asked once for this very object: for many rows of one page that share their place."""
    known: dict[tuple[str, date], Any] = area.__dict__.setdefault("_rules", {})
    asked = key, clock.today()
    if asked not in known:
        known[asked] = rule(key, area)
    return known[asked]
