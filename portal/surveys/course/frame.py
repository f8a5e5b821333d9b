"""Whom a survey asks: all dwellings in use, or all adults who live here, or a sample of them; and who is whose unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from portal.community.models import Area, Dwelling, Kind, Ownership, Residency, User, Visitor
from portal.community.models.places import Usage
from portal.kit import clock
from portal.surveys.course import lots
from portal.surveys.models import Disposition, FrameUnit, Reach, Strata, Survey, Unit

BATCH = 500


@dataclass(frozen=True)
class Asked:
    """Somebody who can be asked: a dwelling, and of adults the person. `key` names it in the lot."""

    key: str
    dwelling_id: int
    person_id: int | None
    stratum: str
    empty: bool


def draw(survey: Survey) -> int:
    """Make the units of a survey that opens, numbered as the flats lie; returns how many.

    A sample is drawn by lot from `survey.lot`, in proportion to the strata (portal.surveys.course.lots). Flats the
    register calls empty are noted as such, so that they leave the base of the response rate.
    """
    everybody = list(_everybody(survey))
    chosen = _drawn(survey, everybody) if survey.reach == Reach.SAMPLE else everybody
    return len(_make(survey, chosen, first=1))


def grow(survey: Survey) -> list[FrameUnit]:
    """Make units of flats, or adults, that came since a survey of all was opened; they get the next numbers."""
    if survey.reach == Reach.SAMPLE:
        return []
    by_person = survey.unit == Unit.ADULT
    known = set(survey.units.values_list("person_id" if by_person else "dwelling_id", flat=True))
    new = [
        one for one in _everybody(survey) if (one.person_id if by_person else one.dwelling_id) not in known
    ]
    last = survey.units.aggregate(last=Max("number"))["last"] or 0
    return _make(survey, new, first=last + 1, late=True) if new else []


def shrink(survey: Survey) -> int:
    """Note units as empty whose dwelling was retired before they handed anything in; returns how many."""
    gone = survey.units.filter(dwelling__retired_on__isnull=False, handed_in_on=None)
    return gone.exclude(disposition=Disposition.EMPTY).update(disposition=Disposition.EMPTY)


def unit_for(user: Visitor, survey: Survey) -> FrameUnit | None:
    """The unit of somebody who is signed in: the flat they live in today, or they themselves; None: not asked."""
    return units_for(user).filter(survey=survey).order_by("number").first()


def units_for(user: Visitor) -> QuerySet[FrameUnit]:
    """The same of all surveys: a survey asks flats, or adults by themselves."""
    person = getattr(user, "person_id", None)
    if person is None:
        return FrameUnit.objects.none()
    homes = [ties.filter(person=person).values("dwelling") for ties in _living()]
    at_home = Q(dwelling__in=homes[0]) | Q(dwelling__in=homes[1])
    adult = Q(survey__unit=Unit.ADULT)
    return FrameUnit.objects.filter(Q(adult, person=person) | Q(~adult, at_home, person=None))


def accounts(units: QuerySet[FrameUnit], survey: Survey) -> QuerySet[User]:
    """The accounts that can answer for units: those who live in the flats today, or the adults themselves."""
    able = User.objects.filter(is_active=True)
    if survey.unit == Unit.ADULT:
        return able.filter(person__in=units.order_by().values("person"))
    homes = units.order_by().values("dwelling")
    residents, owners = (ties.filter(dwelling__in=homes).values("person") for ties in _living())
    return able.filter(Q(person__in=residents) | Q(person__in=owners))


def _living() -> tuple[QuerySet[Residency], QuerySet[Ownership]]:
    """Who lives in a flat today: verified residents, and owners where the register says that the owner lives there."""
    today = clock.today()
    return Residency.objects.on(today), Ownership.objects.on(today).filter(dwelling__usage=Usage.OWN)


def size(survey: Survey) -> int:
    """How many could be asked now, before a sample is drawn."""
    return sum(1 for _one in _everybody(survey))


def _everybody(survey: Survey) -> Iterator[Asked]:
    return _adults(survey) if survey.unit == Unit.ADULT else _households(survey)


def _households(survey: Survey) -> Iterator[Asked]:
    strata = _strata(survey)
    for home in _dwellings(survey.neighbourhood):
        yield Asked(
            f"dwelling:{home.pk}", home.pk, None, strata.get(home.building_id, ""), home.usage == Usage.EMPTY
        )


def _adults(survey: Survey) -> Iterator[Asked]:
    strata, today, seen = _strata(survey), clock.today(), set()
    living = (
        Residency.objects.on(today)
        .in_area(survey.neighbourhood)
        .filter(person__adult_on__lte=today, person__died_on=None, dwelling__retired_on=None)
    )
    order = ("dwelling__building__path", "dwelling__entrance", "dwelling__room", "person_id")
    for tie in living.select_related("dwelling").order_by(*order):
        if tie.person_id not in seen:
            seen.add(tie.person_id)
            stratum = strata.get(tie.dwelling.building_id, "")
            yield Asked(f"person:{tie.person_id}", tie.dwelling_id, tie.person_id, stratum, empty=False)


def _dwellings(here: Area) -> QuerySet[Dwelling]:
    homes = Dwelling.objects.in_use().filter(building__path__startswith=here.path)
    return homes.order_by("building__path", "entrance", "room", "pk")


def _strata(survey: Survey) -> dict[int, str]:
    """The name of the stratum of each building: its own, or its estate's where it lies in one."""
    inside = Area.objects.filter(path__startswith=survey.neighbourhood.path)
    estates = {area.path: area.name for area in inside.filter(kind=Kind.ESTATE)}
    return {
        area.pk: _estate_of(area, estates) if survey.strata == Strata.ESTATE else area.name
        for area in inside.filter(kind=Kind.BUILDING)
    }


def _estate_of(building: Area, estates: dict[str, str]) -> str:
    return next((name for path, name in estates.items() if building.path.startswith(path)), building.name)


def _drawn(survey: Survey, everybody: list[Asked]) -> list[Asked]:
    strata: dict[str, list[str]] = {}
    for one in everybody:
        strata.setdefault(one.stratum, []).append(one.key)
    drawn = lots.draw(strata, survey.sample_size or 0, survey.lot)
    chosen = {key for keys in drawn.values() for key in keys}
    return [one for one in everybody if one.key in chosen]


def _make(survey: Survey, asked: Iterable[Asked], *, first: int, late: bool = False) -> list[FrameUnit]:
    units = [
        FrameUnit(
            survey=survey,
            number=number,
            dwelling_id=one.dwelling_id,
            person_id=one.person_id,
            stratum=one.stratum[:80],
            disposition=Disposition.EMPTY if one.empty else Disposition.NONE,
            added_on=clock.today() if late else None,
        )
        for number, one in enumerate(asked, first)
    ]
    return FrameUnit.objects.bulk_create(units, batch_size=BATCH)
