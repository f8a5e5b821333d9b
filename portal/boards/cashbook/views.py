"""Pages of a cash book: the book of a year, a line with its receipts, a spending that waits, the files, the sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view
from portal.boards.cashbook import reading
from portal.boards.cashbook.actions import BOOK_ACTIONS, LINE_ACTIONS, OPENING, SPENDING_ACTIONS
from portal.boards.cashbook.models import BigSpending, CashBook, YearCheck
from portal.boards.cashbook.permissions import BOARDS, CASHBOOKS, LINES, SPENDINGS
from portal.boards.cashbook.selectors import book_of, keeper_of
from portal.boards.models import BuildingBoardPage
from portal.boards.selectors import heads
from portal.community.models import Upload
from portal.community.selectors import signature
from portal.community.views import given
from portal.community.web import signed_in
from portal.kit import clock
from portal.kit.paging import paged
from portal.kit.streams import streamed
from portal.ledger import beancount
from portal.ledger.models import Entry, Receipt
from portal.ledger.selectors import years
from portal.threads.models import Thread

open_act = action_view(BOARDS, OPENING)
act = action_view(CASHBOOKS, BOOK_ACTIONS)
line_act = action_view(LINES, LINE_ACTIONS)
spending_act = action_view(SPENDINGS, SPENDING_ACTIONS)
OLDEST, NEWEST, MOST_WAITING = 2000, 2200, 10


def on_board(request: HttpRequest, board: BuildingBoardPage) -> dict[str, Any]:
    """What the board's page shows of its cash book; where there is none, how those who may begin it do."""
    book = book_of(board)
    return {"cash_book": reading.card(book)} if book else {"begin_book": begins(request, board)}


def begins(request: HttpRequest, board: BuildingBoardPage) -> list[Offer]:
    """How a book is begun, for those who may."""
    return offers(request, BOARDS, OPENING, board, "boards:open_cashbook")


@require_safe
def cashbook(request: HttpRequest, pk: int) -> HttpResponse:
    """A year of the book, open to everybody: every line with the balance after it, the sums, what waits."""
    book = CASHBOOKS.open(request, pk)
    allowed = CASHBOOKS.allowed(request.user, book)
    context = _year(book, _chosen(request))
    context |= {
        "page": paged(request, context["rows"]),
        "offers": offers(request, CASHBOOKS, BOOK_ACTIONS, book, "boards:cashbook_act", allowed),
        "waiting": _waiting(book) if "waiting" in allowed else [],
        "sees_receipts": "receipts" in allowed,
        "tab": "home",
    }
    return render(request, "boards/cashbook/book.html", context)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same year as a sheet of A4, for the gathering of the building and for the wall."""
    book = CASHBOOKS.open(request, pk)
    context = _year(book, _chosen(request)) | {"today": clock.today()}
    return render(request, "boards/cashbook/sheet.html", context)


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A year as CSV."""
    book, year = CASHBOOKS.open(request, pk), _chosen(request)
    response = streamed(request, reading.table(reading.year_of(book, year)), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cashbook-{pk}-{year}.csv"'
    return response


@require_safe
def as_beancount(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole book as Beancount text: facts only, to be checked with other people's programs."""
    book = CASHBOOKS.open(request, pk)
    response = streamed(request, beancount.export(book.book), "text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(f"cashbook {pk}")}.beancount"'
    return response


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what, when, who, its fingerprint, its receipts, what reverses it."""
    found = LINES.open(request, pk)
    allowed = LINES.allowed(request.user, found)
    book: CashBook = found.book.cashbook
    year = reading.rows(reading.year_of(book, found.day.year))
    context = {
        "book": book,
        "board": book.board,
        "row": next(one for one in year if one.line.entry.pk == pk),
        "entry": found,
        "reversed_by": getattr(found, "reversed_by", None),
        "second": _second(found),
        "ask_url": _asked_at(book.board),
        "sees_receipts": "receipts" in allowed,
        "offers": offers(request, LINES, LINE_ACTIONS, found, "boards:line_act", allowed),
        "tab": "home",
    }
    return render(request, "boards/cashbook/line.html", context)


@signed_in
@require_safe
def receipt(request: HttpRequest, pk: int, upload: UUID) -> HttpResponseBase:
    """The photo or PDF of a receipt, for neighbours who are signed in."""
    found = LINES.open(request, pk, "receipts")
    return given(
        request,
        get_object_or_404(Receipt.objects.select_related("upload"), entry=found, upload=upload).upload,
    )


@signed_in
@require_safe
def spending(request: HttpRequest, pk: int) -> HttpResponse:
    """A spending a second person looks at, with its receipts."""
    found = SPENDINGS.open(request, pk, "read")
    context = {
        "spending": found,
        "book": found.cashbook,
        "board": found.cashbook.board,
        "asked_by": signature(found.asked_by, found.neighbourhood).name,
        "receipts": found.receipts.all(),
        "offers": offers(request, SPENDINGS, SPENDING_ACTIONS, found, "boards:spending_act"),
        "tab": "home",
    }
    return render(request, "boards/cashbook/spending.html", context)


@signed_in
@require_safe
def spending_receipt(request: HttpRequest, pk: int, upload: UUID) -> HttpResponseBase:
    """A receipt of it, for those who may look at it."""
    found = SPENDINGS.open(request, pk, "read")
    return given(request, get_object_or_404(Upload, pk__in=found.receipts.values("pk"), pk=upload))


def _chosen(request: HttpRequest) -> int:
    """The year of the address, else this one. Raises Http404 for what is no year."""
    said = request.GET.get("year", "")
    if not said:
        return clock.today().year
    if not said.isascii() or not said.isdecimal() or not OLDEST <= int(said[:5]) <= NEWEST:
        raise Http404(said[:20])
    return int(said)


def _year(book: CashBook, year: int) -> dict[str, Any]:
    found = reading.year_of(book, year)
    keeper = keeper_of(book, list(heads(book.board)))
    closed = book.book.closed_years.filter(year=year).first()
    return {
        "book": book,
        "board": book.board,
        "here": book.neighbourhood,
        "year": year,
        "this_year": clock.today().year,
        "years": years(book.book),
        "statement": found,
        "rows": reading.rows(found),
        "figures": reading.figures(found),
        "sums": reading.sums(found),
        "chart": reading.chart(found),
        "keeper": keeper.person.public_name if keeper else "",
        "closed": closed,
        "check": YearCheck.objects.filter(closed=closed).first() if closed else None,
    }


def _asked_at(board: BuildingBoardPage) -> str:
    """Where a question is put: in the building's discussion, or with the message that begins it."""
    if Thread.objects.filter(subject=board.record_subject).exists():
        return f"{board.get_absolute_url()}#thread"
    return reverse("boards:act", args=[board.pk, "message"])


def _second(line: Entry) -> str:
    """Who agreed to a large spending before it became this line."""
    asked = BigSpending.objects.filter(entry=line).select_related("seen_by__person").first()
    return signature(asked.seen_by, line.book.cashbook.neighbourhood).name if asked and asked.seen_by else ""


def _waiting(book: CashBook) -> list[Any]:
    return list(book.spendings.waiting()[:MOST_WAITING])
