"""Reading what is ahead: by day with filters, for one reader, or as a month. Never more queries for more shifts."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Visitor
from portal.kit import clock
from portal.kit.wording import WEEKDAYS
from portal.volunteers.models import (
    Activity,
    ActivityKind,
    Attendance,
    HourRecord,
    Membership,
    Shift,
    ShiftQuerySet,
    Signup,
)
from portal.volunteers.states import SignupState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE = 40
# A month of a neighbourhood has fewer; a page that long could not be read.
MOST = 400
FIRST_YEAR, LAST_YEAR = 2000, 2100
PERIODS: dict[str, tuple[StrOrPromise, int]] = {
    "week": (_("the next 7 days"), 7),
    "month": (_("the next 30 days"), 30),
}
# How near an activity is to a reader: the own team's, of a kind done before, any other.
OWN, KNOWN, OTHER = 0, 1, 2
NEARNESS: dict[int, StrOrPromise] = {
    OWN: _("Of your teams"),
    KNOWN: _("What you have done before"),
    OTHER: _("More with free places"),
}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see. `mine`: what fits the reader."""

    kind: str = ""
    team: int | None = None
    free: bool = False
    when: str = ""
    mine: bool = False


@dataclass
class Group:
    """Shifts under one heading: a day, or how near they are to the reader."""

    day: date | None
    title: StrOrPromise
    shifts: list[Shift] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """A page of shifts in their groups."""

    page: Page[Shift]
    groups: list[Group]


def listed(here: Area, user: Visitor, wish: Wish, number: str | None = None) -> Listed:
    """A page of what is ahead in a neighbourhood, each shift with the reader's own sign-up as `own`."""
    person = getattr(user, "person_id", None)
    found = chosen(here, user, wish)
    if wish.mine and person:
        found = for_reader(found, person)
    page = Paginator(found.select_related("activity__team", "activity__cover"), PAGE).get_page(number)
    shifts = with_own(page.object_list, person)
    return Listed(page, by_nearness(shifts) if wish.mine and person else by_day(shifts))


def chosen(here: Area, user: Visitor, wish: Wish) -> ShiftQuerySet:
    """The shifts ahead that a reader may see and asked for, the next one first."""
    found = Shift.objects.visible_to(user).to_come().filter(activity__neighbourhood=here)
    if wish.kind in ActivityKind.values:
        found = found.filter(activity__kind=wish.kind)
    if wish.team:
        found = found.filter(activity__team=wish.team)
    if wish.when in PERIODS:
        found = found.filter(
            starts_at__lt=clock.end_of(clock.today() + timedelta(days=PERIODS[wish.when][1] - 1))
        )
    return found.filter(_free()) if wish.free else found


def for_reader(found: ShiftQuerySet, person: int) -> ShiftQuerySet:
    """Those with free places that the reader is not in and that meet nothing the reader has; the nearest first."""
    standing = Signup.objects.active().filter(person=person)
    held = standing.filter(shift__cancelled_at=None, shift__ends_at__gt=clock.now())
    clash = held.filter(shift__starts_at__lt=OuterRef("ends_at"), shift__ends_at__gt=OuterRef("starts_at"))
    teams = Membership.objects.active().filter(person=person).values("team")
    kinds = _kinds_of(person)
    nearness = Case(
        When(activity__team__in=teams, then=Value(OWN)),
        When(activity__kind__in=kinds, then=Value(KNOWN)),
        default=Value(OTHER),
        output_field=IntegerField(),
    )
    free = found.filter(_free() & ~Exists(clash))
    return free.annotate(nearness=nearness).order_by("nearness", "starts_at", "pk")


def with_own(shifts: Iterable[Shift], person: int | None) -> list[Shift]:
    """The shifts, each with how the reader's sign-up stands as `own` (None without one). One query for all."""
    found = list(shifts)
    own: dict[int, str] = {}
    if person and found:
        mine = Signup.objects.active().filter(person=person, shift__in=[shift.pk for shift in found])
        own = dict(mine.values_list("shift", "state"))
    for shift in found:
        shift.own = SignupState(own[shift.pk]) if shift.pk in own else None
    return found


def by_day(shifts: Iterable[Shift]) -> list[Group]:
    """Shifts in the order given, under the day on which each begins in Shanghai."""
    groups: list[Group] = []
    for shift in shifts:
        day = clock.day_of(shift.starts_at)
        if not groups or groups[-1].day != day:
            groups.append(Group(day, ""))
        groups[-1].shifts.append(shift)
    return groups


def by_nearness(shifts: Iterable[Shift]) -> list[Group]:
    """Shifts (`for_reader`) under how near they are."""
    groups = {nearness: Group(None, title) for nearness, title in NEARNESS.items()}
    for shift in shifts:
        groups[getattr(shift, "nearness", OTHER)].shifts.append(shift)
    return [group for group in groups.values() if group.shifts]


@dataclass(frozen=True)
class Cell:
    """A day of the calendar; days of the months around it are `outside`."""

    day: date
    outside: bool
    shifts: list[Shift]

    @property
    def weekday(self) -> StrOrPromise:
        """Mon …, as every date of the portal says it."""
        return WEEKDAYS[self.day.isoweekday() % 7]


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday, and the first days of the months around it (None at the end of all calendars)."""

    first: date
    weeks: list[list[Cell]]
    before: date | None
    after: date | None

    @property
    def days(self) -> list[Cell]:
        """The days on which something is held."""
        return [cell for week in self.weeks for cell in week if cell.shifts and not cell.outside]


def month_of(text: str) -> date:
    """The first day of a month written 2026-12; this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = clock.today()
    return (found if FIRST_YEAR <= found.year <= LAST_YEAR else clock.today()).replace(day=1)


def month(here: Area, user: Visitor, first: date) -> Month:
    """What a reader may see of a month, with what was called off."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    found = Shift.objects.visible_to(user).filter(
        activity__neighbourhood=here,
        activity__approved_at__isnull=False,
        starts_at__gte=_midnight(weeks[0][0]),
        starts_at__lt=_midnight(weeks[-1][-1] + timedelta(days=1)),
    )
    shifts = found.select_related("activity__team").order_by("starts_at", "pk")[:MOST]
    held = {group.day: group.shifts for group in by_day(shifts)}
    cells = [[Cell(day, day.month != first.month, held.get(day, [])) for day in week] for week in weeks]
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
    return Month(
        first,
        cells,
        before if before.year >= FIRST_YEAR else None,
        after if after.year <= LAST_YEAR else None,
    )


def of_activity(activity: Activity) -> QuerySet[Shift]:
    """The shifts of an activity that are not over, the next one first."""
    return activity.shifts.filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")


def _kinds_of(person: int) -> list[str]:
    """The kinds of activities somebody came to, or has hours of."""
    came = Attendance.objects.filter(signup__person=person).values_list(
        "signup__shift__activity__kind", flat=True
    )
    served = HourRecord.objects.counted().filter(person=person).values_list("activity__kind", flat=True)
    return sorted({*came.distinct().order_by(), *served.distinct().order_by()})


def _free() -> Q:
    return Q(starts_at__gt=clock.now(), taken__lt=F("slots"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)
