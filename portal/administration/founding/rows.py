"""The file with neighbourhoods, as rows that were understood and those that were not."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.administration.founding.columns import BY_HEAD, COLUMNS, NO_DAYS, Column
from portal.kit import sheets
from portal.kit.errors import NotPossible
from portal.kit.names import compared


@dataclass(frozen=True)
class Problem:
    """A row that cannot be taken, and why, or something left as it is."""

    line: int
    reason: str

    def __str__(self) -> str:
        return _("line %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason}


@dataclass(frozen=True)
class Row:
    """One neighbourhood, or one more estate of it, by the keys of the columns."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """What stands in a column of text; empty where it was left out."""
        return str(self.values.get(key) or "")

    @property
    def sites(self) -> list[tuple[str, list[str]]]:
        """Estates with the names of their buildings. Raises ValueError where these do not go together."""
        estates = self.values.get("estates") or []
        buildings = self.values.get("buildings") or []
        if buildings and not estates:
            estates = [self.text("neighbourhood")]
        if buildings and len(buildings) != len(estates):
            raise ValueError(
                _(
                    "%(estates)d estates, and buildings for %(buildings)d: both go in the same order, with ； between"
                )
                % {"estates": len(estates), "buildings": len(buildings)}
            )
        return list(zip(estates, buildings or [[] for _estate in estates], strict=True))


def parse(content: bytes) -> tuple[list[Row], list[Problem]]:
    """The rows of a CSV or XLSX file. Raises NotPossible where it cannot be read at all, or a column is missing."""
    lines = sheets.read(content)
    if not lines:
        raise NotPossible(_("The file is empty."))
    places = _places(lines[0])
    rows, problems = [], []
    for line in lines[1:]:
        try:
            rows.append(Row(line.line, {c.key: _cell(line, at, c) for at, c in places.items()}))
        except ValueError as why:
            problems.append(Problem(line.line, str(why)))
    return rows, problems


def template() -> str:
    """A file to fill in: the heads and one example, as CSV."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(column.heads[0] for column in COLUMNS)
    lines.writerow(sheets.safe_cell(column.example) for column in COLUMNS)
    return written.getvalue()


def _places(head: sheets.Row) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for at, text in enumerate(head.cells):
        column = BY_HEAD.get(compared(text))
        if column is None:
            if text:
                raise NotPossible(_("line 1: the column %(name)s is not known.") % {"name": text[:20]})
        elif column in found.values():
            raise NotPossible(_("line 1: the column %(name)s stands there twice.") % {"name": text})
        else:
            found[at] = column
    missing = [column.heads[0] for column in COLUMNS if column.needed and column not in found.values()]
    if missing:
        raise NotPossible(_("line 1: there is no column %(names)s.") % {"names": "、".join(missing)})
    return found


def _cell(line: sheets.Row, at: int, column: Column) -> Any:
    if column.key in NO_DAYS:
        line.refuse_moment(at, column.heads[0])
    return column.read(line.cells[at] if at < len(line.cells) else "")
