"""Looking somebody up in the register for the roll: who is missing, who could vote for a line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, groupby
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from portal.community.finding import MOST, Found, people_like, tied_to
from portal.community.models import Dwelling, Ownership, Person, PersonKind, Representative, Residency, Right
from portal.kit import clock, phones
from portal.voting.models import Electorate, RollEntry, Vote
from portal.voting.rolls import LONGEST


def flat(home: Dwelling) -> str:
    """A dwelling as the roll writes it: 3号楼 1 502."""
    return " ".join(filter(None, (home.building.name, home.entrance, home.room)))


def flats(homes: Sequence[Dwelling]) -> str:
    """Dwellings as a line of the roll writes them; of very many the first ones and how many there are."""
    names = [flat(home) for home in homes]
    reach = list(accumulate(len(name) + 1 for name in names))
    shown = "、".join(name for name, end in zip(names, reach, strict=True) if end <= LONGEST)
    return shown if reach[-1] <= LONGEST else f"{shown}… ({len(names)})"


def missing_like(vote: Vote, words: str) -> list[tuple[str, str]]:
    """People the register ties to the place asked, by name or room, who have no line: value and label of each."""
    owners = vote.electorate == Electorate.OWNERS
    ties: Any = Ownership.objects.filter(right=Right.OWNER) if owners else Residency.objects
    there = ties.on(clock.today()).in_area(vote.scope)
    absent = there.exclude(person__in=vote.roll.filter(struck_at=None).values("person"))
    found = people_like(vote.scope, words, Person.objects.filter(pk__in=absent.values("person")))
    listed = absent.filter(person__in=found.people).select_related("person", "dwelling__building")
    ties = list(listed.order_by("person__real_name", "person", "pk")[:MOST])
    # One owner is one line, whatever they own; of a household each dwelling may have its own.
    heads = groupby(ties, key=lambda tie: tie.person_id if owners else tie.pk)
    return [_missing(list(same)) for _head, same in heads]


def _missing(ties: list[Any]) -> tuple[str, str]:
    first, where = ties[0], flats([tie.dwelling for tie in ties])
    return f"{first.person_id}:{first.dwelling_id}", f"{first.person.real_name} · {where}"


def holders_like(entry: RollEntry, words: str) -> Found:
    """Who may be meant to vote for a line: people of the neighbourhood; by a whole phone number anybody else known."""
    here = entry.vote.neighbourhood
    acting = representative(entry)
    known_here = tied_to(here).exclude(pk=entry.person_id)
    among = Person.objects.filter(Q(pk__in=known_here.values("pk")) | Q(pk=acting.pk if acting else 0))
    found = people_like(here, words, among)
    if found.people or not (number := phones.reachable(words)):
        return found
    known = Person.objects.filter(kind=PersonKind.NATURAL, phone=number)
    return people_like(here, words, known.exclude(pk=entry.person_id))


def representative(entry: RollEntry) -> Person | None:
    """The natural person who acts today for the company of a line, as the register knows."""
    today = clock.today()
    acting = Representative.objects.filter(
        Q(until=None) | Q(until__gt=today), company=entry.person_id, since__lte=today
    )
    found = acting.select_related("person").order_by("since").last()
    return found.person if found is not None else None


def could_be_named(entry: RollEntry) -> QuerySet[Person]:
    """Who else the register ties to the flats of a line: other owners, or others of the household."""
    day = clock.today()
    if entry.dwelling_id is not None:
        ties: Any = Residency.objects.on(day).filter(dwelling=entry.dwelling_id)
    elif entry.vote.electorate == Electorate.OWNERS:
        homes = [home.pk for home in _homes(entry)]
        ties = Ownership.objects.on(day).filter(dwelling__in=homes, right=Right.OWNER)
    else:
        return Person.objects.none()
    return (
        Person.objects.filter(pk__in=ties.values("person")).exclude(pk=entry.person_id).order_by("real_name")
    )


def _homes(entry: RollEntry) -> list[Dwelling]:
    """The dwellings a line names. Its text leads to few of the place, of which those are taken that match it whole."""
    flats = entry.where.split("、")
    parts = [text.split(" ") for text in flats]
    like = reduce(or_, [Q(building__name=part[0], room=part[-1]) for part in parts])
    inside = Dwelling.objects.filter(like, building__path__startswith=entry.vote.scope.path)
    return [home for home in inside.select_related("building") if flat(home) in flats]
