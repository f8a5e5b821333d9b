"""Check an exported record: python -m portal.record.verify FILE [--head HASH]. Standard library only.

FILE is a neighbourhood's record.jsonl ("-" for standard input); --head is the newest hash, as the record's
page or a neighbour's notes had it: entries cut off the end of a file show only against it.
Exit code 0: the chain holds; 1: it is broken; 2: this is no such file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from portal.record.hashing import Checked, Fault, check, check_head

WORDS = {
    Fault.FIELDS: ("it does not have the fields of an entry", "字段不全或多出字段"),
    Fault.CHAIN: ("it belongs to another neighbourhood's record", "属于别的居民区的记录"),
    Fault.SEQUENCE: ("an entry is missing or out of place", "有记录缺失或次序颠倒"),
    Fault.PREVIOUS: ("it does not follow from the entry before it", "与前一条记录接不上"),
    Fault.HASH: ("its content does not match its hash", "内容与校验值不符"),
    Fault.HEAD: ("the newest hash is not the one you know", "最新校验值与您掌握的不一致"),
}


class NotARecord(Exception):
    """The file is something else; the message says at which line that shows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file named on the command line and say in words what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m portal.record.verify", description="Check an exported record. 核对导出的公开记录。"
    )
    parser.add_argument("file", help='record.jsonl, or "-" for standard input')
    parser.add_argument("--head", help="the newest hash, as the record's page showed it")
    options = parser.parse_args(arguments)
    try:
        checked = _checked(options.file, options.head)
    except (NotARecord, OSError, UnicodeError) as error:
        print(f"This is not an exported record: {error}\n这不是导出的公开记录：{error}")  # noqa: T201
        return 2
    print(say(checked))  # noqa: T201
    return 0 if checked.holds else 1


def say(checked: Checked) -> str:
    """The finding in English and Chinese, a line each."""
    if checked.fault is None:
        return (
            f"The chain holds: {checked.sound} entries, newest hash {checked.hash}\n"
            f"记录完整：共 {checked.sound} 条，最新校验值 {checked.hash}"
        )
    english, chinese = WORDS[checked.fault]
    return (
        f"The chain is broken at entry {checked.broken_at}: {english}. "
        f"The {checked.sound} before it are sound.\n"
        f"记录在第 {checked.broken_at} 条断开：{chinese}。之前的 {checked.sound} 条完好。"
    )


def rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The entries of an export, a JSON object a line; raises NotARecord with the line's number."""
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            raise NotARecord(f"line {number}: {error}") from error
        if not isinstance(row, dict):
            raise NotARecord(f"line {number}: not a JSON object")
        yield row


def _checked(name: str, head: str | None) -> Checked:
    if name == "-":
        return _check(sys.stdin, head)
    with open(name, encoding="utf-8") as file:
        return _check(file, head)


def _check(file: TextIO, head: str | None) -> Checked:
    checked = check(rows(file))
    return check_head(checked, head.strip().lower()) if head else checked


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


if __name__ == "__main__":
    sys.exit(main())
