"""Drawing a roll: who is asked, one line a head or a household, as the register says on the day of the call.

One statement writes the whole roll, however many are asked: the database finds the homes, adds up what one
person owns and numbers the lines.

Owners: verified titles of owners that carry the dwelling's vote. A person, a company or a developer with
several dwellings is one head with their summed area (judicial interpretation on owners, art. 9); co-owners
have named one voter; where a title is passed on, the newer owner is asked. Tenants of public housing own
nothing, so they are not asked. Residents: verified residents who are 18 on the day the vote opens. Households:
a line a dwelling, held by the one of these who has lived there longest. Delegates hold that post on the day.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Count, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast

from portal.community.models import (
    Dwelling,
    Ownership,
    Person,
    PersonKind,
    Post,
    RelationQuerySet,
    RelationStatus,
    Residency,
    Right,
    User,
)
from portal.community.permissions import holders
from portal.kit import clock
from portal.record.hashing import Rows, digest_of, pieces
from portal.voting.models import Electorate, RollEntry, Vote
from portal.voting.outcome import NONE

CHUNK = 2000
# The flats of a line, for staff and voter; of very many the first ones and how many there are.
LONGEST = 380
IN_ORDER = ("building__path", "entrance", "room", "pk")

# `home` has a row for each dwelling of each person; `chosen` takes each dwelling (or person in it) once.
ROLL = """
INSERT INTO voting_rollentry (vote_id, number, person_id, dwelling_id, building_id, "where", area, served)
WITH home (person, dwelling, building, path, name, entrance, room, area, since, tie, served) AS ({homes}),
chosen AS (
    SELECT home.*, {household} AS household,
        name || CASE WHEN entrance = '' THEN '' ELSE ' ' || entrance END || ' ' || room AS flat,
        row_number() OVER (PARTITION BY {once} ORDER BY {first}) AS turn
    FROM home
),
placed AS (
    SELECT chosen.*,
        row_number() OVER sorted AS place,
        sum(length(flat) + 1) OVER sorted AS reach
    FROM chosen WHERE turn = 1
    WINDOW sorted AS (PARTITION BY person, household ORDER BY path, entrance, room, dwelling)
)
SELECT
    %s, row_number() OVER (ORDER BY {lot}), person, household,
    coalesce(max(CASE WHEN place = 1 THEN building END), %s),
    coalesce({flats} FILTER (WHERE reach <= {longest}), '')
        || CASE WHEN max(reach) > {longest} THEN '… (' || count(*) || ')' ELSE '' END,
    {weight}, {served}
