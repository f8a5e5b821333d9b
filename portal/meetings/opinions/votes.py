"""Who agreed with what, as numbers: one row a person and statement. Read from a table, or of reactions."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

DISAGREE, PASS, AGREE = -1, 0, 1
VALUES = {"-1": DISAGREE, "0": PASS, "1": AGREE}
COLUMNS = ("participant", "statement", "vote")
GZIP = b"\x1f\x8b"
# What a file may unfold to: ten times 10,000 people × 500 statements, and no more.
MAX_BYTES = 512 * 1024**2
# Participant, statement and vote out of a row.
Cells = Callable[[list[str]], tuple[str, ...]]


class Broken(ValueError):
    """A table that cannot be read; says which line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


@dataclass(frozen=True)
class Votes:
    """Reactions without people's names: `rows` hold (place of the person, place of the statement, -1, 0 or 1).

    `removed`: how many statements were taken out; they count as passed by everybody.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    rows: tuple[tuple[int, int, int], ...]
    removed: int = 0


def gathered(
    reactions: Iterable[tuple[str, str, int]], statements: Sequence[str] = (), removed: int = 0
) -> Votes:
    """Reactions put together; of a person's several on one statement the last counts.

    `statements`: those that have a place even where nobody reacted. People and statements stand in the order of their
    names (numbers by their size), so that the order of the reactions changes nothing but which of a pair is the last.
    """
    last = {(person, statement): value for person, statement, value in reactions}
    people = _ordered({person for person, _statement in last})
    said = _ordered({statement for _person, statement in last} | set(statements))
    row_of, column_of = _places(people), _places(said)
    rows = [(row_of[person], column_of[statement], value) for (person, statement), value in last.items()]
    return Votes(people, said, tuple(rows), removed)


def read(content: bytes) -> Votes:
    """A table of votes, plain or packed with gzip. Raises Broken with the line that cannot be read.

    Statements numbered without a break from 0 or 1 are how Polis and this portal write them: a number that is missing
    between them is a statement that was taken out.
    """
    found = gathered(_lines(_text(content)))
    return replace(found, removed=_missing(found.statements))


def _text(content: bytes) -> str:
    if content[:2] == GZIP:
        content = _unpacked(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(content[: error.start].count(b"\n") + 1, "not UTF-8") from error


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            found = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Broken(1, "not a whole gzip file") from error
    if len(found) > MAX_BYTES:
        raise Broken(1, f"unpacks to more than {MAX_BYTES // 1024**2} MB")
    return found


def _lines(text: str) -> Iterator[tuple[str, str, int]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        cells = itemgetter(*_columns(head))
        for row in reader:
            if row:
                yield _reaction(reader.line_num, row, cells, len(head))
    except csv.Error as error:
        raise Broken(reader.line_num, str(error)) from error


def _columns(head: list[str]) -> list[int]:
    missing = [name for name in COLUMNS if head.count(name) != 1]
    if missing:
        raise Broken(1, f"the columns {', '.join(COLUMNS)} are needed once each; see {', '.join(missing)}")
    return [head.index(name) for name in COLUMNS]


def _reaction(line: int, row: list[str], cells: Cells, width: int) -> tuple[str, str, int]:
    if len(row) != width:
        raise Broken(line, f"{len(row)} cells, not {width}")
    person, statement, vote = cells(row)
    value = VALUES.get(vote.strip())
    if value is None:
        raise Broken(line, f"vote is {vote[:20]!r}, not -1, 0 or 1")
    if not person or not statement:
        raise Broken(line, "participant or statement is empty")
    return person, statement, value


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=_by_size))


def _missing(names: Sequence[str]) -> int:
    """How many numbers are missing; 0 where they are no numbering: more would be missing than is there."""
    if not names or not all(_by_size(name)[0] == 0 for name in names):
        return 0
    first, last = int(names[0]), int(names[-1])
    missing = last - min(first, 1) + 1 - len(set(map(int, names)))
    return missing if missing <= len(names) else 0


def _by_size(name: str) -> tuple[int, int, str]:
    number = name.isascii() and name.isdigit() and len(name) < 20
    return (0, int(name), name) if number else (1, 0, name)


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
