"""Who may do what on the board of a building: its own head, its households, and the committee, which may step in."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, PlaceDoor
from portal.boards.models import BuildingBoardPage, MustRead, Photo, RotaDay, Swap
from portal.boards.selectors import accounts_of_household, heads_building, homes_of
from portal.boards.states import PhotoState, ReadState, SwapState
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, SPEAKERS, Role, roles_in

HEAD = frozenset({Role.BUILDING_HEAD})
KEEPS = HEAD | COMMITTEE
HOUSEHOLD = frozenset({Role.HOUSEHOLD})
INSIDE = KEEPS | HOUSEHOLD
# Towards a day of the rota: the household whose day it is. Towards a swap: who asks, and who is asked.
OWN = frozenset({Role.RESPONSIBLE})
ASKER = frozenset({Role.PROPOSER})

_ANSWERED = _("This request was answered already, or one of the days has come.")
BOARD_NEEDS = {
    "look_after": Need(KEEPS),
    "introduce": Need(KEEPS),
    "show_face": Need(HEAD),
    "write": Need(KEEPS),
    "plan": Need(KEEPS),
    "set_day": Need(KEEPS),
    "see_rota": Need(INSIDE),
    "put_photo": Need(INSIDE),
    "message": Need(SPEAKERS),
    "divide": Need(COMMITTEE),
    "note_round": Need(KEEPS),
    "allow_call": Need(HOUSEHOLD),
    "note_call": Need(COMMITTEE),
    "forget_call": Need(COMMITTEE),
    "stop_call": Need(HOUSEHOLD),
}
MUST_READ_NEEDS = {
    "correct": Need(KEEPS, frozenset({ReadState.CURRENT})),
    "put_up": Need(KEEPS, frozenset({ReadState.CURRENT})),
    "end": Need(KEEPS, frozenset({ReadState.CURRENT})),
}
DAY_NEEDS = {"done": Need(OWN | KEEPS), "ask_swap": Need(OWN)}
SWAP_NEEDS = {
    "read": Need(ASKER | OWN | KEEPS),
    "agree": Need(OWN, frozenset({SwapState.ASKED}), _ANSWERED),
    "refuse": Need(OWN, frozenset({SwapState.ASKED}), _ANSWERED),
    "withdraw": Need(ASKER, frozenset({SwapState.ASKED}), _ANSWERED),
}
PHOTO_NEEDS = {
    "read": Need(ASKER | KEEPS),
    "approve": Need(KEEPS, frozenset({PhotoState.PROPOSED, PhotoState.REMOVED})),
    "refuse": Need(KEEPS, frozenset({PhotoState.PROPOSED})),
    "remove": Need(ASKER | KEEPS, frozenset({PhotoState.SHOWN})),
}


def roles_towards(user: Visitor, board: BuildingBoardPage) -> frozenset[Role]:
    """The roles in the neighbourhood, but a head only of this building; and whether it is one's own building."""
    roles = roles_in(user, board.neighbourhood)
    if Role.BUILDING_HEAD in roles and not heads_building(user, board):
        roles -= HEAD
    return roles | HOUSEHOLD if homes_of(user, board) else roles


def _keeping(user: Visitor, board: BuildingBoardPage) -> frozenset[Role]:
    return roles_towards(user, board) & INSIDE


def _towards_day(user: Visitor, day: RotaDay) -> frozenset[Role]:
    mine = day.dwelling_id in homes_of(user, day.board)
    return _keeping(user, day.board) | (OWN if mine else frozenset())


def _towards_swap(user: Visitor, swap: Swap) -> frozenset[Role]:
    homes, roles = homes_of(user, swap.board), _keeping(user, swap.board)
    if swap.asker_id in homes:
        roles |= ASKER
    # The head answers for a household that has no phone to answer with.
    if swap.asked_id in homes or (
        not roles.isdisjoint(HEAD) and not accounts_of_household(swap.asked).exists()
    ):
        roles |= OWN
    return roles


def _towards_photo(user: Visitor, photo: Photo) -> frozenset[Role]:
    own = user.is_authenticated and user.pk == photo.proposed_by_id
    return _keeping(user, photo.board) | (ASKER if own else frozenset())


def _lock(name: str) -> Callable[[int], object]:
    """The lock of the board above, by the key of what hangs on it: all verbs of a board wait for each other."""

    def lock(pk: int) -> object:
        locked = BuildingBoardPage.objects.select_for_update(of=("self",), no_key=True)
        return locked.filter(**{name: pk}).first()

    return lock


def _board_of(thing: MustRead | RotaDay | Swap | Photo) -> BuildingBoardPage:
    return thing.board


def _boards(user: Visitor) -> QuerySet[BuildingBoardPage]:
    """Every board is public; it comes with whether parts of its building have boards of their own."""
    parts = BuildingBoardPage.objects.filter(building=OuterRef("building")).exclude(entrances="")
    found: QuerySet[BuildingBoardPage] = BuildingBoardPage.objects.annotate(has_parts=Exists(parts))
    return found


BOARDS = Door(
    BuildingBoardPage,
    BOARD_NEEDS,
    roles_towards,
    related=("building",),
    objects=_boards,
    readable=lambda board: board,
)
PLACES = PlaceDoor({})
SWAP_RELATED = ("board__building", "own", "other", "asker", "asked")
MUST_READS = Door(
    MustRead,
    MUST_READ_NEEDS,
    lambda user, found: _keeping(user, found.board),
    related=("board__building", "posted_photo"),
    lock_first=_lock("must_reads"),
    readable=_board_of,
)
DAYS = Door(
    RotaDay,
    DAY_NEEDS,
    _towards_day,
    related=("board__building", "dwelling"),
    lock_first=_lock("rota"),
    readable=_board_of,
)
SWAPS = Door(
    Swap,
    SWAP_NEEDS,
    _towards_swap,
    related=SWAP_RELATED,
    lock_first=_lock("swaps"),
    readable=_board_of,
)
PHOTOS = Door(
    Photo,
    PHOTO_NEEDS,
    _towards_photo,
    related=("board__building", "picture"),
    lock_first=_lock("photos"),
    readable=_board_of,
)
