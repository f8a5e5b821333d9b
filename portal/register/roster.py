"""The roster of dwellings as a file: what a row means, and why one cannot be taken. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from portal.community.models import PersonKind, Right, Usage
from portal.kit import phones, sheets
from portal.kit.errors import NotPossible
from portal.kit.sheets import Row

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
AREA = re.compile(r"(\d{1,6})(?:\.(\d{1,2}))?")
COMPANY = re.compile(r"(公司|集团|厂|银行|合作社|合伙\)|商行|学校|医院|管理所|管理局|事务所)$")
BETWEEN_OWNERS = re.compile(r"[、;；]")


@dataclass(frozen=True)
class Owner:
    """Somebody with a title. `phone` is empty where the roster has none."""

    name: str
    phone: str
    kind: PersonKind


@dataclass(frozen=True)
class Entry:
    """One dwelling of the roster. `area` in hundredths of a square metre; the first owner is the voter."""

    line: int
    estate: str
    building: str
    entrance: str
    room: str
    area: int
    owners: tuple[Owner, ...]
    usage: Usage
    right: Right

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What makes it the same dwelling when it is read again."""
        return (self.estate, self.building, self.entrance, self.room)


@dataclass(frozen=True)
class Problem:
    """A row that cannot be taken, and why, in the reader's words."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Roster:
    """What a file says: the dwellings that can be taken, and the rows that cannot."""

    entries: list[Entry]
    problems: list[Problem]


def parse(content: bytes) -> Roster:
    """Read a roster file. Raises NotPossible where it cannot be read at all, or a column is missing."""
    rows = sheets.read(content)
    if not rows:
        raise NotPossible(_("The file is empty."))
    places = _columns(rows[0])
    entries: list[Entry] = []
    problems: list[Problem] = []
    for row in rows[1:]:
        try:
            entries.append(_entry(row, places))
        except ValueError as error:
            problems.append(Problem(row.line, str(error)))
    return _without_doubles(entries, problems)


def area(text: str) -> int:
    """Square metres with up to two decimals as hundredths, exactly. Raises ValueError for anything else."""
    found = AREA.fullmatch(text)
    hundredths = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
    if not hundredths:
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


def _entry(row: Row, places: dict[str, int]) -> Entry:
    """Raises ValueError with the reason, for the first thing that is wrong."""
    cells = {key: _cell(row, place) for key, place in places.items()}
    return Entry(
        line=row.line,
        estate=_short(cells.get("estate", ""), ESTATE, 80, required=False),
        building=_short(cells["building"], COLUMNS["building"], 80),
        entrance=_short(cells["entrance"], COLUMNS["entrance"], 20, required=False),
        room=_short(cells["room"], COLUMNS["room"], 20),
        area=area(cells["area"]),
        owners=_owners(cells["owners"], cells["phones"]),
        usage=_one_of(USAGES, cells["usage"], COLUMNS["usage"]),
        right=_one_of(RIGHTS, cells["right"], COLUMNS["right"]),
    )


def _cell(row: Row, place: int) -> str:
    return _narrow(row.cells[place]) if place < len(row.cells) else ""


def _narrow(text: str) -> str:
    """Full-width digits, letters and brackets in their usual shape, no spaces around."""
    return unicodedata.normalize("NFKC", text).strip()


def _short(text: str, column: str, most: int, *, required: bool = True) -> str:
    if required and not text:
        raise ValueError(_("%(column)s is empty") % {"column": column})
    if len(text) > most:
        raise ValueError(
            _("%(column)s is longer than %(most)d characters") % {"column": column, "most": most}
        )
    if sheets.looks_like_formula(text) or not text.isprintable():
        raise ValueError(_("%(column)s holds signs that do not belong there") % {"column": column})
    return text


def _owners(names: str, numbers: str) -> tuple[Owner, ...]:
    """Co-owners stand in one cell, separated by 、 ; their numbers in the same order, or the first one's alone."""
    persons = _each(names, lambda name: _short(name, COLUMNS["owners"], 60))
    if not persons:
        raise ValueError(_("%(column)s is empty") % {"column": COLUMNS["owners"]})
    if len(set(persons)) < len(persons):
        raise ValueError(_("an owner is named twice"))
    called = _each(numbers, _phone)
    if len(called) > len(persons):
        raise ValueError(_("there are more phone numbers than owners"))
    called += [""] * (len(persons) - len(called))
    return tuple(Owner(name, phone, _kind(name)) for name, phone in zip(persons, called, strict=True))


def _each(text: str, read: Callable[[str], str]) -> list[str]:
    return [read(part.strip()) for part in BETWEEN_OWNERS.split(text)] if text else []


def _phone(text: str) -> str:
    number = phones.reachable(text)
    if text and not number:
        raise ValueError(_("the phone number “%(text)s” is none") % {"text": text[:20]})
    return number


def _kind(name: str) -> PersonKind:
    return PersonKind.COMPANY if COMPANY.search(name) else PersonKind.NATURAL


def _one_of(known: dict[str, Value], text: str, column: str) -> Value:
    if text not in known:
        raise ValueError(
            _("%(column)s “%(text)s” is none of %(known)s")
            % {"column": column, "text": text[:20], "known": "、".join(known)}
        )
    return known[text]


def _without_doubles(entries: list[Entry], problems: list[Problem]) -> Roster:
    """A dwelling that stands there twice is taken from the first line; the second is a bad row."""
    seen: dict[tuple[str, str, str, str], int] = {}
    kept: list[Entry] = []
    for entry in entries:
        first = seen.setdefault(entry.place, entry.line)
        if first == entry.line:
            kept.append(entry)
        else:
            problems.append(Problem(entry.line, _("the same dwelling as in line %(line)d") % {"line": first}))
    return Roster(kept, sorted(problems, key=lambda problem: problem.line))
