"""Published numbers as files: the very payload as JSON, and its numbers as rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from portal.kit.sheets import XLSX, safe_cell
from portal.kit.workbooks import workbook
from portal.surveys.showing.reading import Payload

HEAD = ("key", "question", "row", "option", "answer", "by", "band", "base", "count", "percent", "note")


def rows(payload: Payload) -> Iterator[list[str]]:
    """The heading, then a row for each published number: of an option, of an option of a row, of a band, of a need.

    Cells are text; what a spreadsheet program would run is made plain.
    """
    yield list(HEAD)
    for row in _numbers(payload):
        yield [safe_cell(str(row.get(name, ""))) for name in HEAD]


def as_csv(payload: Payload) -> bytes:
    """UTF-8 with a mark, so that spreadsheet programs read the characters."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows(payload))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(payload: Payload) -> bytes:
    """The same rows as a workbook; counts and shares are numbers in it."""
    numbers = {HEAD.index(name) for name in ("base", "count", "percent")}
    return workbook(
        "results",
        (
            [int(cell) if at in numbers and cell.isdecimal() else cell for at, cell in enumerate(cells)]
            for cells in rows(payload)
        ),
    )


def as_json(payload: Payload) -> bytes:
    """What was published, as it was."""
    return json.dumps(payload, ensure_ascii=False, indent=1).encode()


FORMS: dict[str, tuple[Callable[[Payload], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, XLSX),
    "json": (as_json, "application/json"),
}


def _numbers(payload: Payload) -> Iterator[dict[str, Any]]:
    for question in payload["questions"]:
        said = {"key": question["key"], "question": question["text"], "base": _said(question["base"])}
        said["note"] = " ".join(question.get("merged", []))
        if question.get("withheld"):
            yield {**said, "note": "withheld"}
            continue
        yield from ({**said, **_option(one)} for one in question.get("options", []))
        for row in question.get("rows", []):
            yield from ({**said, "row": row["text"], **_option(one)} for one in row["options"])
        yield from _by_bands(said, question)
    for need in payload.get("demands", []):
        yield {
            "key": need["key"],
            "question": need["text"],
            "option": "needed",
            "base": need["base"],
            "count": need["needed"],
            "percent": need["percent"],
            "note": f"rank {need['rank']}",
        }


def _said(number: int | None) -> int | str:
    return "" if number is None else number


def _option(option: Payload) -> dict[str, Any]:
    return {
        "option": option["key"],
        "answer": option["text"],
        "count": option["count"],
        "percent": option["percent"],
    }


def _by_bands(said: dict[str, Any], question: Payload) -> Iterator[dict[str, Any]]:
    texts = {one["key"]: one["text"] for one in question.get("options", [])}
    for by in question.get("by", []):
        for band in by["bands"]:
            for one in band["options"]:
                yield {
                    **said,
                    "option": one["key"],
                    "answer": one.get("text") or texts.get(one["key"], ""),
                    "by": by["background"],
                    "band": band["label"],
                    "base": band["n"],
                    "percent": one["percent"],
                    "note": by.get("note", ""),
                }
