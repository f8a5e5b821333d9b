"""Finding somebody in the register of a neighbourhood: the one search behind every form that names a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.community.models import Appointment, Area, Ownership, Person, PersonKind, Residency
from portal.community.places import touching
from portal.kit import clock, phones
from portal.kit.names import compared

MOST = 20
# Of what is searched for: a name of several words, building, entrance and room.
MOST_WORDS = 8
# 3号楼502 is written without a space as often as with one.
HOME = re.compile(r"(?<=[楼栋幢座])(?=\w)")


@dataclass(frozen=True)
class Found:
    """Whom some words may mean. `sure`: a whole name, room or phone fits; else a part of a name. At most MOST + 1."""

    people: list[Person] = field(default_factory=list)
    sure: bool = False

    @property
    def one(self) -> Person | None:
        """The one person who is surely meant."""
        return self.people[0] if self.sure and len(self.people) == 1 else None


def tied_to(here: Area) -> QuerySet[Person]:
    """People who live, own or hold a post in a neighbourhood today."""
    posts = Appointment.objects.on(clock.today()).filter(touching(here.path), person=OuterRef("pk"))
    return Person.objects.filter(_at_home(here) | Exists(posts), kind=PersonKind.NATURAL)


def ever_tied(here: Area) -> QuerySet[Person]:
    """Whoever lives, owns or holds a post in a neighbourhood, did once, or asks to; not records united into others."""
    there = [
        model.objects.filter(dwelling__building__path__startswith=here.path, person=OuterRef("pk"))
        for model in (Residency, Ownership)
    ]
    posts = Appointment.objects.filter(area__path__startswith=here.path, person=OuterRef("pk"))
    return Person.objects.filter(
        Q(Exists(there[0])) | Q(Exists(there[1])) | Q(Exists(posts)), united_into=None
    )


def neighbours(here: Area) -> QuerySet[Person]:
    """Natural persons, and firms that own, who live or own in a neighbourhood today."""
    return Person.objects.filter(_at_home(here))


def people_like(here: Area, text: str, among: QuerySet[Person] | None = None) -> Found:
    """Who is meant by a name, a room or a phone number, perhaps with the building: 王芳, 王芳 6号楼, 3号楼 502.

    Whole names go before parts of names. `among`: who can be meant at all; by default whoever is tied to here.
    Two questions to the database, however many people.
    """
    words = HOME.sub(" ", text).split()[:MOST_WORDS]
    if not words:
        return Found()
    within = tied_to(here) if among is None else among
    for sure in (True, False):
        fitting = within.filter(_fits(here, words, sure=sure)).order_by("real_name", "pk")
        people = list(fitting[: MOST + 1])
        if people:
            return Found(people, sure)
    return Found()


def exactly(here: Area, name: str, building: int, room: str) -> list[Person]:
    """Those of exactly this real name who live or own in exactly this room; mostly one, so nobody can browse."""
    living, owning = (
        held.filter(dwelling__building=building, dwelling__room=room.strip()) for held in _ties(here)
    )
    exact = Person.objects.filter(name_key=compared(name), kind=PersonKind.NATURAL)
    return list(exact.filter(Exists(living) | Exists(owning)).order_by("pk"))


def homes(people: list[int], here: Area, *, room: bool = False) -> dict[int, str]:
    """The building, or with `room` the flat, of each of these people here, in one query a kind of tie."""
    found: dict[int, str] = {}
    place = ["dwelling__building__name", *(["dwelling__entrance", "dwelling__room"] if room else [])]
    for model in (Ownership, Residency):
        held: Any = model.objects.on(clock.today()).in_area(here).filter(person__in=people)
        rows = held.order_by("-pk").values_list("person", *place)
        found |= {person: " ".join(filter(None, parts)) for person, *parts in rows}
    return found


def named(people: list[Person], here: Area) -> list[tuple[str, str]]:
    """Value and label (name, flat) of each person, as staff tell them apart. No phone number and no ID number."""
    near = homes([person.pk for person in people], here, room=True)
    return [
        (str(person.pk), " · ".join(filter(None, (person.real_name, near.get(person.pk, "")))))
        for person in people
    ]


def buildings(here: Area) -> list[tuple[int, str]]:
    """The buildings of a neighbourhood, to choose from."""
    return list(
        Area.objects.filter(path__startswith=here.path, kind="building")
        .order_by("path")
        .values_list("pk", "name")
    )


def _fits(here: Area, words: list[str], *, sure: bool) -> Q:
    """A name or phone, perhaps with the place behind it, or a place alone, which has to have a room.

    A name may be of several words (John Smith, 张 三): each way to part name and place is asked.
    """
    found = _named("".join(words), sure=sure)
    for parted in range(1, len(words)):
        found |= _named("".join(words[:parted]), sure=sure) & _living(here, words[parted:])
    return found | (_living(here, words, room=True) if sure else Q())


def _named(text: str, *, sure: bool) -> Q:
    key = compared(text)
    if not sure:
        return Q(name_key__contains=key) if key else Q(pk=None)
    number = phones.reachable(text)
    reached = Q(phone=number) | Q(user__phone=number, user__phone_verified=True) if number else Q()
    return (Q(name_key=key) | Q(shown_key=key) if key else Q(pk=None)) | reached


def _living(here: Area, words: list[str], *, room: bool = False) -> Q:
    """Whoever lives or owns in a flat that every word fits, as its building, entrance or room."""
    found = Q()
    for model in (Residency, Ownership):
        held: Any = model.objects.on(clock.today()).in_area(here)
        if room:
            held = held.filter(dwelling__room__in=words)
        for word in words:
            held = held.filter(
                Q(dwelling__building__name=word) | Q(dwelling__entrance=word) | Q(dwelling__room=word)
            )
        found |= Q(pk__in=held.values("person"))
    return found


def _at_home(here: Area) -> Q:
    living, owning = _ties(here)
    return Q(Exists(living) | Exists(owning))


def _ties(here: Area) -> list[QuerySet[Any]]:
    today = clock.today()
    return [
        model.objects.on(today).in_area(here).filter(person=OuterRef("pk"))
        for model in (Residency, Ownership)
    ]


def neighbours_like(here: Area, words: str) -> Found:
    """The people who live or own here whom some words may mean."""
    return people_like(here, words, neighbours(here))
