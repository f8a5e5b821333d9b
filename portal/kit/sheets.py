"""Tables from outside, as rows of text: measured before they are opened, and nothing in them is run."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from portal.kit import archives
from portal.kit.errors import NotPossible
from portal.kit.names import blank

# What an exported CSV begins with, so that spreadsheet programs read it as UTF-8.
BOM = "\ufeff"
# The media type of an XLSX file.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 20 * 1024 * 1024
MAX_ENTRIES = 200
MAX_RATIO = 100
MAX_ROWS = 20_000
MAX_COLUMNS = 50
# Reading takes time by the tag: a cell has up to six, so this is 20,000 rows of eight cells, and some more.
MAX_TAGS = 1_200_000
# What a spreadsheet program makes of a room 1-2, as it stands in a CSV that it saved.
DAY = re.compile(
    r"(19|20)\d\d[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])([T ]\d\d?:\d\d(:\d\d)?)?"
    r"|(0?[1-9]|[12]\d|3[01])/(0?[1-9]|[12]\d|3[01])/(19|20)\d\d"
    r"|((19|20)?\d\d年)?(0?[1-9]|1[0-2])月(0?[1-9]|[12]\d|3[01])日|(19|20)\d\d年(0?[1-9]|1[0-2])月"
    r"|(0?[1-9]|[12]\d|3[01])-(MONTH)(-(\d\d|\d{4}))?|(MONTH)-(\d\d|\d{4})".replace(
        "MONTH", "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    ),
    re.IGNORECASE,
)
# A long number as a spreadsheet program shortens it: its last digits are lost.
SHORTENED = re.compile(r"\d(\.\d+)?e\+\d{1,3}", re.IGNORECASE)
# What stands in a cell whose formula went wrong.
FAILED = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)")
# A format that only shows zeros in front: 0101.
ZEROS = re.compile(r"0{2,20}")
# Signs with which spreadsheet programs begin a formula, also in their full-width shapes.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠")
# Unicode's categories of signs nobody sees: control, format, private use, not assigned.
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn"})
MOMENTS = (date, time, timedelta)
BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    OSError,
    AttributeError,
    SyntaxError,
    RuntimeError,
    EOFError,
    zlib.error,
)


@dataclass(frozen=True)
class Row:
    """One row: the line it begins on, as an editor counts them, and its cells without spaces around.

    `moments`: which cells a workbook holds as a date or a time of day, whatever was typed.
    """

    line: int
    cells: list[str]
    moments: frozenset[int] = frozenset()

    def refuse_moment(self, place: int, column: str) -> None:
        """Refuse a cell that is no date and holds one, in a workbook or in what was saved from one: ValueError."""
        text = self.cells[place] if place < len(self.cells) else ""
        if place in self.moments or became_a_day(text):
            raise ValueError(
                _(
                    "%(column)s holds a date, “%(text)s”: the spreadsheet has made one of what was typed, such as 1-2."
                    " Please give the column the format Text and type it again"
                )
                % {"column": column, "text": text[:20]}
            )


def read(content: bytes) -> list[Row]:
    """The rows of a CSV (UTF-8 or GB18030) or XLSX file that hold anything. Told apart by content.

    Raises NotPossible with the reason where the file is too large, cannot be read, or is no table.
    """
    if len(content) > MAX_BYTES:
        raise NotPossible(_("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2})
    rows = _workbook(content) if content.startswith(b"PK") else _csv(content)
    kept: list[Row] = []
    for row in rows:
        if len(kept) > MAX_ROWS:
            raise NotPossible(
                _("The file has more than %(limit)d rows. Please split it.") % {"limit": MAX_ROWS}
            )
        if any(row.cells):
            kept.append(row)
    return kept


def read_sheets(content: bytes, names: tuple[str, ...]) -> dict[str, list[Row]]:
    """Of an XLSX file the rows of those of its sheets that are named, by name. Raises NotPossible as `read` does."""
    if len(content) > MAX_BYTES:
        raise NotPossible(_("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2})
    if not content.startswith(b"PK"):
        raise NotPossible(_("This is no XLSX file."))
    _measure(content)
    with _undamaged():
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        wanted = [sheet for sheet in book.worksheets if sheet.title in names]
        return {sheet.title: [row for row in _rows(sheet) if any(row.cells)] for sheet in wanted}


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might run the text of a cell, also where something unseen stands before it."""
    first = text[(start := _unseen(text)) : start + 1]
    return text.startswith(FORMULA) or unicodedata.normalize("NFKC", first).startswith(FORMULA)


