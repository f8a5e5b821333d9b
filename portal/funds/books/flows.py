"""Where every fen of a fund came from and went, by sums of the database over the postings of its book.

A cell is what a project (or the fund itself) got from a source, less what was taken back. What came back beyond that,
as where a payment of an earlier year was reversed, is money that came: nothing here is below nothing, and both sides
are always the same sum. Amounts in fen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, Sum

from portal.funds.models import Fund, Source
from portal.ledger.models import Account, AccountKind, Book, Entry, Posting
from portal.record.fragments import keep

Cells = Mapping[tuple[int, int], int]
MINUTE = 60
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Period:
    """The days that are looked at; both None: from the beginning until now."""

    since: date | None = None
    until: date | None = None

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def days(self) -> tuple[date, date]:
        """Its first and last day."""
        return self.since or FIRST, self.until or LAST


ALWAYS = Period()


@dataclass
class FromSource:
    """What came of one source in a period: brought forward, come in, come back; and what is left of it now."""

    source: Source
    brought: int = 0
    came: int = 0
    back: int = 0
    left: int = 0

    @property
    def all(self) -> int:
        """Everything that was there of it to be given."""
        return self.brought + self.came + self.back


@dataclass(frozen=True)
class Flows:
    """A period of a book. `cells`: by the place of the source and the account it went to; 0 is back to its giver.

    `holds`: whether all that can be compared agrees: postings add up to nothing, balances kept are those added up, what
    came is what went and what is left.
    """

    sources: list[FromSource]
    cells: dict[tuple[int, int], int]
    lines: int
    reversed: int
    holds: bool

    @property
    def came(self) -> int:
        """Everything on the side of what came."""
        return sum(one.all for one in self.sources)

    @property
    def brought(self) -> int:
        """Brought forward into the period."""
        return sum(one.brought for one in self.sources)

    @property
    def received(self) -> int:
        """Come in during the period."""
        return sum(one.came for one in self.sources)

    @property
    def back(self) -> int:
        """Come back, or taken back, of what had gone out before the period or from another source: no income."""
        return sum(one.back for one in self.sources)

    @property
    def spent(self) -> int:
        """Gone out during the period."""
        return sum(fen for (_place, to), fen in self.cells.items() if to != GIVER)

    @property
    def given_back(self) -> int:
        """Income of before the period that was taken back in it: no spending."""
        return sum(fen for (_place, to), fen in self.cells.items() if to == GIVER)

    @property
    def left(self) -> int:
        """At hand at its end, added up from the postings and not by subtracting."""
        return sum(one.left for one in self.sources)


# To whoever gave it: income of an earlier period that was taken back in this one.
GIVER = 0


def flows(fund: Fund, period: Period = ALWAYS) -> Flows:
    """All of a period in a handful of queries, however many lines the book has."""
    added = _added(fund.book, period)
    sources = [_of_source(one, added.sums) for one in fund.sources.order_by("pk")]
    cells: dict[tuple[int, int], int] = {}
    places = {one.source.at_hand_id: place for place, one in enumerate(sources)}
    strange = False
    for (at_hand, to), fen in added.cells.items():
        place = places.get(at_hand)
        if place is None:
            strange = True
        elif fen > 0:
            cells[place, to] = fen
        else:
            sources[place].back -= fen
    for place, one in enumerate(sources):
        if one.came < 0:
            cells[place, GIVER], one.came = -one.came, 0
    holds = not strange and _kept_balances_hold(fund.book, added.sums) and _sides_hold(sources, cells)
    return Flows(sources, cells, added.lines, added.reversed, holds)


@dataclass(frozen=True)
class Sums:
    """Of an account: before the period, in it, and over all time."""

    before: int
    during: int
    all: int


@dataclass(frozen=True)
class Added:
    """What the postings of a book add up to. `lines`, `reversed`: how many there are, and take another one back."""

    sums: Mapping[int, Sums]
    cells: Cells
    lines: int
    reversed: int


NOTHING = Sums(0, 0, 0)


def _added(book: Book, period: Period) -> Added:
    """Every posting added up; what was added up less than a minute ago and up to the same line is not done again.

    So a page with a thousand readers adds up once. Whoever changes a line behind the portal's back is seen a minute
    later at the latest, and in its fingerprints each night.
    """
    first, last = period.days
    number, head = Book.objects.values_list("sequence", "hash").get(pk=book.pk)
    name = f"fund-sums.{book.pk}.{number}.{head[:16]}.{first}.{last}"
    return keep(
        name, lambda: Added(_sums(book, period), _cells(book, period), *_counted(book, period)), MINUTE
    )


def _sums(book: Book, period: Period) -> dict[int, Sums]:
    """By account that has any; one query over the postings."""
    first, last = period.days
    rows = Posting.objects.filter(account__book=book).values_list("account")
    if period == ALWAYS:
        return {account: Sums(0, fen, fen) for account, fen in rows.annotate(all=Sum("amount"))}
    before = Sum("amount", filter=Q(entry__day__lt=first), default=0)
    inside = Sum("amount", filter=Q(entry__day__range=(first, last)), default=0)
    found = rows.annotate(before=before, inside=inside, everything=Sum("amount"))
    return {account: Sums(early, fen, everything) for account, early, fen, everything in found}


def _of_source(source: Source, sums: Mapping[int, Sums]) -> FromSource:
    at_hand, income = (sums.get(one, NOTHING) for one in (source.at_hand_id, source.income_id))
    return FromSource(source, at_hand.before, -income.during, 0, at_hand.before + at_hand.during)


# The two sides of a line that spends: what left a source, and the one account it went to.
_CELLS = """
    SELECT taken.account_id, spent.account_id, -SUM(taken.amount)
    FROM ledger_account AS use
    JOIN ledger_posting AS spent ON spent.account_id = use.id
    JOIN ledger_posting AS taken ON taken.entry_id = spent.entry_id AND taken.id <> spent.id
    WHERE use.book_id = %s AND use.kind = %s {days}
    GROUP BY taken.account_id, spent.account_id
