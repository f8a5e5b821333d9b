"""Pages of the books: where every fen came from and went, every line, files; acts about the books of a project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.kept import whole
from portal.community.places import neighbourhood_or_404
from portal.funds.books import giving, listing, reading, selectors
from portal.funds.books.actions import BOOK_ACTIONS, GRANT_ACTIONS, NOTE_ACTIONS
from portal.funds.books.flows import ALWAYS, Period, flows, years
from portal.funds.books.permissions import BOOKS, GRANTS, NOTES
from portal.funds.models import Fund
from portal.kit import clock
from portal.kit.paging import paged
from portal.kit.streams import streamed
from portal.ledger import beancount

act = action_view(BOOKS, BOOK_ACTIONS)
grant_act = action_view(GRANTS, GRANT_ACTIONS)
note_act = action_view(NOTES, NOTE_ACTIONS)
OLDEST, NEWEST = 2000, 2200
# What does not stand in the record one by one, such as the nightly adding up, is shown so much later at most.
AS_OLD = timedelta(minutes=1)
LINES = 50


@require_safe
def books(request: HttpRequest, pk: int) -> HttpResponse:
    """Where every fen came from and went, as a picture and as a table, and whether it holds.

    Drawn once for all who are not signed in, until something changes in the neighbourhood or a minute is over.
    """
    fund, year = BOOKS.open(request, pk), _chosen(request)
    here = neighbourhood_or_404(fund.neighbourhood.slug)
    return whole(request, f"books.{here.mark}", lambda: _books(request, fund, year))


def _books(request: HttpRequest, fund: Fund, year: int | None) -> HttpResponse:
    clock.holds_until(clock.now() + AS_OLD)
    found = flows(fund, Period.year(year) if year else ALWAYS)
    shown = reading.sides(found, now=not year or year >= clock.today().year)
    check = selectors.check_of(fund)
    context = {
        "fund": fund,
        "year": year,
        "years": years(fund.book),
        "flows": found,
        "sides": shown,
        "marked": reading.marked(found, shown),
        "holds": found.holds and shown.apart == 0 and not (check and check.fault),
        "check": check,
        "checked_today": check is not None and clock.day_of(check.at) == clock.today(),
        "today": clock.today(),
        "offers": offers(request, BOOKS, BOOK_ACTIONS, fund, "funds:books_act"),
    }
    return render(request, "funds/books/books.html", context)


@require_safe
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line, the newest first; with `only=reversals` those that take another one back."""
    fund = BOOKS.open(request, pk)
    only = request.GET.get("only") == "reversals"
    page = paged(request, listing.reversals(fund) if only else listing.lines(fund), size=LINES)
    context = {"fund": fund, "page": page, "rows": listing.rows(page), "only": only}
    return render(request, "funds/books/lines.html", context)


@require_safe
def lines_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every line as CSV."""
    fund = BOOKS.open(request, pk)
    return _file(request, listing.table(fund), "text/csv", f"fund-{pk}-lines.csv")


@require_safe
def as_beancount(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole book as Beancount text, to be checked with other people's programs."""
    fund = BOOKS.open(request, pk)
    return _file(request, beancount.export(fund.book), "text/plain", f"fund-{pk}.beancount")


@require_safe
def grants_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was given, by the fields of 360Giving."""
    fund = BOOKS.open(request, pk)
    return _file(request, giving.as_json(fund), "application/json", f"fund-{pk}-grants.json")


@require_safe
def grants_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same as the table of 360Giving."""
    fund = BOOKS.open(request, pk)
    return _file(request, giving.as_csv(fund), "text/csv", f"fund-{pk}-grants.csv")


def _file(request: HttpRequest, pieces: Iterator[str], content_type: str, name: str) -> HttpResponseBase:
    response = streamed(request, pieces, content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _chosen(request: HttpRequest) -> int | None:
    """The year of the address; None: all of it. Raises Http404 for what is no year."""
    said = request.GET.get("year", "")
    if not said:
        return None
    if not said.isascii() or not said.isdecimal() or not OLDEST <= int(said[:5]) <= NEWEST:
        raise Http404(said[:20])
    return int(said)
