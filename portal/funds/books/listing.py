"""Every line of a book, a page at a time or all of them as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.funds.models import Application, Fund, Grant
from portal.kit.sheets import BOM, csv_row
from portal.ledger.models import AccountKind, Entry, EntryKind, Posting
from portal.ledger.selectors import plain_yuan

CHUNK = 1000


@dataclass(frozen=True)
class Row:
    """A line as neighbours read it. `amount`: fen put to the money at hand, less than nothing where it went.

    `used`: fen put to what it went to, less than nothing where that gave it back.
    """

    line: Entry
    amount: int
    used: int
    sources: str
    use: str
    url: str
    reverses: int | None
    reversed_by: int | None

    @property
    def cancelled(self) -> bool:
        """Whether it takes another line back, or was taken back: both together are nothing."""
        return bool(self.reverses or self.reversed_by)


def lines(fund: Fund) -> QuerySet[Entry]:
    """All lines of a fund's book, with what a row shows, the newest first."""
    postings = Prefetch("postings", Posting.objects.select_related("account"))
    found = Entry.objects.filter(book=fund.book_id).select_related("reverses", "reversed_by")
    return found.prefetch_related(postings).order_by("-sequence")


def reversals(fund: Fund) -> QuerySet[Entry]:
    """Those that take another one back."""
    return lines(fund).filter(kind=EntryKind.REVERSAL)


def rows(found: Iterable[Entry]) -> list[Row]:
    """Lines in words; one query for the projects they went to."""
    listed = list(found)
    accounts = {one.account_id for line in listed for one in line.postings.all()}
    grants = Grant.objects.filter(account__in=accounts).select_related("application")
    projects = {grant.account_id: grant.application for grant in grants}
    return [_row(line, projects) for line in listed]


def table(fund: Fund) -> Iterator[str]:
    """Every line as CSV for any spreadsheet, oldest first; nothing in it is taken for a formula.

    What was taken back stands with the line that does so in a column of its own, so that the sums of the others are
    those of the page: in, less out, and what came back, is at hand.
    """
    head = [
        _("No."),
        _("Day"),
        _("What it is for"),
        pgettext("a line", "What it is"),
        pgettext("money", "Source"),
        _("Went to"),
        _("In"),
        _("Out"),
        pgettext("money", "Came back"),
        pgettext("money", "Taken back, counts no more"),
        _("Takes back line"),
        _("Taken back by line"),
        "SHA-256",
    ]
    yield BOM + csv_row(head)
    numbers = lines(fund).order_by("sequence")
    piece: list[Entry] = []
    for line in numbers.iterator(chunk_size=CHUNK):
        piece.append(line)
        if len(piece) == CHUNK:
            yield _as_csv(piece)
            piece = []
    yield _as_csv(piece)


def _as_csv(piece: list[Entry]) -> str:
    return "".join(csv_row(_cells(row)) for row in rows(piece))


def _row(line: Entry, projects: dict[int | None, Application]) -> Row:
    at_hand = [one for one in line.postings.all() if one.account.kind == AccountKind.ASSET]
    spent = next((one for one in line.postings.all() if one.account.kind == AccountKind.EXPENSE), None)
    project = projects.get(spent.account_id) if spent else None
    use, url = _use(spent, project)
    return Row(
        line,
        sum(one.amount for one in at_hand),
        spent.amount if spent else 0,
        pgettext("between marks", ", ").join(one.account.name for one in at_hand),
        use,
        url,
        line.reverses.sequence if line.reverses else None,
        line.reversed_by.sequence if hasattr(line, "reversed_by") else None,
    )


def _use(spent: Posting | None, project: Application | None) -> tuple[str, str]:
    if spent is None:
        return "", ""
    if project is None:
        return _("costs of the fund itself"), ""
    return str(project), project.get_absolute_url()


def _cells(row: Row) -> list[object]:
    line = row.line
    return [
        line.sequence,
        line.day.isoformat(),
        line.text,
        line.get_kind_display(),
        row.sources,
        row.use,
        *_amounts(row),
        row.reverses or "",
        row.reversed_by or "",
        line.hash,
    ]


def _amounts(row: Row) -> list[str]:
    """In, out, come back, taken back: one of the four, in yuan."""
    fens = [0, 0, 0, abs(row.amount)] if row.cancelled else [row.amount + row.used, row.used, -row.used, 0]
    return [plain_yuan(fen) if fen > 0 else "" for fen in fens]
