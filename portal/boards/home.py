"""What the home of a neighbourhood and its disclosure say of the buildings: one's own board, and the open books."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from portal.boards.cashbook.models import CashBook
from portal.boards.cashbook.states import CASH
from portal.boards.models import BuildingBoardPage
from portal.boards.selectors import in_own_building
from portal.community.models import Area
from portal.kit.wording import in_columns as yuan
from portal.ledger.models import Account, Entry
from portal.pages.disclosure.feeds import Told
from portal.pages.home_blocks import Setting, Visit

SHOWN = 3


def read(visit: Visit, setting: Setting) -> dict[str, Any]:
    """The reader's own boards, and the books in which something was written last, each with what it has now."""
    books = books_of(visit.here).order_by("-book__opened_at", "-pk")[: setting.most or SHOWN]
    return {
        "boards": list(_own(visit)),
        "books": [(account.book.cashbook, yuan(account.balance)) for account in books],
    }


def books_of(here: Area) -> QuerySet[Account]:
    """The money accounts of the buildings' books, with book and board."""
    held = Account.objects.filter(code=CASH, book__neighbourhood=here, book__cashbook__isnull=False)
    return held.select_related("book__cashbook__board")


def accounts(here: Area) -> list[Told]:
    """The books as the disclosure lists them: what each has, and the day of its newest line."""
    newest = Entry.objects.filter(book=OuterRef("book")).order_by("-sequence").values("day")[:1]
    found = books_of(here).annotate(newest=newest).order_by("-newest", "pk")
    return [_told(account.book.cashbook, account.balance, account.newest) for account in found]


def _told(book: CashBook, balance: int, day: Any) -> Told:
    return Told(book.title, book.get_absolute_url(), _("%(balance)s yuan") % {"balance": yuan(balance)}, day)


def _own(visit: Visit) -> QuerySet[BuildingBoardPage]:
    """The boards of the buildings in which somebody lives or owns."""
    if not visit.member:
        return BuildingBoardPage.objects.none()
    boards: QuerySet[BuildingBoardPage] = BuildingBoardPage.objects.live().filter(in_own_building(visit.user))
    return boards.filter(building__path__startswith=visit.here.path).order_by("pk")
