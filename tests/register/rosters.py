"""Roster files for tests."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl

from portal.community.models import RuleSet

HEADER = ["楼号", "单元", "室号", "专有部分面积(平方米)", "产权人", "手机号", "使用情况", "权利类别"]
ROW = {
    "楼号": "1号楼",
    "单元": "1单元",
    "室号": "101",
    "专有部分面积(平方米)": "86.42",
    "产权人": "陈静",
    "手机号": "13900000001",
    "使用情况": "自住",
    "权利类别": "业主",
}


def row(**changes: str) -> dict[str, str]:
    """One row; area, phone, owner, use … named in short."""
    names = {
        "building": "楼号",
        "entrance": "单元",
        "room": "室号",
        "area": "专有部分面积(平方米)",
        "owner": "产权人",
        "phone": "手机号",
        "use": "使用情况",
        "right": "权利类别",
        "estate": "小区",
    }
    return ROW | {names[key]: value for key, value in changes.items()}


def table(*rows: dict[str, str], header: list[str] | None = None) -> list[list[str]]:
    names = header or [*HEADER, *(["小区"] if any("小区" in one for one in rows) else [])]
    return [names, *([one.get(name, "") for name in names] for one in rows)]


def as_csv(
    *rows: dict[str, str], header: list[str] | None = None, encoding: str = "utf-8", **options: str
) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, **options).writerows(table(*rows, header=header))
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: dict[str, object], header: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for cells in table(*rows, header=header):
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(entries: dict[str, bytes], level: int = 9) -> bytes:
    """A zip file with any content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


def with_sheet(sheet: bytes) -> bytes:
    """A proper workbook whose sheet is replaced."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROW))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    return archive(parts | {"xl/worksheets/sheet1.xml": sheet})


def loosen() -> None:
    """Let one person do what would need two (rules roster.*_percent), where a test is about something else."""
    RuleSet.objects.filter(key__in=["roster.owners_percent", "roster.dwellings_percent"]).update(
        value=100_000
    )
