"""What the pages of a cash book show: a year's lines and sums, its chart, the card on the board, the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.boards.cashbook.models import CashBook
from portal.boards.cashbook.selectors import cash_of, heading, keeper_of
from portal.boards.selectors import heads
from portal.kit import clock, wording
from portal.kit.sheets import BOM, csv_row
from portal.kit.wording import in_columns as yuan
from portal.ledger.models import EntryKind
from portal.ledger.selectors import Line, Statement, plain_yuan, statement

WIDTH, HEIGHT, FINEST = 640, 120, 160
CARD_LINES = 4


@dataclass(frozen=True)
class Chart:
    """The money at hand over a year as steps: SVG paths in a box of WIDTH × HEIGHT, three levels, months, words."""

    line: str
    area: str
    grid: str
    end: str
    levels: tuple[tuple[str, str], ...]
    months: tuple[int, ...]
    words: str


@dataclass(frozen=True)
class Sums:
    """A year by heading, in the reader's language."""

    income: tuple[tuple[str, str], ...]
    spending: tuple[tuple[str, str], ...]


def signed(fen: int) -> str:
    """The same with its sign: +64.80."""
    return yuan(fen) if fen < 0 else f"+{yuan(fen)}"


@dataclass(frozen=True)
class Row:
    """A line in the reader's words."""

    line: Line
    text: str
    heading: str
    amount: str
    balance: str
    url: str

    @property
    def receipts(self) -> int:
        """How many receipts it has."""
        return len(self.line.receipts)


@dataclass(frozen=True)
class Figures:
    """What a year began and ended with, what came in and went out, as a book writes it."""

    opening: str
    closing: str
    received: str
    spent: str


def rows(year: Statement) -> list[Row]:
    """A year's lines, the newest first."""
    return [_in_words(line) for line in reversed(year.lines)]


def figures(year: Statement) -> Figures:
    """The four numbers of a year."""
    return Figures(*(yuan(fen) for fen in (year.brought, year.closing, year.received, year.spent)))


def year_of(book: CashBook, year: int) -> Statement:
    """A year of the money at hand."""
    return statement(cash_of(book), year)


def sums(year: Statement) -> Sums:
    """What came in and went out, by heading, the largest first."""
    rows = sorted(year.sums, key=lambda one: -one.amount)
    return Sums(
        tuple((heading(one.account), yuan(one.amount)) for one in rows if one.income and one.amount),
        tuple((heading(one.account), yuan(one.amount)) for one in rows if not one.income and one.amount),
    )


def card(book: CashBook, *, lines: int = CARD_LINES) -> dict[str, object]:
    """What the board shows of its book, for boards/cashbook/_card.html: money at hand, chart, last lines."""
    year = year_of(book, clock.today().year)
    keeper = keeper_of(book, list(heads(book.board)))
    return {
        "cashbook": book,
        "statement": year,
        "chart": chart(year),
        "rows": rows(year)[:lines],
        "figures": figures(year),
        "count": len(year.lines),
        "keeper": keeper.person.public_name if keeper else "",
    }


def chart(year: Statement, until: date | None = None) -> Chart | None:
    """The year as steps, from its first day or the one on which the book began until its end or today.

    None where nothing moved.
    """
    if not year.lines:
        return None
    last = until or min(clock.today(), date(year.year, 12, 31))
    span = max((last - date(year.year, 1, 1)).days, 1)
    top = _ceiling(max([year.opening, *(line.balance for line in year.lines)]))
    first = _x(_days_into(year, year.lines[0], span), span) if year.began else "0"
    path = f"M{first} {_y(year.brought if year.began else year.opening, top)}"
    for x, balance in _steps(year, span):
        path += f"H{x}V{_y(balance, top)}"
    path += f"H{WIDTH}"
    levels = tuple(
        (f"{wording_of(top * part // 4)}", f"{100 - 75 * part / 3:.1f}%".replace(".0%", "%"))
        for part in (1, 2, 3)
    )
    grid = "".join(f"M0 {HEIGHT - HEIGHT * part // 4}H{WIDTH}" for part in (1, 2, 3))
    return Chart(
        line=path,
        area=f"{path}V{HEIGHT}H{first}Z",
        grid=grid,
        end=f"M{WIDTH - 4} {_y(year.closing, top)}h.01",
        levels=levels,
        months=_months(last),
        words=_words(year),
    )


