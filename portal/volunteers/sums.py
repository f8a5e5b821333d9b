"""Sums of booked hours for the pages: of a person, a team, a neighbourhood, a district. Always of the records.

Service hours are what counts; elder-care mutual aid is summed apart. Where fewer than LEAST people served, a part of
a sum is not shown (Personal Information Protection Law art. 5-6: no more than the purpose needs).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Substr
from django.utils import dates
from django.utils.functional import Promise

from portal.community.models import Area, Kind, Person, Visitor
from portal.kit import clock
from portal.volunteers.models import ActivityKind, HourQuerySet, HourRecord, Shift, Team

LEAST = 3
SOON = timedelta(days=7)
WALL = 200
BELOW = {
    Kind.DISTRICT: Kind.SUBDISTRICT,
    Kind.SUBDISTRICT: Kind.NEIGHBOURHOOD,
}


@dataclass(frozen=True)
class Share:
    """A part of a sum. `hidden`: too few people served to show it, or it would show another that is hidden."""

    label: str | Promise
    minutes: int
    people: int = 0
    hidden: bool = False
    slug: str = ""


@dataclass(frozen=True)
class Sums:
    """A sum and its parts."""

    minutes: int
    people: int
    months: list[Share]
    parts: list[Share]

    @property
    def few(self) -> bool:
        """Whether so few people served that nothing is shown."""
        return 0 < self.people < LEAST

    @property
    def hides(self) -> bool:
        """Whether some part is not shown."""
        return self.few or any(part.hidden for part in [*self.months, *self.parts])

    @property
    def most(self) -> int:
        """The longest bar of the months."""
        return max((part.minutes for part in self.months if not part.hidden), default=0)

    @property
    def most_part(self) -> int:
        """The longest bar of the other parts."""
        return max((part.minutes for part in self.parts if not part.hidden), default=0)


def in_year(records: HourQuerySet, year: int) -> HourQuerySet:
    """Records of the days of a year, in Shanghai."""
    return records.filter(month__gte=year * 100 + 1, month__lte=year * 100 + 12)


def of_place(area: Area, year: int) -> Sums:
    """The year of a district, a subdistrict or a neighbourhood: by month, and by the places right below it.

    Three questions to the database, however many records there are; people are counted once in each part.
    """
    counted = in_year(HourRecord.objects.counted(), year).order_by()
    if area.kind != Kind.DISTRICT or Area.objects.filter(depth=area.depth).exclude(pk=area.pk).exists():
        counted = counted.filter(neighbourhood__in=list(_neighbourhoods(area)))
    months = _people(counted.values_list("month"))
    total = counted.aggregate(minutes=Sum("minutes"), people=Count("person", distinct=True))
    return Sums(
        minutes=total["minutes"] or 0,
        people=total["people"],
        months=shown(_months(year, months)),
        parts=_below(area, counted),
    )


def of_neighbourhood(here: Area, year: int) -> Sums:
    """The year of a neighbourhood: by month and by kind of activity."""
    counted = in_year(HourRecord.objects.counted(), year).filter(neighbourhood=here).order_by()
    return _by_kind(counted, year, hide=True)


def of_team(team: Team, year: int) -> Sums:
    """The year of a team for those who keep it: nothing is hidden from them."""
    return _by_kind(
        in_year(HourRecord.objects.counted(), year).filter(team=team).order_by(), year, hide=False
    )


@dataclass(frozen=True)
class OwnYear:
    """A person's year. `mutual_aid` minutes are credited by the city elsewhere and are not in `sums`."""

    sums: Sums
    mutual_aid: int


def of_person(person: Person, year: int) -> OwnYear:
    """One's own year by month and kind, and the mutual aid apart. One question."""
    booked = in_year(HourRecord.objects.booked(), year).filter(person=person).order_by()
    rows = list(booked.values_list("month", "activity__kind", "mutual_aid").annotate(Sum("minutes")))
    months: dict[int, tuple[int, int]] = {}
    kinds: dict[str, int] = defaultdict(int)
    for month, kind, mutual_aid, minutes in rows:
        if not mutual_aid:
            months[month] = (months.get(month, (0, 0))[0] + minutes, 1)
            kinds[kind] += minutes
    parts = [
        Share(ActivityKind(kind).label, minutes, 1)
        for kind, minutes in sorted(kinds.items(), key=_longest_first)
    ]
    sums = Sums(sum(kinds.values()), 1, _months(year, months), parts)
    return OwnYear(sums, sum(minutes for _m, _k, mutual_aid, minutes in rows if mutual_aid))


