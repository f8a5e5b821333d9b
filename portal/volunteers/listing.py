"""Reading what is ahead: by day with filters, or for one reader. Never more queries for more shifts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Visitor
from portal.kit import clock
from portal.kit.paging import PAGE
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


def listed(here: Area, user: Visitor, wish: Wish, number: str | None = None, size: int = PAGE) -> Listed:
    """A page of what is ahead in a neighbourhood, each shift with the reader's own sign-up as `own`."""
    person = getattr(user, "person_id", None)
    found = chosen(here, user, wish)
    if wish.mine and person:
        found = for_reader(found, person)
    page = Paginator(found.select_related("activity__team", "activity__cover"), size).get_page(number)
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