def wording_of(fen: int) -> str:
    """A level of the chart: whole yuan."""
    return f"{fen // 100:,}"


def table(year: Statement) -> Iterator[str]:
    """A year as CSV, for any spreadsheet: number, day, text, heading, in, out, balance, who, receipts, fingerprint."""
    yield BOM + csv_row(
        [
            _("No."),
            _("Day"),
            _("What it is for"),
            _("Under"),
            _("In"),
            _("Out"),
            _("Left"),
            _("Written by"),
            _("Receipts"),
            "SHA-256",
        ]
    )
    yield csv_row(
        ["", f"{year.year}-01-01", _("Brought forward"), "", "", "", plain_yuan(year.opening), "", "", ""]
    )
    for line in year.lines:
        yield csv_row(_cells(line))


def _in_words(line: Line) -> Row:
    return Row(
        line,
        text_of(line),
        heading(line.other) if line.other else "",
        signed(line.amount),
        yuan(line.balance),
        reverse("boards:line", args=[line.entry.pk]),
    )


def _cells(line: Line) -> list[str]:
    came = plain_yuan(line.amount) if line.amount > 0 else ""
    went = plain_yuan(-line.amount) if line.amount < 0 else ""
    entry = line.entry
    return [
        str(entry.sequence),
        entry.day.isoformat(),
        text_of(line),
        heading(line.other) if line.other else "",
        came,
        went,
        plain_yuan(line.balance),
        entry.signed,
        str(len(line.receipts)),
        entry.hash,
    ]


def text_of(line: Line) -> str:
    """What a line says; of a reversal also which line it takes back."""
    if line.entry.kind == EntryKind.REVERSAL:
        return _("Reversal of line %(number)s: %(reason)s") % {
            "number": line.reverses,
            "reason": line.entry.text,
        }
    if line.entry.kind == EntryKind.OPENING:
        return _("money at hand when the book began")
    return line.entry.text


def _steps(year: Statement, span: int) -> Iterable[tuple[str, int]]:
    """Where the balance moves, and to what: of several lines so near that nobody could tell them apart, the last."""
    steps: dict[int, tuple[str, int]] = {}
    for line in year.lines:
        days = _days_into(year, line, span)
        steps[days * FINEST // span] = _x(days, span), line.balance
    return steps.values()


def _days_into(year: Statement, line: Line, span: int) -> int:
    return min((line.entry.day - date(year.year, 1, 1)).days, span)


def _x(days: int, span: int) -> str:
    return _tenths(days * WIDTH * 10 // span)


def _y(fen: int, top: int) -> str:
    """From the top, in tenths: whole numbers only."""
    return _tenths(HEIGHT * 10 - max(fen, 0) * HEIGHT * 10 // top)


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


def _ceiling(fen: int) -> int:
    """The top of the chart: four equal steps of a round number of yuan that leave room above the highest balance."""
    step = 100
    while step * 4 <= fen:
        step *= 5 if str(step)[0] == "1" else 2
    return step * 4


def _months(last: date) -> tuple[int, ...]:
    every = 1 if last.month <= 6 else 2
    return tuple(range(1, last.month + 1, every))


def _words(year: Statement) -> str:
    highest = max(year.lines, key=lambda line: line.balance)
    lowest = min(year.lines, key=lambda line: line.balance)
    if year.began:
        said = _(
            "Money at hand: %(opening)s when the book began, at most %(most)s on %(most_on)s, "
            "at least %(least)s on %(least_on)s, %(now)s at the end"
        )
    else:
        said = _(
            "Money at hand: %(opening)s at the beginning of the year, at most %(most)s on %(most_on)s, "
            "at least %(least)s on %(least_on)s, %(now)s at the end"
        )
    return said % {
        "opening": wording.yuan(year.brought),
        "most": wording.yuan(highest.balance),
        "most_on": wording.day(highest.entry.day),
        "least": wording.yuan(lowest.balance),
        "least_on": wording.day(lowest.entry.day),
        "now": wording.yuan(year.closing),
    }
