"""The roster of dwellings as a file: what a row means, and why one cannot be taken. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.community.models import Right, Usage
from portal.community.models.places import in_words
from portal.kit import sheets
from portal.kit.errors import NotPossible
from portal.kit.names import compared
from portal.kit.sheets import Row
from portal.register import owners
from portal.register.owners import Owner

Value = TypeVar("Value")
COLUMNS = {
    "building": "楼号",
    "entrance": "单元",
    "room": "室号",
    "area": "专有部分面积(平方米)",
    "owners": "产权人",
    "phones": "手机号",
    "usage": "使用情况",
    "right": "权利类别",
}
# Columns in which a day is never meant, however it was written; the others say themselves what they cannot be.
NO_DAYS = frozenset({"building", "entrance", "room", "owners", "estate"})
WHERE = frozenset({"estate", "building", "entrance", "room"})
# Needed only where a neighbourhood has several estates.
ESTATE = "小区"
USAGES = {
    "自住": Usage.OWN,
    "自用": Usage.OWN,
    "出租": Usage.LET,
    "空置": Usage.EMPTY,
    "其他": Usage.OTHER,
    "其它": Usage.OTHER,
    "办公": Usage.OTHER,
    "经营": Usage.OTHER,
}
RIGHTS = {"业主": Right.OWNER, "公房承租人": Right.PUBLIC_TENANT}
AREA = re.compile(r"(\d{1,6}(?:\.\d{1,12})?)\s*(?:m2|㎡|平方米|平方|平米|平)?", re.IGNORECASE)
# How far a number may lie from one with two decimals to have been meant so, in square metres: a spreadsheet's dust.
DUST = Decimal("0.00001")
# What separates rights of several owners, where they differ.
BETWEEN_RIGHTS = "、"


@dataclass(frozen=True)
class Entry:
    """One dwelling of the roster. `area` in hundredths of a square metre; the first owner is the voter.

    `owners` is empty where the roster says that nobody is known (不详). `place` is as it was written.
    """

    line: int
    estate: str
    building: str
    entrance: str
    room: str
    area: int
    owners: tuple[Owner, ...]
    usage: Usage

    @property
    def right(self) -> Right:
        """The voter's title."""
        return self.owners[0].right if self.owners else Right.OWNER

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What makes it the same dwelling when it is read again."""
        return (self.estate, self.building, self.entrance, self.room)

    @property
    def where(self) -> str:
        """The dwelling in words."""
        return in_words(self.building, self.entrance, self.room)


@dataclass(frozen=True)
class Problem:
    """A row that cannot be taken, or something in it, and why, by language. `place`: its dwelling, where read."""

    line: int
    said: dict[str, str]
    place: Entry | None = None

    @classmethod
    def of(cls, line: int, say: Callable[[], str], place: Entry | None = None) -> Problem:
        """With what `say` says in each language of the portal."""
        said = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                said[language] = say()
        return cls(line, said, place)

    @property
    def reason(self) -> str:
        """Why, in the reader's words."""
        # Without a language, as in some commands, texts are as they are written in the code.
        return self.said.get(translation.get_language() or "en") or next(iter(self.said.values()), "")

    def to_keep(self) -> list[Any]:
        """As plain JSON."""
        return [self.line, self.said]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def grouped(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """The lines for which the same is said, such as 2–13、15, with what it is; in the order of the first of them."""
    lines: dict[str, list[int]] = {}
    for problem in problems:
        lines.setdefault(problem.reason, []).append(problem.line)
    return [(_runs(numbers), reason) for reason, numbers in lines.items()]


def _runs(numbers: list[int]) -> str:
    """Numbers that follow each other as one run."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


@dataclass(frozen=True)
class Roster:
    """What a file says: the dwellings that can be taken, the rows that cannot, and what was left out of the others."""

    entries: list[Entry]
    problems: list[Problem]
    remarks: list[Problem] = field(default_factory=list)


def parse(content: bytes) -> Roster:
    """Read a roster file. Raises NotPossible where it cannot be read at all, or a column is missing."""
    rows = sheets.read(content)
    if not rows:
        raise NotPossible(_("The file is empty."))
    places = _columns(rows[0])
    found = Roster([], [])
    for row in rows[1:]:
        try:
            found.entries.append(_entry(row, places, found.remarks))
        except ValueError:
            found.problems.append(Problem.of(row.line, partial(_why, row, places), _place(row, places)))
    return _without_doubles(found)


def area(text: str) -> int:
    """Square metres with up to two decimals, with or without their unit, as hundredths. Raises ValueError for others.

    More decimals are read only where a spreadsheet's arithmetic left them: 88.50000001 is 88.5, 88.501 is refused.
    """
    found = AREA.fullmatch(text)
    exact = Decimal(found[1]) if found else Decimal(0)
    hundredths = round(exact * 100)
    if not hundredths or abs(exact - Decimal(hundredths) / 100) > DUST:
        raise ValueError(
            _("the area “%(text)s” is not a number of square metres with up to two decimals") % {"text": text}
        )
    return hundredths


def _columns(header: Row) -> dict[str, int]:
    """Where each column stands. Raises NotPossible for a missing or repeated one."""
    names = [_narrow(cell) for cell in header.cells]
    wanted = COLUMNS | {"estate": ESTATE}
    for name in wanted.values():
        if names.count(name) > 1:
            raise NotPossible(_("line 1: the column %(name)s stands there twice.") % {"name": name})
    missing = [name for name in COLUMNS.values() if name not in names]
    if missing:
        raise NotPossible(_("line 1: there is no column %(names)s.") % {"names": "、".join(missing)})
    return {key: names.index(name) for key, name in wanted.items() if name in names}


def _entry(row: Row, places: dict[str, int], remarks: list[Problem]) -> Entry:
    """Raises ValueError with the reason, for the first thing that is wrong."""
    cells = _cells(row, places)
    names, called, spoilt = _people(cells)
    remarks += [Problem.of(row.line, partial(_left_out, text)) for text in spoilt]
    rights = _rights(cells["right"], len(names))
    return Entry(
        line=row.line,
        **_where(cells),
        area=area(cells["area"]),
        owners=tuple(
            Owner(name, phone, owners.kind_of(name), right)
            for name, phone, right in zip(names, called, rights, strict=True)
        ),
        usage=_one_of(USAGES, cells["usage"], COLUMNS["usage"]),
    )


def _why(row: Row, places: dict[str, int]) -> str:
    """Why a row cannot be taken, in the language of now."""
    try:
        _entry(row, places, [])
    except ValueError as error:
        return str(error)
    return ""


def _place(row: Row, places: dict[str, int]) -> Entry | None:
    """Which dwelling a row that cannot be taken is about, where at least that can be read."""
    try:
        where = _where(_cells(row, {key: place for key, place in places.items() if key in WHERE}))
    except ValueError:
        return None
    return Entry(row.line, **where, area=0, owners=(), usage=Usage.OTHER)


def _cells(row: Row, places: dict[str, int]) -> dict[str, str]:
    """The cells of some columns. Raises ValueError for a day where none is meant."""
    for key, place in places.items():
        if place in row.moments or key in NO_DAYS:
            row.refuse_moment(place, (COLUMNS | {"estate": ESTATE})[key])
    return {key: _cell(row, place) for key, place in places.items()}


def _where(cells: dict[str, str]) -> dict[str, str]:
    return {
        "estate": _short(cells.get("estate", ""), ESTATE, 80, required=False),
        "building": _short(cells["building"], COLUMNS["building"], 80),
        "entrance": _short(cells["entrance"], COLUMNS["entrance"], 20, required=False),
        "room": _short(cells["room"], COLUMNS["room"], 20),
    }


def _left_out(number: str) -> str:
    return _("the phone number “%(text)s” is left out: it is none to call") % {"text": number[:20]}


def double(line: int, first: int) -> Problem:
    """A row about a dwelling that an earlier one has."""
    return Problem.of(line, lambda: _("the same dwelling as in line %(line)d") % {"line": first})


def _cell(row: Row, place: int) -> str:
    return _narrow(row.cells[place]) if place < len(row.cells) else ""


def _narrow(text: str) -> str:
    """Full-width digits, letters and brackets in their usual shape, no spaces around, nothing that nobody sees."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in narrow if unicodedata.category(sign) != "Cf").strip()


def _short(text: str, column: str, most: int, *, required: bool = True) -> str:
    if required and not text:
        raise ValueError(_("%(column)s is empty") % {"column": column})
    if len(text) > most:
        raise ValueError(
            _("%(column)s is longer than %(most)d characters") % {"column": column, "most": most}
        )
    # What our own export kept from being run is read as it was.
    kept = text.startswith("'") and sheets.looks_like_formula(text[1:])
    if (sheets.looks_like_formula(text) and not kept) or not text.isprintable() or sheets.is_spoilt(text):
        raise ValueError(_("%(column)s holds signs that do not belong there") % {"column": column})
    return text[1:] if kept else text


def _people(cells: dict[str, str]) -> tuple[list[str], list[str], list[str]]:
    """Owners, their numbers in the same order, or the first one's alone, and what is no number to call."""
    written = cells["owners"]
    if not written:
        raise ValueError(_("%(column)s is empty") % {"column": COLUMNS["owners"]})
    if sheets.looks_like_formula(written) and written not in owners.NOBODY:
        _short(written, COLUMNS["owners"], len(written))
    names = [_short(name, COLUMNS["owners"], 60) for name in owners.split(written.removeprefix("'"))]
    if owners.same_twice(names):
        raise ValueError(_("an owner is named twice"))
    called, spoilt = owners.numbers(cells["phones"].removeprefix("'"))
    if not names:
        return [], [], [*spoilt, *filter(None, called)]
    if len(called) > len(names) and any(called[len(names) :]):
        raise ValueError(_("there are more phone numbers than owners"))
    return names, (called + [""] * len(names))[: len(names)], spoilt


def _rights(text: str, number: int) -> list[Right]:
    """The right of each owner: one for all, or as many as there are owners."""
    read = [_one_of(RIGHTS, part.strip(), COLUMNS["right"]) for part in text.split(BETWEEN_RIGHTS)]
    if len(read) not in {1, number}:
        raise ValueError(_("there are more rights than owners, or fewer"))
    return read if len(read) == number else read[:1] * number


def _one_of(known: dict[str, Value], text: str, column: str) -> Value:
    if text not in known:
        raise ValueError(
            _("%(column)s “%(text)s” is none of %(known)s")
            % {"column": column, "text": text[:20], "known": "、".join(known)}
        )
    return known[text]


def _without_doubles(found: Roster) -> Roster:
    """A dwelling that stands there twice is taken from the first line; the second is a bad row."""
    seen: dict[tuple[str, ...], int] = {}
    kept: list[Entry] = []
    problems = list(found.problems)
    for entry in found.entries:
        first = seen.setdefault(tuple(map(compared, entry.place)), entry.line)
        if first == entry.line:
            kept.append(entry)
        else:
            problems.append(double(entry.line, first))
    lines = {entry.line for entry in kept}
    remarks = [remark for remark in found.remarks if remark.line in lines]
    return Roster(kept, sorted(problems, key=lambda problem: problem.line), remarks)
