"""Figures by month of a place: each app registers what it measures; one question of the database a measure.

A share or a median of fewer than `figures.least` cases is not shown: it would speak of single people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from portal.community.models import Area
from portal.kit import clock
from portal.kit.charts import share

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MONTHS = 6
LEAST = "figures.least"


class Unit(StrEnum):
    """What a value counts: whole per cent, minutes, or things."""

    PERCENT = "percent"
    MINUTES = "minutes"
    COUNT = "count"


@dataclass(frozen=True)
class Month:
    """A calendar month in Shanghai; the present one is not over."""

    first: date

    @property
    def starts(self) -> datetime:
        """Its first moment."""
        return clock.at_time(self.first, 0)

    @property
    def after(self) -> date:
        """The first day of the next."""
        return clock.months_after(self.first, 1)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return clock.at_time(self.after, 0)

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""
        return clock.passed(self.ends)


@dataclass(frozen=True)
class Value:
    """What was measured: None where there was nothing to measure; `of`: on how many cases it rests."""

    value: int | None = None
    of: int = 0

    def few(self, least: int) -> bool:
        """Whether it rests on so few cases that it is not shown."""
        return 0 < self.of < least


Read = Callable[[Sequence[Area], Sequence[Month]], dict[int, list[Value]]]


@dataclass(frozen=True)
class Measure:
    """A figure by month. `read(places, months)` gives the values of each place's key, a month each.

    `target`: the rule that holds its target, in the unit of the measure (hours for minutes), empty where it has none.
    `rises`: whether more is better.
    """

    name: str
    label: StrOrPromise
    unit: Unit
    read: Read = field(repr=False)
    target: str = ""
    rises: bool = False
    order: int = 0


MEASURES: dict[str, Measure] = {}


def register_measure(measure: Measure) -> None:
    """Add a figure; they stand in the order of `order`."""
    MEASURES[measure.name] = measure


def measures() -> list[Measure]:
    """All figures, as they stand beside each other."""
    return sorted(MEASURES.values(), key=lambda measure: measure.order)


def last_months(many: int = MONTHS) -> list[Month]:
    """So many months, the present one last."""
    first = clock.today().replace(day=1)
    return [Month(clock.months_after(first, -back)) for back in range(many - 1, -1, -1)]


def moment_of(month: Month) -> datetime:
    """When a month ended; now, in the present one."""
    return min(month.ends, clock.now())


def counts(
    rows: QuerySet[Any], place: str, places: Sequence[Area], conditions: Sequence[Q]
) -> dict[int, list[int]]:
    """How many rows of each place (its key stands in the column `place`) fulfil each condition. One query."""
    sums = {f"at{at}": Count("pk", filter=condition) for at, condition in enumerate(conditions)}
    found = {row[place]: row for row in rows.values(place).annotate(**sums).order_by()}
    return {one.pk: [found.get(one.pk, {}).get(name, 0) for name in sums] for one in places}


def shares(
    rows: QuerySet[Any], place: str, places: Sequence[Area], months: Sequence[tuple[Q, Q]]
) -> dict[int, list[Value]]:
    """Of the rows that count in a month (its first condition) how many per cent fulfil the second, too. One query."""
    conditions = [condition for whole, part in months for condition in (whole, whole & part)]
    counted = counts(rows, place, places, conditions)
    return {
        key: [
            Value(share(part, whole) if whole else None, whole)
            for whole, part in zip(row[::2], row[1::2], strict=True)
        ]
        for key, row in counted.items()
    }
