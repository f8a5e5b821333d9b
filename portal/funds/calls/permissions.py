"""Who may do what with a fund, a source of its money, a line of its book, and a call."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import NEIGHBOUR, Role, roles_in
from portal.funds.accounts import PROJECT
from portal.funds.models import Call, Fund, Source
from portal.funds.permissions import CLERKS, DIRECTOR, OFFICE, roles_towards
from portal.funds.states import CallState, FundState
from portal.ledger.models import Book, Entry, EntryKind

C = CallState
GIVING = frozenset({FundState.OPEN})
_WOUND_UP = _("This fund is wound up. It has to be opened again first.")
# Its rules can still be written: nobody has handed in or voted yet (`frozen_at` says so to the services).
WRITABLE = frozenset({C.DRAFT, C.OPEN})
STAND = _("The rules of this round stand. They do not change any more.")
# Who may be shown papers of money that came in: they can show names and numbers of accounts.
READERS = NEIGHBOUR | OFFICE | {Role.DELEGATE, Role.AUDITOR, Role.OVERSIGHT, Role.PARTY}

PLACE = PlaceDoor({"open_fund": Need(CLERKS)})
FUND_NEEDS = {
    "edit_fund": Need(CLERKS, GIVING, _WOUND_UP),
    "add_source": Need(CLERKS, GIVING, _WOUND_UP),
    "write_call": Need(CLERKS, GIVING, _WOUND_UP),
    "wind_up": Need(DIRECTOR, GIVING, _WOUND_UP),
    "reopen": Need(DIRECTOR, frozenset({FundState.CLOSED})),
    # What is only read: lines of money that came in, as the office looks after them.
    "office": Need(OFFICE),
}
SOURCE_NEEDS = {
    "receive": Need(CLERKS),
    "spend": Need(CLERKS),
    "edit_source": Need(CLERKS),
    "end_source": Need(CLERKS),
    "resume_source": Need(CLERKS),
}
LINE_NEEDS = {
    "correct": Need(CLERKS),
    "reverse": Need(CLERKS),
    "papers": Need(READERS),
}
CALL_NEEDS = {
    "edit": Need(CLERKS, WRITABLE, STAND),
    "choose_rules": Need(CLERKS, WRITABLE, STAND),
    "weigh": Need(CLERKS, WRITABLE, STAND),
    "plan": Need(CLERKS, WRITABLE, STAND),
    "sort_costs": Need(CLERKS, WRITABLE, STAND),
    "open_call": Need(DIRECTOR, frozenset({C.DRAFT})),
    "copy": Need(CLERKS),
    "close_call": Need(CLERKS, frozenset({C.DECIDED})),
    "cancel_call": Need(DIRECTOR, frozenset({C.DRAFT, C.OPEN, C.REVIEWING})),
}


def own_lines(user: Visitor) -> QuerySet[Entry]:
    """Lines of the fund itself: money that came in, and its own costs; what projects got is theirs (running)."""
    of_projects = {"postings__account__code__startswith": PROJECT}
    return (
        Entry.objects.filter(book__fund__isnull=False).exclude(kind=EntryKind.REVERSAL).exclude(**of_projects)
    )


def _towards_source(user: Visitor, source: Source) -> frozenset[Role]:
    return roles_towards(user, source.fund)


def _towards_line(user: Visitor, line: Entry) -> frozenset[Role]:
    return roles_in(user, line.book.neighbourhood)


def _lock_of_source(pk: Any) -> object:
    """The book first: promises and payments of a source wait for each other there."""
    return Book.objects.select_for_update(of=("self",)).filter(fund__sources=pk).first()


def _lock_of_line(pk: Any) -> object:
    return Book.objects.select_for_update(of=("self",)).filter(entries=pk).first()


FUNDS = Door(Fund, FUND_NEEDS, roles_towards, related=("neighbourhood", "book"), readable=lambda fund: fund)
SOURCES = Door(
    Source,
    SOURCE_NEEDS,
    _towards_source,
    related=("fund__neighbourhood", "fund__book", "at_hand", "income"),
    lock_first=_lock_of_source,
    objects=lambda user: Source.objects.all(),
    readable=lambda source: source.fund,
)
LINES = Door(
    Entry,
    LINE_NEEDS,
    _towards_line,
    related=("book__fund", "book__neighbourhood"),
    lock_first=_lock_of_line,
    neighbourhood="book.neighbourhood",
    objects=own_lines,
    readable=lambda line: line.book.fund,
)
CALLS = Door(
    Call, CALL_NEEDS, roles_towards, related=("fund__neighbourhood", "fund__book"), readable=lambda call: call
)
