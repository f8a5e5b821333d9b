"""Who may do what with a cash book: one of those who look after the building writes, another person looks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.boards.cashbook.models import BigSpending, CashBook
from portal.boards.cashbook.selectors import keeper_of
from portal.boards.cashbook.states import SpendingState
from portal.boards.models import BuildingBoardPage
from portal.boards.selectors import heads
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, STAFF, Role, roles_in
from portal.ledger.models import Book, Entry

HEAD = frozenset({Role.BUILDING_HEAD})
KEEPER = frozenset({Role.BOOKKEEPER})
ASKER = frozenset({Role.PROPOSER})
# Who may be shown what stands on a receipt: those who live or own here, and whoever answers for the place.
NEIGHBOURS = NEIGHBOUR | STAFF | HEAD | KEEPER | {Role.DELEGATE, Role.AUDITOR, Role.OVERSIGHT, Role.PARTY}
WAITING = frozenset({SpendingState.WAITING})
_SEEN = _("Somebody has looked at this already.")

BOARD_NEEDS = {"open_book": Need(HEAD | COMMITTEE)}
BOOK_NEEDS = {
    "earn": Need(KEEPER),
    "spend": Need(KEEPER),
    "name_keeper": Need(HEAD | COMMITTEE),
    "close_year": Need(KEEPER),
    "check_year": Need(COMMITTEE | {Role.DELEGATE, Role.OVERSIGHT}),
    "receipts": Need(NEIGHBOURS),
    "waiting": Need(HEAD | KEEPER | COMMITTEE),
}
LINE_NEEDS = {
    "reverse": Need(KEEPER | COMMITTEE),
    "replace_receipt": Need(KEEPER),
    "receipts": Need(NEIGHBOURS),
}
SPENDING_NEEDS = {
    "read": Need(HEAD | KEEPER | COMMITTEE | ASKER),
    "agree": Need(HEAD | COMMITTEE, WAITING, _SEEN),
    "refuse": Need(HEAD | COMMITTEE, WAITING, _SEEN),
    "withdraw": Need(ASKER, WAITING, _SEEN),
}


def roles_on_board(user: Visitor, board: BuildingBoardPage) -> frozenset[Role]:
    """The roles in the neighbourhood, but a head only of this very building."""
    roles = roles_in(user, board.neighbourhood)
    if roles >= HEAD and not heads(board).filter(person=user.person_id).exists():  # type: ignore[union-attr]
        roles -= HEAD
    return roles


def roles_towards(user: Visitor, book: CashBook) -> frozenset[Role]:
    """With the keeper told from the other heads; where nobody looks after the building, the committee keeps it."""
    roles = roles_in(user, book.neighbourhood)
    if roles.isdisjoint(HEAD | COMMITTEE):
        return roles
    held = list(heads(book.board))
    person = getattr(user, "person_id", None)
    keeper = keeper_of(book, held)
    if all(one.person_id != person for one in held):
        roles -= HEAD
    if keeper is None:
        return roles | KEEPER if roles & COMMITTEE else roles
    return roles | KEEPER if keeper.person_id == person else roles


def _towards_line(user: Visitor, line: Entry) -> frozenset[Role]:
    return roles_towards(user, line.book.cashbook)


def _towards_spending(user: Visitor, spending: BigSpending) -> frozenset[Role]:
    """Whoever asked looks at it only as the one who asked: a second person agrees."""
    roles = roles_towards(user, spending.cashbook)
    if user.is_authenticated and user.pk == spending.asked_by_id:
        return (roles | ASKER) - HEAD - COMMITTEE
    return roles


def _lock_of_line(pk: int) -> object:
    return Book.objects.select_for_update(of=("self",)).filter(entries=pk).first()


def _lock_of_spending(pk: int) -> object:
    return Book.objects.select_for_update(of=("self",)).filter(cashbook__spendings=pk).first()


BOARDS = Door(
    BuildingBoardPage,
    BOARD_NEEDS,
    roles_on_board,
    related=("building",),
    objects=lambda user: BuildingBoardPage.objects.all(),
    readable=lambda board: board,
)
CASHBOOKS = Door(
    CashBook,
    BOOK_NEEDS,
    roles_towards,
    related=("book", "board__building", "keeper"),
    readable=lambda book: book,
)
LINES = Door(
    Entry,
    LINE_NEEDS,
    _towards_line,
    related=("book__cashbook__board__building", "book__cashbook__book", "reverses"),
    lock_first=_lock_of_line,
    neighbourhood="book.cashbook.neighbourhood",
    objects=lambda user: Entry.objects.filter(book__cashbook__isnull=False),
    readable=lambda line: line.book.cashbook,
)
SPENDINGS = Door(
    BigSpending,
    SPENDING_NEEDS,
    _towards_spending,
    related=("cashbook__board__building", "cashbook__book"),
    lock_first=_lock_of_spending,
    readable=lambda spending: spending.cashbook,
)