def _unseen(text: str) -> int:
    """How many spaces, control signs and signs without width (U+200B, a byte order mark …) a text begins with."""
    hidden = (
        at for at, sign in enumerate(text) if not sign.isspace() and unicodedata.category(sign) not in UNSEEN
    )
    return next(hidden, len(text))


def became_a_day(text: str) -> bool:
    """Whether a text is a day as spreadsheet programs write one: 2026-01-02, 1月2日, 2-Jan. A room 1-2 is none."""
    return bool(DAY.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def is_spoilt(text: str) -> bool:
    """Whether a spreadsheet program lost what stood there: a number in short (1.38E+10), a failed formula."""
    return bool(SHORTENED.fullmatch(text) or FAILED.fullmatch(text))


def safe_cell(text: str) -> str:
    """The text as a cell of an exported CSV: what would be run is made plain text by a leading apostrophe."""
    return f"'{text}" if looks_like_formula(text) else text


def csv_row(cells: Iterable[object]) -> str:
    """A row of an exported CSV, each cell safe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(str(cell)) for cell in cells])
    return out.getvalue()


def _csv(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    lines = csv.reader(
        io.StringIO(text, newline=""),
        delimiter="\t" if "\t" in first and "," not in first else ",",
        strict=True,
    )
    last = 0
    try:
        for cells in lines:
            yield Row(last + 1, [_seen(cell) for cell in cells])
            last = lines.line_num
    except csv.Error as error:
        raise NotPossible(
            _("line %(line)d: the quotation marks do not match.") % {"line": last + 1}
        ) from error


def _seen(text: str) -> str:
    """A cell as it is read: of signs alone that nobody sees it is empty, as a text field of a form would be."""
    return "" if blank(text) else text.strip()


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise NotPossible(_("This is neither a CSV nor an XLSX file."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotPossible(_("The characters of the file cannot be read. Please save it as UTF-8 or GB18030."))


def _workbook(content: bytes) -> Iterator[Row]:
    _measure(content)
    with _undamaged():
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        yield from _rows(book.worksheets[0])


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        moments = (place for place, cell in enumerate(cells) if isinstance(cell.value, MOMENTS))
        yield Row(number, [_shown(cell) for cell in cells], frozenset(moments))


@contextmanager
def _undamaged() -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise NotPossible(_("The XLSX file is damaged. Please save it again, or save it as CSV.")) from error


def _measure(content: bytes) -> None:
    with _undamaged():
        small = archives.fits(
            content, entries=MAX_ENTRIES, unpacked=MAX_UNPACKED, ratio=MAX_RATIO, tags=MAX_TAGS
        )
    if not small:
        raise NotPossible(
            _("The XLSX file unpacks to too much. Please save the table alone, or save it as CSV.")
        )


def _shown(cell: Any) -> str:
    """A cell as it is shown, with the zeros that its format puts in front of a number."""
    text, value = _seen(_text(cell.value)), cell.value
    if type(value) is int and value >= 0 and ZEROS.fullmatch(cell.number_format):
        return text.zfill(len(cell.number_format))
    return text


def _text(cell: object) -> str:
    """A cell's value: whole numbers without a point, fractions in the fifteen digits a spreadsheet keeps."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(cell, ".15g")
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return str(cell).strip()
