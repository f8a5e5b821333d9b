"""A head leaves: another head goes on, or the committee does until one is found."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.boards.models import BuildingBoardPage
from portal.boards.services.photos import DECIDE
from portal.boards.services.rota import ANSWER
from portal.community.leaving import Item, Leaving
from portal.community.models import Appointment, Post
from portal.duties.models import Duty
from portal.record.services import key


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
    """Without another head, what waits for an answer of the head waits for the committee."""
    for board in boards:
        if not _others(leaving, board):
            things = [*board.photos.proposed(), *board.swaps.waiting()]
            waiting = Duty.objects.active().filter(kind__in=[DECIDE, ANSWER], post=Post.BUILDING_HEAD)
            waiting = waiting.filter(subject__in=[key(thing) for thing in things])
            waiting.update(post=Post.WORKER, area=board.neighbourhood)


def _others(leaving: Leaving, board: BuildingBoardPage) -> bool:
    held = Appointment.objects.standing().filter(post=Post.BUILDING_HEAD, area=board.building_id)
    return held.exclude(person=leaving.person).exists()
