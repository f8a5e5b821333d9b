"""How an entry is hashed and a chain is checked. Standard library only: the verifier shares it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

GENESIS = "0" * 64
BATCH = 1000
_TEXT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
FIELDS = frozenset(
    {"chain", "sequence", "at", "actor", "action", "subject", "title", "data", "previous", "hash"}
)


class Fault(StrEnum):
    """What can be wrong with an entry."""

    FIELDS = "fields"
    CHAIN = "chain"
    SEQUENCE = "sequence"
    PREVIOUS = "previous"
    HASH = "hash"
    HEAD = "head"


@dataclass(frozen=True)
class Checked:
    """How far a chain holds: its sound entries, the hash of the last one, the first fault behind them."""

    sound: int
    hash: str
    fault: Fault | None = None

    @property
    def holds(self) -> bool:
        """Whether no fault was found."""
        return self.fault is None

    @property
    def broken_at(self) -> int:
        """The number of the first entry that is missing or wrong; one more than there are where none is."""
        return self.sound + 1


class Rows:
    """Rows of a list, each as its canonical text already: written by hand they are made four times as fast."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = iter(texts)

    def pieces(self) -> Iterator[bytes]:
        """The list's text, many rows at a time."""
        between = "["
        while batch := list(islice(self._texts, BATCH)):
            yield (between + ",".join(batch)).encode()
            between = ","
        yield b"[]" if between == "[" else b"]"

    def read(self) -> list[Any]:
        """The rows themselves; uses them up."""
        return list(json.loads(b"".join(self.pieces())))


def canonical(body: dict[str, Any]) -> bytes:
    """The one JSON text of a body: keys sorted, no spaces, UTF-8."""
    return _json(body)


def digest(body: dict[str, Any]) -> str:
    """SHA-256 of a body's canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(body)).hexdigest()


def pieces(body: dict[str, Any]) -> Iterator[bytes]:
    """The canonical text of a body in pieces; what it holds as an iterator of rows, or as Rows, is read as it goes."""
    yield b"{"
    for at, (name, value) in enumerate(sorted(body.items())):
        yield b"," * (at > 0) + _json(name) + b":"
        if isinstance(value, Rows):
            yield from value.pieces()
        elif isinstance(value, Iterator):
            yield from _rows(value)
        else:
            yield _json(value)
    yield b"}"


def digest_of(text: Iterable[bytes]) -> str:
    """SHA-256 of a text in pieces, as 64 hexadecimal digits."""
    sha = hashlib.sha256()
    for piece in text:
        sha.update(piece)
    return sha.hexdigest()


def body_of(row: dict[str, Any]) -> dict[str, Any]:
    """What is hashed of an exported entry: everything but the hash itself."""
    return {name: value for name, value in row.items() if name != "hash"}


def check(rows: Iterable[dict[str, Any]]) -> Checked:
    """Walk a chain from its first entry to the first one that is changed, missing or out of place."""
    sound, last, chain = 0, GENESIS, None
    for row in rows:
        if fault := _fault(row, sound + 1, last, chain):
            return Checked(sound, last, fault)
        sound, last, chain = sound + 1, row["hash"], row["chain"]
    return Checked(sound, last)


def check_head(checked: Checked, head: str, sequence: int | None = None) -> Checked:
    """Compare a sound chain with the head known from elsewhere: entries cut off its end show only there."""
    wrong = head != checked.hash or sequence not in {None, checked.sound}
    return Checked(checked.sound, checked.hash, Fault.HEAD) if checked.holds and wrong else checked


def _fault(row: dict[str, Any], sequence: int, previous: str, chain: str | None) -> Fault | None:
    if set(row) != FIELDS:
        return Fault.FIELDS
    if chain is not None and row["chain"] != chain:
        return Fault.CHAIN
    if row["sequence"] != sequence:
        return Fault.SEQUENCE
    if row["previous"] != previous:
        return Fault.PREVIOUS
    return None if digest(body_of(row)) == row["hash"] else Fault.HASH


def text_of(value: Any) -> str:
    """The one JSON text of a value: keys sorted, no spaces."""
    return _TEXT.encode(value)


def _json(value: Any) -> bytes:
    return text_of(value).encode()


def _rows(rows: Iterator[Any]) -> Iterator[bytes]:
    """A list's text, many rows at a time: writing one by one takes three times as long."""
    yield b"["
    between = b""
    while batch := list(islice(rows, BATCH)):
        yield between + _json(batch)[1:-1]
        between = b","
    yield b"]"
