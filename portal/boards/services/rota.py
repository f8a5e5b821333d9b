"""The rota: days by the order of flats or by hand, swapped between households, ticked when done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import cycle, islice

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time, notify
from portal.actions.lifecycles import advance
from portal.boards import selectors
from portal.boards.events import (
    DAY_GIVEN,
    PLANNED,
    SWAP_AGREED,
    SWAP_ASKED,
    SWAP_LAPSED,
    SWAP_REFUSED,
    TOMORROW,
)
from portal.boards.models import BuildingBoardPage, RotaDay, Swap
from portal.boards.permissions import BOARDS, DAYS, SWAP_RELATED, SWAPS
from portal.boards.states import SwapState
from portal.community.models import Dwelling, Post, User
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.record.services import key

WEEK = 7
LONGEST = 12
ANSWER = "board.swap"
# A neighbour has so long to answer, at most until the first of the two days.
TO_ANSWER = timedelta(days=2)


@transaction.atomic
def plan(user: User, pk: int, first_day: date, weeks: int, start: Dwelling) -> BuildingBoardPage:
    """Give the days of some weeks to households by the order of flats, beginning with one; what is given stays."""
    board = BOARDS.take(user, pk, "plan")
    order = selectors.in_order(board)
    if start not in order:
        raise NotPossible(_("This flat is not one of this board. Please choose another one."))
    at = order.index(start)
    days = [first_day + timedelta(days=n) for n in range(weeks * WEEK)]
    given = set(board.rota.filter(day__in=days).values_list("day", flat=True))
    free = [day for day in days if day not in given]
    homes = islice(cycle(order[at:] + order[:at]), len(free))
    RotaDay.objects.bulk_create(
        RotaDay(board=board, day=day, dwelling=home) for day, home in zip(free, homes, strict=True)
    )
    announce(
        PLANNED,
        board,
        by=user,
        to=selectors.members(board).exclude(pk=user.pk),
        url=f"{board.get_absolute_url()}#rota",
        data={"from": days[0].isoformat(), "to": days[-1].isoformat()},
        first_on=days[0].isoformat(),
        last_on=days[-1].isoformat(),
    )
    return board


@transaction.atomic
def set_day(user: User, pk: int, day: date, dwelling: Dwelling) -> RotaDay:
    """Give one day to a household by hand, whoever had it before; the household is told, and wishes to swap lapse."""
    board = BOARDS.take(user, pk, "set_day")
    if not board.dwellings().filter(pk=dwelling.pk).exists():
        raise NotPossible(_("This flat is not one of this board. Please choose another one."))
    if day < clock.today():
        raise NotPossible(_("This day is over."))
    given, new = RotaDay.objects.get_or_create(board=board, day=day, defaults={"dwelling": dwelling})
    if not new and given.dwelling_id != dwelling.pk:
        given.dwelling, given.done_at, given.done_by = dwelling, None, None
        given.save(update_fields=["dwelling", "done_at", "done_by"])
        _lapse_those_about([given])
    told = selectors.accounts_of_household(dwelling).exclude(pk=user.pk)
    notify(DAY_GIVEN, given, told, once_per=each_time(given), day_on=day.isoformat())
    stir(board.neighbourhood.slug)
    return given


@transaction.atomic
def done(user: User, pk: int) -> RotaDay:
    """Tick a day off: by its household, or by the head for one without a phone."""
    day = DAYS.take(user, pk, "done")
    if day.day > clock.today():
        raise NotPossible(_("This day is still to come."))
    if day.done_at is None:
        day.done_at, day.done_by = clock.now(), user
        day.save(update_fields=["done_at", "done_by"])
        stir(day.neighbourhood.slug)
    return day


@transaction.atomic
def ask_swap(user: User, pk: int, other: RotaDay) -> Swap:
    """Ask the household of another day to swap; it owes an answer by a date, and is told."""
    own = DAYS.take(user, pk, "ask_swap")
    other = RotaDay.objects.select_related("dwelling").get(pk=other.pk)
    _require_swappable(own, other)
    swap = Swap.objects.create(
        board=own.board, own=own, other=other, asker=own.dwelling, asked=other.dwelling, asked_by=user
    )
    due = _owe_answer(swap)
    _tell_asked(swap, due)
    return swap


@transaction.atomic
def agree(user: User, pk: int) -> Swap:
    """Swap the two days, if both households still have them. Raises NotPossible where one has gone elsewhere."""
    swap = SWAPS.take(user, pk, "agree")
    if (swap.own.dwelling_id, swap.other.dwelling_id) != (swap.asker_id, swap.asked_id):
        raise NotPossible(_("One of the two days has gone to another household. Please ask again."))
    advance(swap, SwapState.AGREED, agreed_at=clock.now())
    for day, home in ((swap.own, swap.asked), (swap.other, swap.asker)):
        day.dwelling = home
        day.save(update_fields=["dwelling"])
    duties.close(ANSWER, swap, by=user)
    _lapse_those_about([swap.own, swap.other])
    _answer(SWAP_AGREED, swap)
    return swap


@transaction.atomic
def refuse(user: User, pk: int) -> Swap:
    """Say that it does not suit; no reason is asked for."""
    swap = SWAPS.take(user, pk, "refuse")
    advance(swap, SwapState.REFUSED, refused_at=clock.now())
    duties.close(ANSWER, swap, by=user)
    _answer(SWAP_REFUSED, swap)
    return swap


@transaction.atomic
def withdraw(user: User, pk: int) -> Swap:
    """Take a wish to swap back before it is answered."""
    swap = SWAPS.take(user, pk, "withdraw")
    advance(swap, SwapState.WITHDRAWN, withdrawn_at=clock.now())
    duties.drop(swap)
    stir(swap.neighbourhood.slug)
    return swap


def lapse_unanswered() -> None:
    """Wishes of which a day has come lapse, and whoever asked is told. Safe twice at once."""
    open_ones = Swap.objects.filter(agreed_at=None, refused_at=None, withdrawn_at=None, lapsed_at=None)
    come = Q(own__day__lte=clock.today()) | Q(other__day__lte=clock.today())
    for pk in list(open_ones.filter(come).values_list("pk", flat=True)):
        _lapse_one(pk)


def tell_tomorrow() -> None:
    """The households of tomorrow's days are told once."""
    days = RotaDay.objects.filter(day=clock.today() + timedelta(days=1))
    for day in days.select_related("board__building", "dwelling"):
        notify(
            TOMORROW,
            day,
            selectors.accounts_of_household(day.dwelling),
            once_per=f"rota:{day.pk}:{day.dwelling_id}",
            chore=day.board.chore,
        )


