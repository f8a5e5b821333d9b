"""Tables as XLSX, row by row. What a spreadsheet program might run is made plain text; texts stay texts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import openpyxl

from portal.kit.sheets import safe_cell

TEXT = "@"


def workbook(name: str, rows: Iterable[Iterable[str | int]]) -> bytes:
    """One sheet. Numbers are numbers; every text is a text, so that no program makes a day of a room."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: str | int) -> Any:
    if isinstance(value, int):
        return value
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=safe_cell(value))
    cell.number_format = TEXT
    return cell
