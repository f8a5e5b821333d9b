"""What a certificate of service says, its fingerprint, and the stars hours reach: pure functions.

The paper is in Chinese whatever the reader's language, and so are the words here that stand on it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from typing import Any

from portal.record import hashing

# What is typed from paper of the 64 digits of the fingerprint: beyond guessing, and short enough.
SHOWN_DIGITS = 16
DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
REMARK = "依据本平台志愿服务记录如实开具，不收取任何费用（《志愿服务条例》第十九条）。"
FALSE_FRIENDS = str.maketrans("", "", " -－—·")


@dataclass(frozen=True)
class Line:
    """One record on the paper."""

    day: date
    activity: str
    place: str
    team: str
    minutes: int


@dataclass(frozen=True)
class Paper:
    """What is put on the paper beside its records. `name`, `handler`, `head` are real names; no ID number."""

    number: str
    name: str
    site_number: str
    since: date
    until: date
    issued_on: date
    issuer: str
    handler: str
    head: str
    contact: str
    remarks: str


@dataclass(frozen=True)
class Stars:
    """How many stars somebody may apply for, of how many, and how many minutes the next one lacks (0: none left)."""

    level: int
    most: int
    missing: int


def body(paper: Paper, lines: Sequence[Line]) -> dict[str, Any]:
    """All that the paper says, as plain JSON: what the fingerprint is of (guidance of 2015 on its contents)."""
    minutes = sum(line.minutes for line in lines)
    return {
        "number": paper.number,
        "name": paper.name,
        "site_number": paper.site_number,
        "since": paper.since.isoformat(),
        "until": paper.until.isoformat(),
        "minutes": minutes,
        "hours_in_words": in_words(minutes),
        "lines": [
            {
                "day": line.day.isoformat(),
                "activity": line.activity,
                "place": line.place,
                "team": line.team,
                "minutes": line.minutes,
            }
            for line in lines
        ],
        "teams": sorted({line.team for line in lines}),
        "issued_on": paper.issued_on.isoformat(),
        "issuer": paper.issuer,
        "handler": paper.handler,
        "head": paper.head,
        "contact": paper.contact,
        "remarks": " ".join(filter(None, (REMARK, paper.remarks))),
    }


def fingerprint(said: dict[str, Any]) -> str:
    """SHA-256 of a body, as 64 hexadecimal digits."""
    return hashing.digest(said)


def holds(said: dict[str, Any], number: str, sha256: str) -> bool:
    """Whether a body is still the one that was issued under this number with this fingerprint."""
    return said.get("number") == number and compare_digest(fingerprint(said), sha256)


def agrees(said: dict[str, Any], sha256: str, *, name: str, tenths: int, digits: str) -> bool:
    """Whether name, tenths of hours and the first digits of the fingerprint, as read from a paper, are those issued.

    One answer for all three: whoever holds no paper learns nothing about which of them was wrong.
    """
    same = (
        compare_digest(_plain(name).encode(), _plain(said["name"]).encode()),
        tenths == said["minutes"] * 10 // 60,
        compare_digest(_plain(digits).lower().encode(), sha256[:SHOWN_DIGITS].encode()),
    )
    return all(same)


def sheet(said: dict[str, Any], sha256: str) -> dict[str, Any]:
    """What is drawn on the paper: the body with its days as days, the hours, the fingerprint in fours."""
    fours = [sha256[start : start + 4] for start in range(0, len(sha256), 4)]
    return {
        "said": said,
        "since": date.fromisoformat(said["since"]),
        "until": date.fromisoformat(said["until"]),
        "issued_on": date.fromisoformat(said["issued_on"]),
        "hours": printed_hours(said["minutes"]),
        "lines": [{**line, "day": date.fromisoformat(line["day"])} for line in said["lines"]],
        "fours": fours,
        "digits": " ".join(fours[: SHOWN_DIGITS // 4]),
    }


def printed_hours(minutes: int) -> str:
    """Minutes as hours to the tenth that is full: 37.5, and 40 for whole ones."""
    whole, tenth = divmod(minutes * 10 // 60, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def issuer(place: str) -> str:
    """The residents' committee of a neighbourhood: 天馨花园居民区 is 天馨花园居民委员会."""
    return f"{place.removesuffix('居民区')}居民委员会"


def masked(name: str) -> str:
    """王**: what somebody reads who has the number and not the paper."""
    return f"{name[:1]}**"


def stars(minutes: int, thresholds: Sequence[int]) -> Stars:
    """The level that counted minutes reach; `thresholds` are hours, rising (rule `stars`). Never a grant."""
    level = sum(minutes >= 60 * hours for hours in thresholds)
    missing = 60 * thresholds[level] - minutes if level < len(thresholds) else 0
    return Stars(level, len(thresholds), missing)


def in_words(minutes: int) -> str:
    """Minutes in the numerals of official papers, which nobody can alter: 叁拾柒小时叁拾分."""
    hours, rest = divmod(minutes, 60)
    said = f"{numeral(hours)}小时" if hours or not rest else ""
    return said + (f"{numeral(rest)}分" if rest else "")


def numeral(number: int) -> str:
    """A whole number below 10^12 in formal Chinese numerals: 壹仟零伍拾. ValueError for others."""
    if not 0 <= number < 10**12:
        raise ValueError(f"no formal numeral for {number}")
    said, gap = "", False
    for power in (2, 1, 0):
        group = number // 10 ** (4 * power) % 10**4
        if not group:
            gap = gap or bool(said)
            continue
        said += ("零" if said and (gap or group < 1000) else "") + _four(group) + GROUPS[power]
        gap = False
    return said or DIGITS[0]


def _four(group: int) -> str:
    """Up to 9999: zeros between digits are said once, those at the end not at all."""
    said, gap = "", False
    for power in (3, 2, 1, 0):
        digit = group // 10**power % 10
        if digit:
            said += ("零" if gap else "") + DIGITS[digit] + UNITS[power]
        gap = not digit and bool(said)
    return said


def _plain(typed: str) -> str:
    """As typed from paper: without spaces and dashes, full-width letters as plain ones."""
    return unicodedata.normalize("NFKC", typed).translate(FALSE_FRIENDS).strip()
