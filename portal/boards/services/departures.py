"""A head leaves: another head goes on, or the committee does until one is found."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import each_time, notify
from portal.boards import selectors
from portal.boards.events import HEADLESS
from portal.boards.models import BuildingBoardPage
from portal.boards.services.photos import DECIDE
from portal.boards.services.rota import ANSWER
from portal.community.leaving import Item, Leaving
from portal.community.models import Appointment, Post
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key

HEAD = "board.head"
# Working days in which the committee looks for another head; practice, not law.
TO_FIND = 20


def boards_of(leaving: Leaving) -> QuerySet[BuildingBoardPage]:
    """The boards that somebody looks after by the post that ends, or by any where the account closes."""
    held = Appointment.objects.standing().filter(post=Post.BUILDING_HEAD)
    if leaving.post is not None:
        held = held.filter(pk=leaving.post.pk)
    elif leaving.closes_account:
        held = held.filter(person=leaving.person)
    else:
        held = held.none()
    return BuildingBoardPage.objects.filter(building__in=held.values("area")).select_related("building")


def shown(leaving: Leaving, board: BuildingBoardPage) -> Item:
    """One of them, as the page of the leaving lists it."""
    goes_on = bool(_others(leaving, board))
    becomes = (
        _("the other heads go on")
        if goes_on
        else _("the committee looks after it until there is another head")
    )
    return Item(board.title, becomes, board.get_absolute_url())


def hand_to_committee(leaving: Leaving, boards: list[BuildingBoardPage]) -> None:
    """Without another head the committee owes to find one, and what waited for the head waits for it."""
    for board in boards:
        if not _others(leaving, board):
            _owe(board)


def _others(leaving: Leaving, board: BuildingBoardPage) -> bool:
    held = Appointment.objects.standing().filter(post=Post.BUILDING_HEAD, area=board.building_id)
    return held.exclude(person=leaving.person).exists()


def _owe(board: BuildingBoardPage) -> None:
    due = add_working_days(clock.now(), TO_FIND)
    place: dict[str, Any] = {
        "neighbourhood": board.neighbourhood,
        "title": board.title,
        "url": board.get_absolute_url(),
    }
    duties.open_duty(HEAD, board.record_subject, due=due, post=Post.WORKER, **place)
    things = [*board.photos.proposed(), *board.swaps.waiting()]
    waiting = Duty.objects.active().filter(kind__in=[DECIDE, ANSWER], post=Post.BUILDING_HEAD)
    waiting.filter(subject__in=[key(thing) for thing in things]).update(
        post=Post.WORKER, area=board.neighbourhood
    )
    workers = post_users(Post.WORKER, board.neighbourhood)
    notify(HEADLESS, board, workers, once_per=each_time(board), due_at=due.at.isoformat())


def heads_found() -> None:
    """The committee has kept its promise where a building has a head again."""
    for duty in Duty.objects.active().filter(kind=HEAD):
        board = BuildingBoardPage.objects.filter(pk=duty.subject.partition(":")[2]).first()
        if board is not None and selectors.heads(board).exists():
            duties.close(HEAD, duty.subject)