FROM placed GROUP BY person, household, served
"""
# By lot: in the order of a hash whose key nobody keeps, so that a code tells nothing about flat or building.
# SQLite's SHA256 is Django's; its aggregate takes the rows as the window before it sorted them.
SPOKEN = {
    "postgresql": {
        "lot": "sha256(convert_to(CAST(%s AS text) || person || '-' || coalesce(household, 0), 'UTF8'))",
        "flats": "string_agg(flat, '、' ORDER BY place)",
    },
    "sqlite": {
        "lot": "SHA256(CAST(%s AS text) || person || '-' || coalesce(household, 0))",
        "flats": "group_concat(flat, '、')",
    },
}


@dataclass(frozen=True)
class Asked:
    """Whom an electorate is made of: their homes, which of several rows of a dwelling counts, what it weighs."""

    homes: QuerySet[Any, Any]
    once: str = "person, dwelling"
    first: str = "since, tie"
    household: str = "CAST(NULL AS bigint)"
    weight: str = "0"


def draw(vote: Vote, people: Sequence[Person] = ()) -> int:
    """Write the roll of a vote that has none yet, and its sums on the vote. Returns how many are asked.

    `people` are the members of a named panel.
    """
    asked = _asked(vote, people)
    connection = connections[router.db_for_write(RollEntry)]
    try:
        homes, known = asked.homes.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0  # nobody was named, which the query knows without being asked
    spoken = SPOKEN[connection.vendor]
    statement = ROLL.format(
        homes=homes,
        household=asked.household,
        once=asked.once,
        first=asked.first,
        weight=asked.weight,
        # A silent voter counts only once the ballot was handed over: then each handing over is written down.
        served="served" if vote.rule["silence"] == NONE else "FALSE",
        longest=LONGEST,
        **spoken,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*known, vote.pk, secrets.token_hex(32), vote.scope_id])
    return _sum_up(vote)


def seat_those_here(vote: Vote, people: Collection[int]) -> None:
    """Of a roll of households, let each speak by whoever of it is among these persons; other rolls stay as they are."""
    lines = list(vote.roll.exclude(dwelling=None).exclude(person__in=people))
    here = _adults(vote).filter(person__in=people) if lines else Residency.objects.none()
    # Of several of one household the one who has lived there longest, as when the roll was drawn.
    by = dict(here.order_by("-since", "-pk").values_list("dwelling", "person"))
    moved = [line for line in lines if line.dwelling_id in by]
    for line in moved:
        line.person_id = by[line.dwelling_id or 0]
    RollEntry.objects.bulk_update(moved, ["person"])


def fingerprint(vote: Vote) -> str:
    """SHA-256 of the roll as it stands: code, area, served. Line by line, in little memory."""
    rows = RollEntry.objects.active().filter(vote=vote).order_by("number")
    # As a number, which needs no converting row by row.
    reached = rows.annotate(reached=Cast("served", IntegerField()))
    lines = reached.values_list("number", "area", "reached").iterator(chunk_size=CHUNK)
    texts = (f"[{number},{area},{'true' if served else 'false'}]" for number, area, served in lines)
    return digest_of(pieces({"roll": Rows(texts)}))


def _asked(vote: Vote, people: Sequence[Person]) -> Asked:
    match Electorate(vote.electorate):
        case Electorate.OWNERS:
            newest = {"once": "dwelling", "first": "since DESC, tie DESC"}
            return Asked(_rows(titles(vote)), weight="sum(area)", **newest)
        case Electorate.RESIDENTS:
            return Asked(_rows(_adults(vote)))
        case Electorate.HOUSEHOLDS | Electorate.BUILDING:
            return Asked(_rows(_adults(vote)), once="dwelling", household="dwelling")
        case Electorate.DELEGATES:
            return Asked(_named(vote, {held.person_id for held in holders(Post.DELEGATE, vote.scope)}))
        case Electorate.PANEL:
            return Asked(_named(vote, {person.pk for person in people}))


def titles(vote: Vote) -> RelationQuerySet[Ownership]:
    """The titles that vote as owners in a vote's scope, as of the day on which it was called."""
    held = Ownership.objects.on(clock.day_of(vote.called_at)).in_area(vote.scope)
    return held.filter(is_voter=True, right=Right.OWNER)


def _adults(vote: Vote) -> RelationQuerySet[Residency]:
    here = Residency.objects.on(clock.day_of(vote.called_at)).in_area(vote.scope)
    return here.filter(person__kind=PersonKind.NATURAL, person__adult_on__lte=clock.day_of(vote.opens_at))


def _rows(relations: RelationQuerySet[Any]) -> QuerySet[Any, Any]:
    """The columns of `home`, from relations."""
    reached = User.objects.filter(person=OuterRef("person"), is_active=True)
    return relations.values_list(
        "person_id",
        "dwelling_id",
        "dwelling__building_id",
        "dwelling__building__path",
        "dwelling__building__name",
        "dwelling__entrance",
        "dwelling__room",
        "dwelling__exclusive_area",
        "since",
        "pk",
        Exists(reached),
    )


def _named(vote: Vote, people: set[int]) -> QuerySet[Any, Any]:
    """The columns of `home`, from people by name, wherever they live; the place of some is not known."""
    day = clock.day_of(vote.called_at)
    lives = Q(residencys__status=RelationStatus.VERIFIED, residencys__since__lte=day)
    lives &= Q(residencys__until=None) | Q(residencys__until__gt=day)
    reached = User.objects.filter(person=OuterRef("pk"), is_active=True)
    found = Person.objects.filter(pk__in=people)
    return found.annotate(home=FilteredRelation("residencys", condition=lives)).values_list(
        "pk",
        "home__dwelling_id",
        "home__dwelling__building_id",
        "home__dwelling__building__path",
        "home__dwelling__building__name",
        "home__dwelling__entrance",
        "home__dwelling__room",
        "home__dwelling__exclusive_area",
        "home__since",
        F("home__pk"),
        Exists(reached),
    )


