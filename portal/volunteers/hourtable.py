"""A table of hours as a file: what a line means, and why one cannot be taken. Who and where comes later."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from portal.kit import clock, sheets
from portal.kit.errors import NotPossible
from portal.kit.sheets import Row
from portal.volunteers.spans import Span

COLUMNS = ("日期", "活动", "姓名", "楼号", "室号", "开始", "结束", "备注")
# A table of a team whose members all have different names needs no flats, and nobody must remark anything.
NEEDED = ("日期", "活动", "姓名", "开始", "结束")
# Where no day or time is ever meant; that what was typed looks like a day is asked of buildings and rooms only.
NO_DAYS = frozenset({"活动", "姓名", "楼号", "室号"})
FLATS = frozenset({"楼号", "室号"})
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00(?::00)?)?")
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Problem:
    """A line that cannot be taken, and why, in the reader's words."""

    line: int
    reason: str


@dataclass(frozen=True)
class Line:
    """A line that can be read: who, at which activity, on the day its shift began, from when to when."""

    line: int
    day: date
    activity: str
    name: str
    building: str
    room: str
    starts: timedelta
    ends: timedelta
    remark: str

    def spans(self) -> list[Span]:
        """What the times may mean: the same day, or after midnight where the shift goes on so long."""
        midnight, one = clock.at_time(self.day, 0), timedelta(days=1)
        from_to = [
            (self.starts, self.ends),
            (self.starts, self.ends + one),
            (self.starts + one, self.ends + one),
        ]
        return [Span(midnight + start, midnight + end) for start, end in from_to if start < end]


def parse(content: bytes) -> tuple[list[Line], list[Problem]]:
    """Read a CSV or XLSX file. Raises NotPossible where it cannot be read at all, or a column is missing."""
    rows = sheets.read(content)
    if not rows:
        raise NotPossible(_("The file is empty."))
    places = _columns(rows[0])
    lines: list[Line] = []
    problems: list[Problem] = []
    for row in rows[1:]:
        try:
            lines.append(_line(row, places))
        except ValueError as error:
            problems.append(Problem(row.line, str(error)))
    if not lines and not problems:
        raise NotPossible(_("The file has a heading but no lines below it."))
    return lines, problems


def plain(text: str) -> str:
    """Text as it is compared: full-width letters and digits made plain, spaces taken out."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def house(text: str) -> str:
    """The name of a building without what people leave out: 9, 9号, 9号楼 and 9幢 are the same."""
    return re.sub(r"(号楼|号|幢|栋|楼)$", "", plain(text))


def _columns(heading: Row) -> dict[str, int]:
    names = [plain(cell) for cell in heading.cells]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise NotPossible(
            _("These columns are missing: %(names)s. The first line names the columns.")
            % {"names": _(", ").join(missing)}
        )
    doubled = [name for name in COLUMNS if names.count(name) > 1]
    if doubled:
        raise NotPossible(_("The column %(name)s is there twice.") % {"name": doubled[0]})
    return {name: names.index(name) for name in COLUMNS if name in names}


def _line(row: Row, places: dict[str, int]) -> Line:
    for name in NO_DAYS & places.keys():
        if places[name] in row.moments or name in FLATS:
            row.refuse_moment(places[name], name)
    cells = {
        name: row.cells[places[name]] if name in places and places[name] < len(row.cells) else ""
        for name in COLUMNS
    }
    for name in NEEDED:
        if not cells[name]:
            raise ValueError(_("%(column)s is empty") % {"column": name})
    starts, ends = _time(cells["开始"]), _time(cells["结束"])
    if starts == ends:
        raise ValueError(_("gone when come: no time between %(time)s and itself") % {"time": cells["开始"]})
    return Line(
        row.line,
        _day(cells["日期"]),
        plain(cells["活动"]),
        plain(cells["姓名"]),
        house(cells["楼号"]),
        plain(cells["室号"]),
        starts,
        ends,
        cells["备注"][:300],
    )


def _day(text: str) -> date:
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise ValueError(_("the day “%(text)s” is not a date such as 2026-11-28") % {"text": text})


def _time(text: str) -> timedelta:
    """A time of day; 24:00 is the end of it."""
    plainly = unicodedata.normalize("NFKC", text).strip()
    found = TIME.fullmatch(plainly)
    if found:
        of_day = timedelta(hours=int(found[1]), minutes=int(found[2]))
        if int(found[2]) < 60 and of_day <= LONGEST:
            return of_day
        raise ValueError(
            _("there is no time “%(text)s”: a day has 24 hours. After midnight begin again with 00:00")
            % {"text": text}
        )
    try:
        at: time = datetime.fromisoformat(plainly).time()
    except ValueError as error:
        raise ValueError(_("the time “%(text)s” is not one such as 14:30") % {"text": text}) from error
    return timedelta(hours=at.hour, minutes=at.minute)
