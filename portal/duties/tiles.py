"""Figures as they are shown: a tile with small bars of six months, a table, and the line of the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.models import Area
from portal.community.rules import rule
from portal.duties.trends import LEAST, Measure, Month, Unit, Value, last_months, measures
from portal.kit.charts import at
from portal.kit.wording import told

HOUR = 60
# How much of its place a bar takes, and how high the highest stands, in per cent.
WIDE, HIGH = 14.27, 92


@dataclass(frozen=True)
class Column:
    """One month of a tile: where its bar stands, and what it says."""

    month: str
    said: str
    x: str = ""
    y: str = ""
    height: str = ""
    now: bool = False


@dataclass(frozen=True)
class Tile:
    """A figure: this month's value, what changed, six bars; `need`: where the red line of the target lies."""

    label: str
    said: str
    change: str
    columns: tuple[Column, ...]
    need: str = ""
    target: str = ""

    @property
    def finding(self) -> str:
        """The whole drawing in words, for who cannot see it."""
        months = _(", ").join(f"{column.month} {column.said}" for column in self.columns)
        whole = told(self.label, months)
        return whole + _("; ") + self.target if self.target else whole


@dataclass(frozen=True)
class Line:
    """A neighbourhood among others: what each figure says of it this month. `slug`: where its page may be opened."""

    name: str
    slug: str
    here: bool
    cells: tuple[str, ...]


def tiles(here: Area) -> list[Tile]:
    """The figures of a neighbourhood, this month and the five before; as many questions however much it did."""
    months, least = last_months(), rule(LEAST, here)
    return [_tile(one, one.read([here], months)[here.pk], months, here, least) for one in measures()]


def compare(places: Sequence[Area], here: Area, readable: set[int]) -> list[Line]:
    """The same figures of several neighbourhoods, this month, in the order of their names: nobody is ranked.

    `readable`: keys of those the reader may open. Counts below the least are not said either.
    """
    months, least = last_months(1), rule(LEAST, here)
    read = [(one, one.read(places, months)) for one in measures()]
    return [
        Line(
            place.name,
            place.slug if place.pk in readable else "",
            place.pk == here.pk,
            tuple(guarded(one, values[place.pk][0], least) for one, values in read),
        )
        for place in sorted(places, key=lambda place: place.name)
    ]


def guarded(measure: Measure, value: Value, least: int) -> str:
    """A value in words for who sees no single cases: below the least only that it is."""
    if measure.unit is Unit.COUNT and value.few(least):
        return _("fewer than %(n)d") % {"n": least}
    return said(measure.unit, value, least)


def said(unit: Unit, value: Value, least: int) -> str:
    """A value in words."""
    if value.value is None:
        return "–"
    if unit is not Unit.COUNT and value.few(least):
        return _("too few")
    return amount(unit, value.value)


def amount(unit: Unit, value: int) -> str:
    """A number with its unit."""
    if unit is Unit.PERCENT:
        return f"{value}%"
    if unit is Unit.COUNT:
        return ngettext("%(n)s matter", "%(n)s matters", value) % {
            "n": number_format(value, force_grouping=True)
        }
    return _("%(n)s hours") % {"n": _hours(value)}


def month_name(month: Month) -> str:
    """What a month is called within a year."""
    # Translators: Django date letters. Chinese: n月
    return date_format(month.first, _("M"))


def _tile(measure: Measure, values: list[Value], months: list[Month], here: Area, least: int) -> Tile:
    shown = [_shown(measure, value, least) for value in values]
    target = _target(measure, here)
    top = 100 if measure.unit is Unit.PERCENT else max([*(n or 0 for n in shown), target or 0, 1])
    columns = tuple(
        _column(place, len(months), number, top, month_name(month), said(measure.unit, value, least))
        for place, (number, month, value) in enumerate(zip(shown, months, values, strict=True))
    )
    return Tile(
        str(measure.label),
        columns[-1].said,
        _change(measure.unit, shown),
        columns,
        at(100 - HIGH * target / top) if target else "",
        _("the red line is the target: %(n)s") % {"n": amount(measure.unit, target)} if target else "",
    )


def _shown(measure: Measure, value: Value, least: int) -> int | None:
    return None if measure.unit is not Unit.COUNT and value.few(least) else value.value


def _target(measure: Measure, here: Area) -> int | None:
    if not measure.target:
        return None
    wanted = int(rule(measure.target, here))
    return wanted * HOUR if measure.unit is Unit.MINUTES else wanted


def _column(place: int, places: int, number: int | None, top: int, month: str, words: str) -> Column:
    height = HIGH * (number or 0) / top
    x = 1 + place * 100 / places
    return Column(month, words, at(x), at(100 - height), at(height), place == places - 1)


def _change(unit: Unit, shown: list[int | None]) -> str:
    """What this month differs from the last by; empty where one of them is not known."""
    now, before = shown[-1], shown[-2] if len(shown) > 1 else None
    if now is None or before is None:
        return ""
    if now == before:
        return _("as last month")
    by = abs(now - before)
    words = (
        ngettext("%(n)d point", "%(n)d points", by) % {"n": by} if unit is Unit.PERCENT else amount(unit, by)
    )
    return f"{'▲' if now > before else '▼'} {words}"


def _hours(minutes: int) -> str:
    """Hours to one decimal, half up."""
    return str((Decimal(minutes) / HOUR).quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0")
