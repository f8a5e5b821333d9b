"""Looking somebody up in the register for the roll: who is missing, who could vote for a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, groupby
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.community.finding import MOST, Found, people_like, tied_to
from portal.community.models import Dwelling, Ownership, Person, PersonKind, Representative, Residency, Right
from portal.kit import clock, phones
from portal.voting import rolls
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


@dataclass(frozen=True)
class Absent:
    """Who was looked for and has no line: whom the roll can take (value and label of each), and who stands on another.

    Of the latter the label, and the line that stands for their flats; None where its text does not name them.
    """

    missing: list[tuple[str, str]]
    standing: list[tuple[str, RollEntry | None]]


def absent_like(vote: Vote, words: str) -> Absent:
    """People whom the register ties to the place asked, by name or room, and who have no line. At most five queries."""
    ties = _absent(vote, words)
    taken = _taken(vote, [tie.dwelling_id for tie in ties])
    # One owner is one line, whatever they own; of a household each dwelling may have its own.
    owners = vote.electorate == Electorate.OWNERS
    heads = [list(same) for _head, same in groupby(ties, lambda tie: tie.person_id if owners else tie.pk)]
    free = [[tie for tie in same if tie.dwelling_id not in taken] for same in heads]
    held = [same for same, left in zip(heads, free, strict=True) if not left]
    lines = _lines_of(vote, [tie.dwelling for same in held for tie in same])
    return Absent(
        [_missing(left) for left in free if left],
        [(_missing(same)[1], lines.get(same[0].dwelling_id)) for same in held],
    )


def _absent(vote: Vote, words: str) -> list[Any]:
    """The ties of those found, a person's together; of residents only who may vote."""
    owners = vote.electorate == Electorate.OWNERS
    ties: Any = Ownership.objects.filter(right=Right.OWNER) if owners else Residency.objects
    there = ties.on(clock.today()).in_area(vote.scope)
    if not owners:
        there = there.filter(person__adult_on__lte=clock.day_of(vote.opens_at))
    absent = there.exclude(person__in=vote.roll.filter(struck_at=None).values("person"))
    found = people_like(vote.scope, words, Person.objects.filter(pk__in=absent.values("person")))
    listed = absent.filter(person__in=found.people).select_related("person", "dwelling__building")
    return list(listed.order_by("person__real_name", "person", "pk")[:MOST])


def _taken(vote: Vote, homes: Sequence[int]) -> set[int]:
    """Of some dwellings those that a line stands for, so that nobody else comes on the roll by them."""
    if vote.electorate == Electorate.OWNERS:
        stood_for = Dwelling.objects.filter(rolls.covered(vote), pk__in=homes)
        return set(stood_for.values_list("pk", flat=True))
    lines = vote.roll.active().filter(dwelling__in=homes)
    return {entry.dwelling_id for entry in lines if entry.dwelling_id}


def _lines_of(vote: Vote, homes: Sequence[Dwelling]) -> dict[int, RollEntry]:
    """The line that names each dwelling."""
    if not homes:
        return {}
    naming = reduce(or_, (Q(where__contains=flat(home)) for home in homes))
    lines = list(vote.roll.active().filter(naming).select_related("vote"))
    named = {text: entry for entry in lines for text in entry.where.split("、")}
    return {home.pk: named[flat(home)] for home in homes if flat(home) in named}


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
    """Who else the register ties to all flats of a line: other owners, or others of the household.

    A line has one voter: who owns only some of its flats would vote for the others, too.
    """
    homes = homes_of(entry)
    if homes is None:
        return Person.objects.none()
    ties: Any = (
        Residency.objects if entry.dwelling_id is not None else Ownership.objects.filter(right=Right.OWNER)
    )
    here = ties.on(clock.today()).filter(dwelling__in=homes).order_by()
    whole = here.values("person").annotate(held=Count("dwelling", distinct=True)).filter(held=homes.count())
    return (
        Person.objects.filter(pk__in=whole.values("person")).exclude(pk=entry.person_id).order_by("real_name")
    )


def homes_of(entry: RollEntry) -> QuerySet[Dwelling] | None:
    """The dwellings that a line stands for; None for that of a person alone."""
    if entry.dwelling_id is not None:
        return Dwelling.objects.filter(pk=entry.dwelling_id)
    owners = entry.vote.electorate == Electorate.OWNERS
    return Dwelling.objects.filter(rolls.covered(entry.vote, entry)) if owners else None