def _sum_up(vote: Vote) -> int:
    asked = RollEntry.objects.filter(vote=vote).aggregate(heads=Count("pk"), area=Sum("area"))
    vote.heads, vote.area = asked["heads"], asked["area"] or 0
    # As it was drawn, every dwelling with a title has its line.
    by_title = Q(Exists(titles(vote).filter(dwelling=OuterRef("pk"))))
    vote.uncovered, vote.uncovered_area = uncovered(vote, by_title)
    vote.save(update_fields=["heads", "area", "uncovered", "uncovered_area"])
    return vote.heads


def uncovered(vote: Vote, by_lines: Q | None = None) -> tuple[int, int]:
    """How many dwellings in scope, of what area, have nobody on an owners' roll and so weigh nothing.

    Counted anew from the register as it stood on the day of the call, and from the lines as they stand; `by_lines`:
    which dwellings these stand for, where the caller knows.
    """
    if vote.electorate != Electorate.OWNERS:
        return 0, 0
    open_ = (
        Dwelling.objects.in_use(clock.day_of(vote.called_at))
        .filter(building__path__startswith=vote.scope.path)
        .exclude(by_lines or covered(vote))
    )
    found = open_.aggregate(number=Count("pk"), area=Sum("exclusive_area"))
    return found["number"], found["area"] or 0


def covered(vote: Vote, line: RollEntry | None = None) -> Q:
    """The dwellings that the lines of an owners' roll stand for, or one line alone, as a condition on a dwelling.

    A line drawn at the call stands for what its voter held on that day, also after another was named for it; a
    line added since for the dwellings its correction notes.
    """
    lines = vote.roll.filter(pk=line.pk) if line else vote.roll.active()
    added, renamed = _corrected(vote, line)
    drawn = lines.exclude(pk__in=[*added, *renamed]).order_by()
    holders = Q(Exists(drawn.filter(person=OuterRef("person")))) | Q(person__in=list(renamed.values()))
    held = titles(vote)
    newer = Q(since__gt=OuterRef("since")) | Q(since=OuterRef("since"), pk__gt=OuterRef("pk"))
    passed_on = Exists(held.filter(newer, dwelling=OuterRef("dwelling")))
    noted = [home for homes in added.values() for home in homes]
    return Q(Exists(held.filter(holders, ~passed_on, dwelling=OuterRef("pk")))) | Q(pk__in=noted)


def _corrected(vote: Vote, line: RollEntry | None) -> tuple[dict[int, list[int]], dict[int, int]]:
    """The dwellings of each line that was added, and who stood on each line first that has another voter now.

    Of the lines on the roll, or of one line, on it or not.
    """
    added: dict[int, list[int]] = {}
    first: dict[int, int] = {}
    made = vote.corrections.filter(entry=line) if line else vote.corrections.filter(entry__struck_at=None)
    for entry, before, after in made.order_by("at", "pk").values_list("entry", "before", "after"):
        if after and "homes" in after:
            added[entry] = after["homes"]
        elif before and after and before["person"] != after["person"]:
            first.setdefault(entry, before["person"])
    return added, {entry: person for entry, person in first.items() if entry not in added}


def homes(vote: Vote, person: Person) -> list[Dwelling]:
    """All dwellings in scope for which somebody who is missing would stand on an owners' roll, in its order.

    Those held on the day of the call, else (of a buyer) those held today; not what another line stands for.
    """
    for day in (clock.day_of(vote.called_at), clock.today()):
        held = Ownership.objects.on(day).in_area(vote.scope).filter(person=person, right=Right.OWNER)
        found = Dwelling.objects.filter(pk__in=held.values("dwelling")).exclude(covered(vote))
        if listed := list(found.select_related("building").order_by(*IN_ORDER)):
            return listed
    return []
