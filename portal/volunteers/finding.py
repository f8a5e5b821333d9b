"""Looking a neighbour up in the register: leaders by exact words only, the committee by a part of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.community.models import Appointment, Area, Ownership, Person, PersonKind, Residency
from portal.community.places import ancestors
from portal.kit import clock

MOST = 20


def tied_to(here: Area) -> QuerySet[Person]:
    """People who live, own or hold a post in a neighbourhood today."""
    living, owning = _ties(here)
    touching = Q(area__path__startswith=here.path) | Q(area__path__in=ancestors(here.path))
    posts = Appointment.objects.on(clock.today()).filter(touching, person=OuterRef("pk"))
    near = Exists(living) | Exists(owning) | Exists(posts)
    return Person.objects.filter(near, kind=PersonKind.NATURAL)


def neighbours(here: Area, name: str, building: int, room: str) -> list[Person]:
    """Those of exactly this real name who live or own in exactly this room; mostly one, so nobody can browse."""
    living, owning = (
        held.filter(dwelling__building=building, dwelling__room=room.strip()) for held in _ties(here)
    )
    exact = Person.objects.filter(real_name=name.strip(), kind=PersonKind.NATURAL)
    return list(exact.filter(Exists(living) | Exists(owning)).order_by("pk"))


def people_like(here: Area, words: str) -> list[Person]:
    """For the committee: people of the register tied to here, by a part of the name, by room or whole phone."""
    text = words.strip()
    if not text:
        return []
    living, owning = (held.filter(dwelling__room=text) for held in _ties(here))
    fits = Q(real_name__icontains=text) | Q(phone=text) | Exists(living) | Exists(owning)
    return list(tied_to(here).filter(fits).order_by("real_name", "pk")[:MOST])


def homes(people: list[int], here: Area) -> dict[int, str]:
    """The building in which each of these people lives or owns here, in one query a kind of tie."""
    found: dict[int, str] = {}
    for model in (Ownership, Residency):
        held: Any = model.objects.on(clock.today()).in_area(here).filter(person__in=people)
        found |= dict(held.order_by("-pk").values_list("person", "dwelling__building__name"))
    return found


def signatures(leading: QuerySet[Any], here: Area) -> list[tuple[str, str]]:
    """How those sign who hold these memberships: the public name and the building."""
    people = [held.person for held in leading.select_related("person").order_by("joined_at", "pk")]
    near = homes([person.pk for person in people], here)
    return [(person.public_name, near.get(person.pk, "")) for person in people]


def named(people: list[Person], here: Area) -> list[tuple[str, str]]:
    """Value and label (name, building, end of the phone number) of each person, as the committee tells them apart."""
    near = homes([person.pk for person in people], here)
    parts = [(person, near.get(person.pk, "")) for person in people]
    return [
        (str(person.pk), " · ".join(filter(None, (person.real_name, building, person.masked_phone))))
        for person, building in parts
    ]


def buildings(here: Area) -> list[tuple[int, str]]:
    """The buildings of a neighbourhood, to choose from."""
    return list(
        Area.objects.filter(path__startswith=here.path, kind="building")
        .order_by("path")
        .values_list("pk", "name")
    )


def _ties(here: Area) -> list[QuerySet[Any]]:
    today = clock.today()
    return [
        model.objects.on(today).in_area(here).filter(person=OuterRef("pk"))
        for model in (Residency, Ownership)
    ]
