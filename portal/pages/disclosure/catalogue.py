"""The catalogue that ships, and how an item stands now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Max, Q

from portal.community.models import Area, Kind
from portal.pages.disclosure.feeds import FEEDS
from portal.pages.disclosure.models import DisclosureItem
from portal.pages.disclosure.periods import Owed, owed

SHIPPED = Path(__file__).with_name("catalogue.toml")


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """The rows that ship, by their keys."""
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def seed() -> int:
    """Bring the rows that ship to neighbourhoods with a page that lack some. Returns how many were added."""
    having = Count("disclosure_items", filter=~Q(disclosure_items__key=""))
    places = Area.objects.filter(kind=Kind.NEIGHBOURHOOD, retired_on=None, page__isnull=False)
    lacking = places.annotate(having=having).filter(having__lt=len(shipped()))
    return sum(_seed(here) for here in lacking)


def _seed(here: Area) -> int:
    known = set(DisclosureItem.objects.filter(neighbourhood=here).values_list("key", flat=True))
    rows = [
        DisclosureItem(neighbourhood=here, key=key, order=order, **row)
        for order, (key, row) in enumerate(shipped().items())
        if key not in known
    ]
    # Two at once bring each row once.
    DisclosureItem.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@dataclass(frozen=True)
class Standing:
    """How an item stands: when it was published last, and what is owed next. `fed`: from the portal's own data."""

    item: DisclosureItem
    published_at: datetime | None
    owed: Owed | None
    fed: bool

    @property
    def late(self) -> bool:
        """Whether it should have been published by now."""
        return self.owed is not None and self.owed.late


def standing(items: Iterable[DisclosureItem]) -> list[Standing]:
    """How items stand; one query besides that of the items."""
    listed = list(items)
    current = Q(publications__corrected_by=None)
    rows = DisclosureItem.objects.filter(pk__in=[item.pk for item in listed]).order_by()
    last = rows.annotate(
        at=Max("publications__published_at", filter=current),
        to=Max("publications__covers_to", filter=current),
    )
    known = {pk: (at, to) for pk, at, to in last.values_list("pk", "at", "to")}
    return [_standing(item, *known[item.pk]) for item in listed]


def listed(here: Area) -> list[Standing]:
    """The catalogue of a neighbourhood, in its order."""
    return standing(DisclosureItem.objects.filter(neighbourhood=here, retired_on=None))


def _standing(item: DisclosureItem, at: datetime | None, covered_to: Any) -> Standing:
    fed = item.feed in FEEDS
    return Standing(item, at, None if fed and not item.arose_on else owed(item, covered_to), fed)