def waiting_for(board: BuildingBoardPage, homes: set[int]) -> list[Swap]:
    """Swaps of these households that wait for an answer: theirs, or the neighbour's."""
    mine = Q(asked__in=homes) | Q(asker__in=homes)
    found = board.swaps.waiting().filter(mine)
    return list(found.select_related("own", "other", "asker", "asked"))


def due_of(swaps: list[Swap]) -> list[tuple[Swap, datetime | None]]:
    """Swaps with until when each is to be answered, in one query."""
    owed = Duty.objects.active().filter(kind=ANSWER, subject__in=[key(one) for one in swaps])
    due = dict(owed.values_list("subject", "due_at"))
    return [(one, due.get(key(one))) for one in swaps]


def _require_swappable(own: RotaDay, other: RotaDay) -> None:
    if other.board_id != own.board_id or other.dwelling_id == own.dwelling_id:
        raise NotPossible(_("Please choose the day of another household."))
    if min(own.day, other.day) <= clock.today():
        raise NotPossible(_("Only days to come can be swapped."))
    require_unasked(own)


def require_unasked(own: RotaDay) -> None:
    """Refuse to ask a second neighbour about a day while the first has not answered."""
    if Swap.objects.waiting().filter(own=own).exists():
        raise NotPossible(
            _("You have asked a neighbour about this day already. Please take that back first.")
        )


def _owe_answer(swap: Swap) -> Deadline:
    first = clock.at_time(min(swap.own.day, swap.other.day), 0, 0)
    due = Deadline(min(clock.now() + TO_ANSWER, first))
    people = list(selectors.people_of_household(swap.asked))
    for person in people:
        duties.open_duty(ANSWER, swap, due=due, person=person)
    if not people:
        duties.open_duty(ANSWER, swap, due=due, post=Post.BUILDING_HEAD, area=swap.board.building)
    return due


def _tell_asked(swap: Swap, due: Deadline) -> None:
    asked = selectors.accounts_of_household(swap.asked)
    notify(
        SWAP_ASKED,
        swap,
        asked if asked.exists() else selectors.head_accounts(swap.board),
        once_per=f"swap:{swap.pk}:asked",
        flat=selectors.flat(swap.asker, swap.board),
        due_at=due.at.isoformat(),
        **_days(swap),
    )
    stir(swap.neighbourhood.slug)


def _answer(event: object, swap: Swap) -> None:
    notify(
        event,  # type: ignore[arg-type]
        swap,
        selectors.accounts_of_household(swap.asker),
        once_per=f"swap:{swap.pk}:answered",
        flat=selectors.flat(swap.asked, swap.board),
        **_days(swap),
    )
    stir(swap.neighbourhood.slug)


def _days(swap: Swap) -> dict[str, str]:
    return {"own_on": swap.own.day.isoformat(), "other_on": swap.other.day.isoformat()}


def _lapse_those_about(days: list[RotaDay]) -> None:
    """A day that has gone to another household is no longer what was asked about. The board is locked."""
    about = Q(own__in=days) | Q(other__in=days)
    for swap in Swap.objects.waiting().filter(about).select_related(*SWAP_RELATED):
        _lapse(swap)


@transaction.atomic
def _lapse_one(pk: int) -> None:
    BuildingBoardPage.objects.select_for_update(of=("self",), no_key=True).filter(swaps=pk).first()
    swap = Swap.objects.select_related(*SWAP_RELATED).get(pk=pk)
    if not any((swap.agreed_at, swap.refused_at, swap.withdrawn_at, swap.lapsed_at)):
        _lapse(swap)


def _lapse(swap: Swap) -> None:
    swap.lapsed_at = clock.now()
    swap.save(update_fields=["lapsed_at"])
    duties.drop(swap)
    _answer(SWAP_LAPSED, swap)