"""
_DAYS = "AND spent.entry_id IN (SELECT id FROM ledger_entry WHERE book_id = %s AND day BETWEEN %s AND %s)"


def _cells(book: Book, period: Period) -> Cells:
    """What went from the money at hand of a source to an account, net of what was taken back; nothing is left out."""
    always = period == ALWAYS
    asked: list[int | str | date] = [book.pk, AccountKind.EXPENSE]
    if not always:
        asked += [book.pk, *period.days]
    with connection.cursor() as cursor:
        cursor.execute(_CELLS.format(days="" if always else _DAYS), asked)
        return {(taken, spent): int(fen) for taken, spent, fen in cursor.fetchall() if fen}


def _counted(book: Book, period: Period) -> tuple[int, int]:
    """How many lines there are, and how many of them take another one back."""
    inside = Entry.objects.filter(book=book)
    if period != ALWAYS:
        inside = inside.filter(day__range=period.days)
    return inside.count(), inside.filter(reverses__isnull=False).count()


def years(book: Book) -> list[int]:
    """The years from the last line back to the first; found by the index, however many lines there are."""
    by_day = Entry.objects.filter(book=book).order_by("day").values_list("day", flat=True)
    first, last = by_day.first(), by_day.last()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def _kept_balances_hold(book: Book, sums: Mapping[int, Sums]) -> bool:
    kept = dict(Account.objects.filter(book=book).values_list("pk", "balance"))
    added = {account: one.all for account, one in sums.items() if one.all}
    return added == {account: fen for account, fen in kept.items() if fen} and not sum(added.values())


def _sides_hold(sources: list[FromSource], cells: Mapping[tuple[int, int], int]) -> bool:
    """Source by source, what was there is what went and what is left."""
    went: dict[int, int] = defaultdict(int)
    for (place, _to), fen in cells.items():
        went[place] += fen
    return all(one.all == went[place] + one.left for place, one in enumerate(sources))
