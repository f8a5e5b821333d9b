"""Freezing a roll: who is asked, one row a head, as the register says on the day the vote is called.

Owners: verified titles of owners that carry the dwelling's vote. A person, a company or a developer with
several dwellings is one head with their summed area (judicial interpretation on owners, art. 9); co-owners
have named one voter. Tenants of public housing own nothing, so they are not asked. Residents: verified
residents who are 18 on the day the vote opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from portal.community.models import (
    Dwelling,
    Ownership,
    Person,
    PersonKind,
    RelationQuerySet,
    Residency,
    Right,
    User,
)
from portal.record import clock
from portal.record.hashing import digest
from portal.voting.models import Electorate, RollEntry, Vote

BATCH = 1000
lot = SystemRandom()


@dataclass(frozen=True)
class Home:
    """One dwelling of one person, as the register has it."""

    person: int
    dwelling: int
    building: int
    name: str
    area: int
    served: bool


@dataclass
class Head:
    """One row of the roll while it is gathered."""

    person: int
    building: int
    served: bool
    area: int = 0
    flats: list[str] = field(default_factory=list)


def draw(vote: Vote, people: Sequence[Person] = ()) -> int:
    """Write the roll of a vote that has none yet, and its sums on the vote. Returns how many are asked.

    `people` are the members of a named panel.
    """
    homes = _owned(vote) if vote.electorate == Electorate.OWNERS else list(_lived_in(vote))
    heads = _heads(homes)
    lot.shuffle(heads)
    RollEntry.objects.bulk_create(
        (
            RollEntry(
                vote=vote,
                number=number,
                person_id=head.person,
                building_id=head.building,
                where=_where(head.flats),
                area=head.area,
                served=head.served,
            )
            for number, head in enumerate(heads, 1)
        ),
        batch_size=BATCH,
    )
    vote.heads, vote.area = len(heads), sum(head.area for head in heads)
    vote.uncovered, vote.uncovered_area = _uncovered(vote, homes)
    vote.save(update_fields=["heads", "area", "uncovered", "uncovered_area"])
    return vote.heads


def fingerprint(vote: Vote) -> str:
    """SHA-256 of the roll as it stands: code, area, served."""
    rows = RollEntry.objects.standing().filter(vote=vote).order_by("number")
    return digest({"roll": [list(row) for row in rows.values_list("number", "area", "served")]})


def _heads(homes: Iterable[Home]) -> list[Head]:
    heads: dict[int, Head] = {}
    for home in homes:
        head = heads.setdefault(home.person, Head(home.person, home.building, home.served))
        head.area += home.area
        head.flats.append(home.name)
    return list(heads.values())


def _owned(vote: Vote) -> list[Home]:
    """A dwelling counts once; where a title is passed on, for the newer owner."""
    return list({home.dwelling: home for home in _homes(_titles(vote), weigh=True)}.values())


def _lived_in(vote: Vote) -> Iterator[Home]:
    here = Residency.objects.on(clock.day_of(vote.called_at)).in_area(vote.scope)
    of_age = Q(person__kind=PersonKind.NATURAL, person__adult_on__lte=clock.day_of(vote.opens_at))
    return _homes(here.filter(of_age), weigh=False)


def _titles(vote: Vote) -> RelationQuerySet[Ownership]:
    held = Ownership.objects.on(clock.day_of(vote.called_at)).in_area(vote.scope)
    return held.filter(is_voter=True, right=Right.OWNER)


def _homes(relations: RelationQuerySet[Any], *, weigh: bool) -> Iterator[Home]:
    reached = User.objects.filter(person=OuterRef("person"), is_active=True)
    rows = relations.order_by(
        "dwelling__building__path", "dwelling__entrance", "dwelling__room", "dwelling", "since", "pk"
    ).values_list(
        "person_id",
        "dwelling_id",
        "dwelling__building_id",
        "dwelling__building__name",
        "dwelling__entrance",
        "dwelling__room",
        "dwelling__exclusive_area",
        Exists(reached),
    )
    for person, dwelling, building, name, entrance, room, area, served in rows.iterator(chunk_size=5000):
        flat = " ".join(filter(None, (name, entrance, room)))
        yield Home(person, dwelling, building, flat, area if weigh else 0, served)


def _where(flats: list[str]) -> str:
    """The flats in one line that fits its column; of very many the first ones and how many there are."""
    limit = RollEntry._meta.get_field("where").max_length or 0
    line = "、".join(dict.fromkeys(flats))
    if len(line) <= limit:
        return line
    return f"{line[: limit - 20].rpartition('、')[0]}… ({len(flats)})"


def _uncovered(vote: Vote, homes: list[Home]) -> tuple[int, int]:
    """How many dwellings in scope, of what area, have nobody on an owners' roll and so weigh nothing."""
    if vote.electorate != Electorate.OWNERS:
        return 0, 0
    inside = Dwelling.objects.filter(building__path__startswith=vote.scope.path)
    found = inside.aggregate(number=Count("pk"), area=Sum("exclusive_area"))
    return found["number"] - len(homes), (found["area"] or 0) - vote.area
