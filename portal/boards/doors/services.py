"""Agreeing to be called, and what a head notes at the doors of the own building."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.boards import selectors
from portal.boards.doors.matters import OpenMatter, open_matter, open_matters
from portal.boards.doors.models import CallConsent, DoorResult, DoorTry
from portal.boards.models import BuildingBoardPage
from portal.boards.permissions import BOARDS
from portal.community.models import Dwelling, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible

# What is typed to take a mark of today away.
ERASE = "erase"


@transaction.atomic
def allow_call(user: User, pk: int, phone: str) -> BuildingBoardPage:
    """Agree that the head of the building calls, at a number given for this; said again it replaces the number."""
    board = BOARDS.take(user, pk, "allow_call")
    agreed = {"phone": phone, "since": clock.today()}
    CallConsent.objects.update_or_create(board=board, person=person_of(user), defaults=agreed)
    return board


@transaction.atomic
def stop_call(user: User, pk: int) -> BuildingBoardPage:
    """Take it back: the number is forgotten at once."""
    board = BOARDS.take(user, pk, "stop_call")
    board.callable.filter(person=user.person_id).delete()
    return board


@transaction.atomic
def note_round(user: User, pk: int, subject: str, found: Mapping[int, str]) -> int:
    """Keep what came of a round at the doors, by flat; of one day the last word counts. Returns how many were noted.

    Raises NotPossible where the matter is over, does not ask a flat, or leaves no paper.
    """
    board = BOARDS.take(user, pk, "note_round")
    matter = matter_of(board, subject)
    asked = board.dwellings().filter(matter.asked, pk__in=[*found]).order_by()
    if set(found) - set(asked.values_list("pk", flat=True)):
        raise NotPossible(_("One of these flats is not asked in this matter. Please open the list again."))
    for home, result in found.items():
        _note(board, matter, home, result, user)
    return len(found)


def matter_of(board: BuildingBoardPage, subject: str) -> OpenMatter:
    """An open matter of the building. Raises NotPossible for one that is over."""
    matter = open_matter(board, subject)
    if matter is None:
        raise NotPossible(_("This is over: there is nothing to go round for any more."))
    return matter


def forget() -> int:
    """Tries about what is over, and numbers of those who left the building or closed the account, go."""
    gone = 0
    for board in BuildingBoardPage.objects.filter(tries__isnull=False).distinct().select_related("building"):
        going_on = [one.subject for one in open_matters(board)]
        gone += board.tries.exclude(subject__in=going_on).delete()[0]
    for board in BuildingBoardPage.objects.filter(callable__isnull=False).distinct():
        belonging = selectors.members(board).values("person")
        gone += board.callable.exclude(person__in=belonging).delete()[0]
    return gone


def _note(board: BuildingBoardPage, matter: OpenMatter, home: int, result: str, user: User) -> None:
    same: dict[str, Any] = {"dwelling": Dwelling(pk=home), "subject": matter.subject, "on": clock.today()}
    if result == ERASE:
        DoorTry.objects.filter(**same).delete()
        return
    if result == DoorResult.PAPER and not matter.paper:
        raise NotPossible(_("In this matter no paper is left at the door."))
    DoorTry.objects.update_or_create(**same, defaults={"board": board, "result": result, "by": user})