def years_of(records: HourQuerySet) -> list[int]:
    """The years in which there are records, and this one; the latest first."""
    months = records.order_by().values_list("month", flat=True).distinct()
    return sorted({month // 100 for month in months} | {clock.today().year}, reverse=True)


def years_in(area: Area) -> list[int]:
    """The years in which a place has counted hours; asks for the first one only, so that it takes no time."""
    first = HourRecord.objects.counted().filter(neighbourhood__path__startswith=area.path)
    month = first.order_by("month").values_list("month", flat=True).first()
    this = clock.today().year
    return list(range(this, (month // 100 if month else this) - 1, -1))


@dataclass(frozen=True)
class Wall:
    """Those who agreed to be thanked by name, and how many more there are."""

    named: list[tuple[str, int]]
    others: int


def wall(here: Area, year: int, people: int) -> Wall:
    """The wall of thanks of a year: the most hours first. `people`: how many served in all."""
    counted = in_year(HourRecord.objects.counted(), year).filter(neighbourhood=here).order_by()
    agreed = counted.filter(person__volunteer__named_since__isnull=False)
    minutes = dict(
        agreed.values_list("person").annotate(sum=Sum("minutes")).order_by("-sum", "person")[:WALL]
    )
    named = Person.objects.in_bulk(list(minutes))
    return Wall([(named[pk].public_name, sum_) for pk, sum_ in minutes.items()], people - len(minutes))


def wanting(user: Visitor, here: Area) -> QuerySet[Shift]:
    """Who needs hands in the next seven days: times with free places, the next one first."""
    free = Shift.objects.visible_to(user).wanting().filter(activity__neighbourhood=here)
    soon = free.filter(starts_at__lte=clock.now() + SOON)
    return soon.select_related("activity__team").order_by("starts_at", "pk").distinct()


def shown(parts: list[Share]) -> list[Share]:
    """The parts with what must not be shown hidden.

    Where just one is hidden it could be computed from the sum, so the shortest of the others is hidden with it.
    """
    small = [part for part in parts if 0 < part.people < LEAST]
    if len(small) == 1:
        others = sorted((part for part in parts if part.people >= LEAST), key=lambda part: part.minutes)
        small += others[:1]
    return [replace(part, hidden=True, minutes=0, people=0) if part in small else part for part in parts]


def _by_kind(counted: HourQuerySet, year: int, *, hide: bool) -> Sums:
    months = _people(counted.values_list("month"))
    kinds = _people(counted.values_list("activity__kind"))
    total = counted.aggregate(minutes=Sum("minutes"), people=Count("person", distinct=True))
    parts = [
        Share(ActivityKind(kind).label, *kinds[kind]) for kind in sorted(kinds, key=lambda k: -kinds[k][0])
    ]
    by_month = _months(year, months)
    return Sums(
        total["minutes"] or 0,
        total["people"],
        shown(by_month) if hide else by_month,
        shown(parts) if hide else parts,
    )


def _neighbourhoods(area: Area) -> Iterable[int]:
    inside = Area.objects.filter(path__startswith=area.path, kind=Kind.NEIGHBOURHOOD).order_by()
    return inside.values_list("pk", flat=True)


def _below(area: Area, counted: HourQuerySet) -> list[Share]:
    """The places right below, with minutes and people; those in which nobody served yet too."""
    kind = BELOW.get(Kind(area.kind))
    if kind is None:
        return []
    places = list(Area.objects.filter(path__startswith=area.path, kind=kind).order_by("path"))
    length = len(places[0].path) if places else 0
    by_path = _people(counted.values_list(Substr("neighbourhood__path", 1, length)))
    parts = [Share(place.name, *by_path.get(place.path, (0, 0)), slug=place.slug) for place in places]
    return shown(parts)


def _people(grouped: QuerySet[Any, Any]) -> dict[Any, tuple[int, int]]:
    """Minutes and number of people of each group."""
    rows = grouped.annotate(sum=Sum("minutes"), heads=Count("person", distinct=True))
    return {key: (minutes, people) for key, minutes, people in rows}


def _months(year: int, sums: dict[int, tuple[int, int]]) -> list[Share]:
    """Every month of a year, up to the present one in this year."""
    today = clock.today()
    last = today.month if year == today.year else 12
    return [Share(dates.MONTHS[month], *sums.get(year * 100 + month, (0, 0))) for month in range(1, last + 1)]


def _longest_first(row: tuple[str, int]) -> tuple[int, str]:
    return -row[1], row[0]
