"""Agreeing to be called, and what a head notes at the doors of the own building."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.boards import selectors
from portal.boards.doors import reading
from portal.boards.doors.matters import OpenMatter, open_matter, open_matters
from portal.boards.doors.models import CallConsent, DoorResult, DoorTry
from portal.boards.models import BuildingBoardPage
from portal.boards.permissions import BOARDS
from portal.community.models import Dwelling, Person, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible

# What is typed to take a mark of today away.
ERASE = "erase"


@transaction.atomic
def allow_call(user: User, pk: int, phone: str) -> BuildingBoardPage:
    """Agree that the head of the building calls, at a number given for this; said again it replaces the number."""
    board = BOARDS.take(user, pk, "allow_call")
    agreed = {"phone": phone, "since": clock.today(), "noted_by": None}
    CallConsent.objects.update_or_create(board=board, person=person_of(user), defaults=agreed)
    return board


@transaction.atomic
def stop_call(user: User, pk: int) -> BuildingBoardPage:
    """Take it back: the number is forgotten at once."""
    board = BOARDS.take(user, pk, "stop_call")
    board.callable.filter(person=user.person_id).delete()
    return board


@transaction.atomic
def note_call(user: User, pk: int, person: Person, phone: str) -> BuildingBoardPage:
    """Note that a neighbour without an account agreed on paper or at the counter; noted again it replaces the number.

    Raises NotPossible for who does not belong to the building, and for who has an account and says so alone.
    """
    board = BOARDS.take(user, pk, "note_call")
    if not selectors.ties_of(board, [person.pk]):
        raise NotPossible(_("This person neither lives in this building nor owns here.")).at("person")
    if User.objects.filter(person=person, is_active=True).exists():
        raise NotPossible(_("Who has an account agrees on the page of the building.")).at("person")
    agreed = {"phone": phone, "since": clock.today(), "noted_by": user}
    CallConsent.objects.update_or_create(board=board, person=person, defaults=agreed)
    return board


@transaction.atomic
def forget_call(user: User, pk: int, consent: CallConsent) -> BuildingBoardPage:
    """Forget a number that was noted for a neighbour who takes it back on paper or at the counter."""
    board = BOARDS.take(user, pk, "forget_call")
    gone, _rows = reading.noted(board).filter(pk=consent.pk).delete()
    if not gone:
        raise NotPossible(_("This number is not on the door list any more."))
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
        gone += _strangers(board).delete()[0]
    return gone


def _strangers(board: BuildingBoardPage) -> QuerySet[CallConsent]:
    """Numbers of those who left, or closed the account by which they agreed."""
    agreed = list(board.callable.values_list("person", flat=True))
    here = {person for _home, person in selectors.ties_of(board, agreed)}
    with_account = selectors.members(board).values("person")
    return board.callable.exclude(Q(person__in=here), Q(noted_by__isnull=False) | Q(person__in=with_account))


def _note(board: BuildingBoardPage, matter: OpenMatter, home: int, result: str, user: User) -> None:
    same: dict[str, Any] = {"dwelling": Dwelling(pk=home), "subject": matter.subject, "on": clock.today()}
    if result == ERASE:
        DoorTry.objects.filter(**same).delete()
        return
    if result == DoorResult.PAPER and not matter.paper:
        raise NotPossible(_("In this matter no paper is left at the door."))
    DoorTry.objects.update_or_create(**same, defaults={"board": board, "result": result, "by": user})
