"""Questions asked of books: balances, the lines of a year with the balance after each, and its sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Sum

from portal.ledger.models import Account, AccountKind, Book, Entry, EntryKind, Posting, Receipt


@dataclass(frozen=True)
class Shortage:
    """The first day on which an account would hold less than nothing, and the fen it held then."""

    day: date
    left: int


@dataclass(frozen=True)
class Line:
    """A line as a reader sees it: what it moved on the account, what was left after it, and its other side."""

    entry: Entry
    amount: int
    balance: int
    other: Account | None
    receipts: tuple[Receipt, ...]
    reverses: int | None
    reversed_by: int | None


@dataclass(frozen=True)
class Heading:
    """One heading of a year: fen under it, and whether it is income."""

    account: Account
    amount: int
    income: bool


@dataclass(frozen=True)
class Statement:
    """A year of a book: what it began with, its lines by day, its sums by heading. Amounts in fen."""

    year: int
    opening: int
    lines: tuple[Line, ...]
    sums: tuple[Heading, ...]

    @property
    def closing(self) -> int:
        """What was left after its last line."""
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def began(self) -> bool:
        """Whether the book was opened in this year: nothing was brought forward from the year before."""
        return bool(self.lines) and self.lines[0].entry.kind == EntryKind.OPENING

    @property
    def brought(self) -> int:
        """What the year began with, and what was brought in when the book was opened in it."""
        return self.opening + sum(
            line.amount for line in self.lines if line.other and line.other.kind == AccountKind.FUND
        )

    @property
    def received(self) -> int:
        """All income of the year; what was reversed is not counted."""
        return sum(one.amount for one in self.sums if one.income)

    @property
    def spent(self) -> int:
        """All spending of the year; what was reversed is not counted."""
        return sum(one.amount for one in self.sums if not one.income)


def plain_yuan(fen: int) -> str:
    """Fen as yuan with two places and no other sign, as the record and exports write them: -64.80."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def balance_at(account: Account, day: date) -> int:
    """Fen on an account at the end of a day, added up from its postings."""
    held = Posting.objects.filter(account=account, entry__day__lte=day)
    return int(held.aggregate(all=Sum("amount"))["all"] or 0)


def first_shortage(account: Account, day: date, amount: int) -> Shortage | None:
    """Where `amount` more on a day would leave less than nothing at the end of that day or of one after it."""
    held = balance_at(account, day)
    if held + amount < 0:
        return Shortage(day, held)
    later = Posting.objects.filter(account=account, entry__day__gt=day).order_by("entry__day")
    for on, moved in later.values_list("entry__day").annotate(all=Sum("amount")):
        held += moved
        if held + amount < 0:
            return Shortage(on, held)
    return None


def years(book: Book) -> list[int]:
    """The years that have lines, the newest first."""
    return [day.year for day in book.entries.dates("day", "year", order="DESC")]


_ALL: tuple[Any, ...] = (
    Prefetch("postings", Posting.objects.select_related("account")),
    Prefetch("receipts", Receipt.objects.select_related("upload", "replaced_by")),
)


def statement(account: Account, year: int) -> Statement:
    """A year as one account with money sees it. Four queries, however many lines."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    opening = balance_at(account, first - timedelta(days=1))
    entries = (
        Entry.objects.filter(book=account.book_id, day__range=(first, last))
        .select_related("reverses", "reversed_by")
        .prefetch_related(*_ALL)
        .order_by("day", "sequence")
    )
    lines = tuple(_lines(account, opening, entries))
    return Statement(year, opening, lines, tuple(_sums(lines)))


def _lines(account: Account, balance: int, entries: Iterable[Entry]) -> Iterator[Line]:
    for entry in entries:
        moved = sum(one.amount for one in entry.postings.all() if one.account_id == account.pk)
        balance += moved
        yield Line(
            entry=entry,
            amount=moved,
            balance=balance,
            other=next((one.account for one in entry.postings.all() if one.account_id != account.pk), None),
            receipts=tuple(entry.receipts.all()),
            reverses=entry.reverses.sequence if entry.reverses else None,
            reversed_by=entry.reversed_by.sequence if hasattr(entry, "reversed_by") else None,
        )


def _sums(lines: Iterable[Line]) -> Iterator[Heading]:
    """By heading, from the other side of each line: a reversal takes from the heading of what it reverses."""
    found: dict[int, tuple[Account, int]] = {}
    for posting in (one for line in lines for one in line.entry.postings.all()):
        if posting.account.kind in {AccountKind.INCOME, AccountKind.EXPENSE}:
            _account, before = found.get(posting.account_id, (posting.account, 0))
            found[posting.account_id] = posting.account, before + posting.amount
    for _pk, (account, amount) in sorted(found.items()):
        income = account.kind == AccountKind.INCOME
        yield Heading(account, -amount if income else amount, income)
