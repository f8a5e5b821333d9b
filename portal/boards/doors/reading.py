"""The door list of a building: flats with who may be called and what was tried, never how anybody voted or answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value

from portal.boards import selectors
from portal.boards.doors.matters import OpenMatter
from portal.boards.doors.models import CallConsent, DoorResult, DoorTry
from portal.boards.models import BuildingBoardPage
from portal.community.models import Dwelling, Ownership, Right
from portal.kit import clock

# A try after which a household knows of the matter.
KNOWS = (DoorResult.MET, DoorResult.PAPER)


@dataclass
class Door:
    """One flat. `online`: somebody there has an account, and so was told. `asked`: whether the matter asks it.

    `tenant`: held by a tenant of public housing, who is no owner.
    """

    dwelling: Dwelling
    flat: str
    online: bool
    asked: bool
    tenant: bool
    called: list[CallConsent] = field(default_factory=list)
    tries: list[DoorTry] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Told online, or met, or the paper was taken; it says nothing of an answer."""
        return self.online or any(one.result in KNOWS for one in self.tries)

    @property
    def left(self) -> bool:
        """Asked, and not reached yet."""
        return self.asked and not self.reached

    @property
    def today(self) -> DoorTry | None:
        """The try of today, which can still be put right."""
        return next((one for one in self.tries if one.on == clock.today()), None)


def doors(board: BuildingBoardPage, matter: OpenMatter) -> list[Door]:
    """All flats of a board for one matter, by the order of flats; three queries however many there are."""
    called, tries = _called(board), _tries(board, matter)
    homes: list[Any] = selectors.sorted_flats(_flats(board, matter))
    found = [Door(home, selectors.flat(home, board), home.online, home.asked, home.tenant) for home in homes]
    for door in found:
        door.called, door.tries = called[door.dwelling.pk], tries[door.dwelling.pk]
    return found


def may_call(board: BuildingBoardPage, person: int | None) -> CallConsent | None:
    """Whether somebody agreed to be called by the head, and at which number."""
    return board.callable.filter(person=person).first() if person else None


def noted(board: BuildingBoardPage) -> QuerySet[CallConsent]:
    """What the committee noted for neighbours without an account, by name."""
    return (
        board.callable.filter(noted_by__isnull=False)
        .select_related("person")
        .order_by("person__real_name", "pk")
    )


def _flats(board: BuildingBoardPage, matter: OpenMatter) -> list[Any]:
    online = selectors.tied(dwelling=OuterRef("pk"), person__user__is_active=True)
    held = Ownership.objects.on(clock.today()).filter(dwelling=OuterRef("pk"))
    return list(
        board.dwellings()
        .order_by()
        .annotate(
            online=online,
            asked=Exists(Dwelling.objects.filter(matter.asked, pk=OuterRef("pk"))),
            tenant=Exists(held.filter(right=Right.PUBLIC_TENANT)) if matter.owners else Value(False),
        )
    )


def _called(board: BuildingBoardPage) -> dict[int, list[CallConsent]]:
    """Who agreed, by the flats to which they belong today."""
    found: dict[int, list[CallConsent]] = defaultdict(list)
    agreed = {one.person_id: one for one in board.callable.select_related("person").order_by("pk")}
    for dwelling, person in selectors.ties_of(board, list(agreed)) if agreed else ():
        found[dwelling].append(agreed[person])
    return found


def _tries(board: BuildingBoardPage, matter: OpenMatter) -> dict[int, list[DoorTry]]:
    found: dict[int, list[DoorTry]] = defaultdict(list)
    for one in board.tries.filter(subject=matter.subject):
        found[one.dwelling_id].append(one)
    return found
