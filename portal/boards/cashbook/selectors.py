"""Questions asked of cash books: who keeps one, what its headings are called, its accounts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from portal.boards.cashbook.models import CashBook
from portal.boards.cashbook.states import CASH, Earned, Spent
from portal.community.models import Appointment
from portal.ledger.models import Account, AccountKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.boards.models import BuildingBoardPage


def book_of(board: BuildingBoardPage) -> CashBook | None:
    """The cash book of a board, with the board as it was read; None before it was begun."""
    book = CashBook.objects.filter(board=board).select_related("book").first()
    if book is not None:
        book.board = board
    return book


def keeper_of(book: CashBook, held: list[Appointment]) -> Appointment | None:
    """Who of those that hold the post writes the book: the one named for it, else the first appointed."""
    named = [one for one in held if one.person_id == book.keeper_id]
    return next(iter([*named, *held]), None)


def cash_of(book: CashBook) -> Account:
    """The account with the money."""
    return Account.objects.get(book=book.book_id, code=CASH)


@cache
def _labels() -> dict[str, StrOrPromise]:
    return {str(value): label for choices in (Earned, Spent) for value, label in choices.choices}


def heading(account: Account) -> str:
    """What a heading is called, in the reader's language."""
    if account.kind == AccountKind.FUND:
        return gettext("brought forward")
    return str(_labels().get(account.code, account.name))
