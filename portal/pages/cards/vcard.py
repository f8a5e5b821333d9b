"""A contact card as vCard 4.0 (RFC 6350): one entry of an address book that holds all numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.kit import phones
from portal.pages.cards.lines import Card, Line

# RFC 6350, 3.2: a line is folded after at most so many bytes.
FOLD = 75
SPECIAL = re.compile(r"([\\,;])")


def payload(card: Card) -> str:
    """What the code to scan holds: the numbers with their names and nothing else, so that it stays coarse.

    The two numbers of the whole city are left out; whoever scans it knows them or finds them printed beside it.
    """
    lines = [line for line in card.lines if line.telephone and not line.is_hotline]
    return _joined([*_begin(card), *_numbers(lines, bare=True), "END:VCARD"])


def file(card: Card, origin: str) -> bytes:
    """The same for an address book, whole: every number, what stands beside them, the page it was read on."""
    lines = [line for line in card.lines if line.telephone]
    notes = "\n".join(" ".join(filter(None, (x.label, x.name, x.telephone, x.note))) for x in card.lines)
    more = [f"NOTE:{_text(notes)}", f"URL:{origin}{card.url}"]
    if card.checked_on:
        more.append(f"REV:{card.checked_on:%Y%m%dT000000Z}")
    return _joined(map(_folded, [*_begin(card), *_numbers(lines), *more, "END:VCARD"])).encode()


def _begin(card: Card) -> list[str]:
    return ["BEGIN:VCARD", "VERSION:4.0", f"FN:{_text(f'{card.place} {card.title}')}"]


def _numbers(lines: Iterable[Line], *, bare: bool = False) -> Iterable[str]:
    for number, line in enumerate(lines, start=1):
        label = " ".join(filter(None, (line.label, "" if bare else line.name)))
        yield f"item{number}.TEL:{_text(phones.dialled(line.telephone) if bare else line.telephone)}"
        yield f"item{number}.X-ABLabel:{_text(label)}"


def _text(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _folded(line: str) -> str:
    """Cut between characters, never inside one."""
    pieces, room = [""], FOLD
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append("")
            room = FOLD - 1
        pieces[-1] += sign
        room -= size
    return "\r\n ".join(pieces)
