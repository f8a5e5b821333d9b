"""Questions asked of boards: who looks after one, who belongs to it, and what it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.boards.models import BuildingBoardPage, Face
from portal.community.models import (
    Appointment,
    Dwelling,
    Ownership,
    Person,
    Post,
    Residency,
    Upload,
    User,
    Visitor,
)
from portal.community.models.places import in_words
from portal.kit import clock

TIES = (Residency, Ownership)


@dataclass(frozen=True)
class Keeper:
    """Somebody who looks after a building, as its board shows them."""

    name: str
    title: str
    person_id: int
    photo: Upload | None


@dataclass(frozen=True)
class Figures:
    """How large a building is, and how many of its households take part; nobody is named."""

    entrances: int
    floors: int
    households: int
    joined: int


def heads(board: BuildingBoardPage) -> QuerySet[Appointment]:
    """Who holds the post of building head here today, the first appointed first; deputies beside them."""
    held = Appointment.objects.on(clock.today()).filter(post=Post.BUILDING_HEAD, area=board.building_id)
    return held.select_related("person").order_by("since", "pk")


def heads_building(user: Visitor, board: BuildingBoardPage) -> bool:
    """Whether somebody is head of this very building today."""
    return user.is_authenticated and heads(board).filter(person=user.person_id).exists()


def keepers(board: BuildingBoardPage) -> list[Keeper]:
    """Head and deputies with their faces, in two queries."""
    faces = {face.person_id: face for face in board.faces.select_related("photo")}
    return [_keeper(held, faces.get(held.person_id)) for held in heads(board)]


def head_accounts(board: BuildingBoardPage) -> QuerySet[User]:
    """The accounts of those who look after a building."""
    return User.objects.filter(person__in=heads(board).values("person"), is_active=True)


def homes_of(user: Visitor, board: BuildingBoardPage) -> set[int]:
    """The dwellings of a board in which somebody lives or which they own today, by key."""
    person = getattr(user, "person_id", None)
    if person is None:
        return set()
    # Asked once for a board as it was read: for the roles, the rota and the swaps of one page.
    known: dict[int, set[int]] = board.__dict__.setdefault("_homes", {})
    if person not in known:
        homes = board.dwellings().filter(tied(dwelling=OuterRef("pk"), person=person))
        known[person] = set(homes.order_by().values_list("pk", flat=True))
    return known[person]


def members(board: BuildingBoardPage) -> QuerySet[User]:
    """The accounts of those who live or own in what a board is for."""
    homes = board.dwellings().order_by().values("pk")
    held = tied(dwelling__in=homes, person=OuterRef("person"))
    return User.objects.filter(held, is_active=True)


def accounts_of_household(dwelling: Dwelling) -> QuerySet[User]:
    """The accounts of those who live in a dwelling or own it today."""
    held = tied(dwelling=dwelling, person=OuterRef("person"))
    return User.objects.filter(held, is_active=True, person__isnull=False)


def people_of_household(dwelling: Dwelling) -> QuerySet[Person]:
    """Those of a household who can answer on the portal."""
    return Person.objects.filter(user__in=accounts_of_household(dwelling))


def figures(board: BuildingBoardPage) -> Figures:
    """Floors, households, and those of them that have joined, in one query.

    The floor is what is left of a room's number without its last two digits, as rooms are numbered here.
    """
    joins = (
        board.dwellings()
        .order_by()
        .annotate(joins=tied(dwelling=OuterRef("pk"), person__user__is_active=True))
    )
    homes = list(joins.values_list("entrance", "room", "joins"))
    entrances = {entrance for entrance, _room, _joins in homes}
    floors = {room[:-2] for _entrance, room, _joins in homes if room.isdecimal() and len(room) > 2}
    return Figures(len(entrances), len(floors), len(homes), sum(joins for *_home, joins in homes))


def in_order(board: BuildingBoardPage) -> list[Dwelling]:
    """The dwellings of a board by the order of flats: entrance, floor, room."""
    return sorted_flats(board.dwellings())


def sorted_flats(homes: Iterable[Dwelling]) -> list[Dwelling]:
    """Dwellings of one building by the order of flats, whatever was asked of them besides."""
    return sorted(homes, key=lambda home: (_number(home.entrance), _number(home.room), home.pk))


def ties_of(board: BuildingBoardPage, people: list[int]) -> list[tuple[int, int]]:
    """The dwellings of a board to which each of some people belongs today: (dwelling, person), once."""
    inside = Q(person__in=people, dwelling__in=board.dwellings().order_by().values("pk"))
    rows = (tie.objects.on(clock.today()).filter(inside).values_list("dwelling", "person") for tie in TIES)
    living, owning = rows
    return sorted({*living.order_by(), *owning.order_by()})


def flat(dwelling: Dwelling, board: BuildingBoardPage) -> str:
    """A dwelling as its neighbours call it: without the building, and without the entrance where there is one only."""
    return in_words("", dwelling.entrance if len(board.of_entrances) != 1 else "", dwelling.room)


def short(dwelling: Dwelling, figures: Figures) -> str:
    """A dwelling in a few signs, for the strip of a week: 502, or 1-502 where there are several entrances."""
    entrance = dwelling.entrance.removesuffix("单元") if figures.entrances > 1 else ""
    return f"{entrance}-{dwelling.room}" if entrance else dwelling.room


def in_own_building(user: Visitor) -> Exists:
    """Whether somebody lives in the building of a board or owns there today; to filter and to annotate boards."""
    person = getattr(user, "person_id", None)
    return tied(dwelling__building=OuterRef("building"), person=person)


def tied(**where: object) -> Exists:
    """Whether somebody lives somewhere or owns it today; `where`: look-ups of residencies and ownerships alike."""
    living, owning = (Exists(tie.objects.on(clock.today()).filter(**where)) for tie in TIES)
    return living | owning  # type: ignore[return-value]


def _keeper(held: Appointment, face: Face | None) -> Keeper:
    looks_after = face.looks_after if face else ""
    title = f"{held.title}，{looks_after}" if looks_after else held.title
    return Keeper(held.person.public_name, title, held.person_id, face.photo if face else None)


def _number(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdecimal() else (10**6, text)
