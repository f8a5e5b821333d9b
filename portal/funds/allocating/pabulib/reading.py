"""Reading a Pabulib file whole or not at all."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from portal.funds.allocating.elections import Amount, Ballot, Election, Project

SECTIONS = ("META", "PROJECTS", "VOTES")
NEEDED = {"PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
# Digits before and after the point: more is a slip of the hand, or meant to take the computer's time.
NUMBER = re.compile(r"([+-]?)(\d{1,15})(?:[.,](\d{1,6}))?", re.ASCII)
COUNT = re.compile(r"\d{1,9}", re.ASCII)


class Broken(ValueError):
    """A file that cannot be read, with the line and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass
class Section:
    """The rows of one section, each with its line; `columns` of a table by their names."""

    line: int
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read_bytes(content: bytes) -> Election:
    """An election from a file in UTF-8, with or without a mark. Raises Broken."""
    try:
        return read(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Broken(line, "this is not text in UTF-8") from error


def read(text: str) -> Election:
    """An election from Pabulib text. Raises Broken with the first line that is wrong, and why."""
    sections, meta = _sections(text)
    values = {key: value for key, (_line, value) in meta.items()}
    _check_kind(meta)
    budget_line, budget = _of_meta(meta, "budget")
    pot = _amount(budget_line, "budget", budget)
    projects = _projects(sections["PROJECTS"])
    _check_count(meta, "num_projects", len(projects), "projects")
    ballots = _ballots(sections["VOTES"], {one.id for one in projects})
    _check_count(meta, "num_votes", len(ballots), "ballots")
    return Election(pot, tuple(projects), tuple(ballots), values)


def _sections(text: str) -> tuple[dict[str, Section], dict[str, tuple[int, str]]]:
    """The tables of projects and votes, and the fields of META with their lines."""
    found: dict[str, Section] = {}
    meta: dict[str, tuple[int, str]] = {}
    name, line = "", 0
    for line, cells in _lines(text):
        heading = cells[0].upper() if len(cells) == 1 else ""
        if heading in SECTIONS:
            if heading in found:
                raise Broken(line, f"the section {heading} stands twice")
            name, found[heading] = heading, Section(line)
        elif not name:
            raise Broken(line, "a file begins with META")
        elif name == "META":
            _take_meta(meta, line, cells)
        else:
            _take_row(found[name], name, line, cells)
    for missing in SECTIONS:
        if missing not in found:
            raise Broken(line + 1, f"the section {missing} is missing")
        if missing in NEEDED and not found[missing].columns:
            raise Broken(found[missing].line, f"{missing} has no heading")
    return found, meta


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    """Number and cells of each line that is not empty."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(plain.split("\n"), start=1):
        if not line.strip():
            continue
        yield number, [cell.strip() for cell in _cells(line)]


def _cells(line: str) -> list[str]:
    """The cells of a line; a quotation mark that ends nowhere belongs to what is written."""
    try:
        return next(csv.reader([line], delimiter=";", strict=True))
    except csv.Error:
        return line.split(";")


def _take_meta(meta: dict[str, tuple[int, str]], line: int, cells: list[str]) -> None:
    key, value = cells[0], ";".join(cells[1:]).strip()
    if len(cells) == 1:
        raise Broken(line, f"{key!r} has no value")
    if key in meta:
        raise Broken(line, f"{key!r} stands twice")
    if (key, value) != ("key", "value"):
        meta[key] = (line, value)


def _take_row(section: Section, name: str, line: int, cells: list[str]) -> None:
    if not section.columns:
        for needed in NEEDED[name]:
            if needed not in cells:
                raise Broken(line, f"the column {needed!r} is missing")
        if len(set(cells)) < len(cells):
            raise Broken(line, "a column stands twice")
        section.columns = cells
        return
    width = len(section.columns)
    if len(cells) < width or any(cells[width:]):
        raise Broken(line, f"{len(cells)} cells where the heading has {width}")
    section.rows.append((line, dict(zip(section.columns, cells[:width], strict=True))))


def _of_meta(meta: dict[str, tuple[int, str]], key: str) -> tuple[int, str]:
    if key not in meta:
        raise Broken(1, f"META has no {key!r}")
    return meta[key]


def _check_kind(meta: dict[str, tuple[int, str]]) -> None:
    line, kind = _of_meta(meta, "vote_type")
    if kind.lower() != "approval":
        raise Broken(line, f"ballots of the kind {kind!r} cannot be allocated here, only 'approval'")


def _check_count(meta: dict[str, tuple[int, str]], key: str, counted: int, what: str) -> None:
    if key not in meta:
        return
    line, said = meta[key]
    if not COUNT.fullmatch(said):
        raise Broken(line, f"{key} {said!r} is no number")
    if int(said) != counted:
        raise Broken(line, f"{key} says {said}, but there are {counted} {what}")


def _amount(line: int, what: str, text: str) -> Amount:
    match = NUMBER.fullmatch(text)
    if match is None:
        raise Broken(line, f"{what} {text!r} is no number of at most 15 digits")
    sign, whole, part = match.groups()
    if sign == "-":
        raise Broken(line, f"{what} {text!r} is below 0")
    exact = Fraction(f"{whole}.{part or 0}")
    return exact.numerator if exact.denominator == 1 else exact


def _projects(section: Section) -> list[Project]:
    found: dict[str, Project] = {}
    for line, row in section.rows:
        key = row["project_id"]
        if not key or "," in key:
            raise Broken(line, f"{key!r} is no project_id")
        if key in found:
            raise Broken(line, f"project {key} stands twice")
        cost = _amount(line, "cost", row["cost"])
        if cost == 0:
            raise Broken(line, f"project {key} costs nothing")
        found[key] = Project(key, cost, row.get("name", ""), row.get("exclusion", ""))
    return list(found.values())


def _ballots(section: Section, known: set[str]) -> list[Ballot]:
    found: dict[str, Ballot] = {}
    for line, row in section.rows:
        voter = row["voter_id"]
        if not voter:
            raise Broken(line, "a ballot has no voter_id")
        if voter in found:
            raise Broken(line, f"voter {voter} has two ballots")
        ticks = tuple(tick for part in row["vote"].split(",") if (tick := part.strip()))
        _check_ticks(line, ticks, known)
        found[voter] = Ballot(voter, ticks)
    return list(found.values())


def _check_ticks(line: int, ticks: tuple[str, ...], known: set[str]) -> None:
    seen = set[str]()
    for tick in ticks:
        if tick not in known:
            raise Broken(line, f"there is no project {tick}")
        if tick in seen:
            raise Broken(line, f"project {tick} is ticked twice on one ballot")
        seen.add(tick)
