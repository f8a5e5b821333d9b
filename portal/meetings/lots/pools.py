"""Who volunteered and how a panel is to be mixed, as two small files; read whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"\d{1,4}", re.ASCII)
QUOTA_COLUMNS = ("feature", "value", "min", "max")


class Broken(ValueError):
    """A file that cannot be read, with the line and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Volunteer:
    """One who would sit on the panel, by a code. `flat`: never two of one; empty where nobody shares it."""

    code: str
    flat: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """From `least` to `most` seats for those whose `feature` has this `value`."""

    feature: str
    value: str
    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.feature} = {self.value}"


@dataclass(frozen=True)
class Pool:
    """All who volunteered; `features` name what `values` of each hold, in the same order."""

    features: tuple[str, ...]
    people: tuple[Volunteer, ...]

    @property
    def text(self) -> str:
        """The one way to write it: a heading, then the people by their codes. What is published and hashed."""
        written = io.StringIO()
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow(["id", "flat", *self.features])
        for one in sorted(self.people, key=lambda one: one.code):
            rows.writerow([one.code, one.flat, *one.values])
        return written.getvalue()

    @property
    def sha256(self) -> str:
        """The hash of that text: the same for the same people, in whatever order and line ends they came."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_pool(content: bytes) -> Pool:
    """A pool: columns `id`, perhaps `flat`, and a feature each. Raises Broken with the first line that is wrong."""
    columns, rows = _table(content, ("id",))
    features = tuple(name for name in columns if name not in {"id", "flat"})
    people: dict[str, Volunteer] = {}
    for line, row in rows:
        code = row["id"]
        if not code:
            raise Broken(line, "somebody has no id")
        if code in people:
            raise Broken(line, f"{code!r} stands twice")
        people[code] = Volunteer(code, row.get("flat", ""), tuple(row[name] for name in features))
    if not people:
        raise Broken(2, "nobody stands in this pool")
    return Pool(features, tuple(people.values()))


def read_quotas(content: bytes, features: Sequence[str]) -> tuple[Quota, ...]:
    """Quotas on the `features` of a pool: `feature,value,min,max`. Raises Broken with the first line that is wrong."""
    _columns, rows = _table(content, QUOTA_COLUMNS)
    found: dict[tuple[str, str], Quota] = {}
    for line, row in rows:
        feature, value = row["feature"], row["value"]
        if feature not in features:
            raise Broken(line, f"the pool has no column {feature!r}")
        if (feature, value) in found:
            raise Broken(line, f"{feature} = {value} stands twice")
        quota = Quota(feature, value, _number(line, "min", row["min"]), _number(line, "max", row["max"]))
        if quota.least > quota.most:
            raise Broken(line, f"min {quota.least} is more than max {quota.most}")
        found[feature, value] = quota
    return tuple(found.values())


def _table(content: bytes, needed: Iterable[str]) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The names of the columns, and each row that is not empty with its line."""
    lines = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    columns: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        for cells in lines:
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if columns:
                rows.append((lines.line_num, _row(lines.line_num, columns, row)))
            else:
                columns = _heading(lines.line_num, row, needed)
    except csv.Error as error:
        raise Broken(lines.line_num, str(error)) from error
    if not columns:
        raise Broken(1, "the file is empty")
    return columns, rows


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(content.count(b"\n", 0, error.start) + 1, "this is not text in UTF-8") from error


def _heading(line: int, row: list[str], needed: Iterable[str]) -> list[str]:
    for name in needed:
        if name not in row:
            raise Broken(line, f"the column {name!r} is missing")
    if len(set(row)) < len(row):
        raise Broken(line, "a column stands twice")
    return row


def _row(line: int, columns: list[str], row: list[str]) -> dict[str, str]:
    if len(row) != len(columns):
        raise Broken(line, f"{len(row)} cells where the heading has {len(columns)}")
    return dict(zip(columns, row, strict=True))


def _number(line: int, what: str, text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise Broken(line, f"{what} {text!r} is no number of at most 4 digits")
    return int(text)
