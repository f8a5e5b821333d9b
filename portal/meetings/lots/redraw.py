#!/usr/bin/env python3
"""Draws a published panel once more. 重新抽签。

    python3 redraw.py tickets.json SEED [SHA-256]
Needs nothing but Python 3.11. The SHA-256 is that of the public record: with it every later change of the file shows.
Before it draws it looks at all tickets: each fills the seats and keeps the quotas, and the chances are true.
What it says is English or Chinese, as this computer is.
Exit 0: the panel, a code a line. Exit 1: the file is not sound, with the reason. Exit 2: no such file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import locale
import re
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

TICKETS = 1000


def number(text: str) -> int:
    """The SHA-256 of a text as a number."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def ordered(seed: str, codes: list[str]) -> list[str]:
    """People who are alike, in the order in which seats come to them."""
    return sorted(codes, key=lambda code: number(f"{seed}|person|{code}"))


def draw(tickets: dict[str, Any], seed: str) -> tuple[int, list[str]]:
    """The number of the ticket, 0 to 999, and the codes of the panel. This is the whole draw."""
    ticket = number(f"{seed}|ticket") % TICKETS
    seats = next(one["seats"] for one in tickets["tickets"] if one["from"] <= ticket <= one["to"])
    flat = {code: home for home in tickets["together"] for code in home}
    panel: list[str] = []
    for kind, count in seats:
        for code in ordered(seed, tickets["kinds"][kind]["people"]):
            if count and not set(panel) & set(flat.get(code, ())):
                panel.append(code)
                count -= 1
    return ticket, panel


def faults(tickets: dict[str, Any]) -> list[str]:
    """What is wrong with the tickets: numbers, seats, quotas, flats, or chances."""
    people = [code for kind in tickets["kinds"] for code in kind["people"]]
    numbers = [number for one in tickets["tickets"] for number in range(one["from"], one["to"] + 1)]
    wrong = [] if len(set(people)) == len(people) else ["‹somebody stands twice|有人重复出现›"]
    wrong += (
        []
        if numbers == list(range(TICKETS))
        else ["‹the tickets are not numbered 0 to 999|签号不是从 0 到 999›"]
    )
    wrong += [fault for one in tickets["tickets"] for fault in of_ticket(tickets, one)]
    return wrong + of_chances(tickets)


def of_ticket(tickets: dict[str, Any], one: dict[str, Any]) -> list[str]:
    """What is wrong with one composition of the panel."""
    kinds, name = tickets["kinds"], f"‹tickets|签号› {one['from']}–{one['to']}"
    wrong = (
        []
        if sum(count for _kind, count in one["seats"]) == tickets["size"]
        else [f"{name}‹: not as many seats as the panel has|：席位数与代表人数不符›"]
    )
    for quota in tickets["quotas"]:
        feature, value = quota["feature"], quota["value"]
        held = sum(count for kind, count in one["seats"] if kinds[kind]["features"][feature] == value)
        if not quota["min"] <= held <= quota["max"]:
            wrong.append(f"{name}‹: seats of|：席位› {feature} = {value}‹: |：›{held}")
    return wrong


def of_chances(tickets: dict[str, Any]) -> list[str]:
    """Kinds whose published chance is not that of the tickets."""
    seats = Counter[int]()
    for one in tickets["tickets"]:
        for kind, count in one["seats"]:
            seats[kind] += count * (one["to"] - one["from"] + 1)
    return [
        f"‹kind|类别› {number}‹: its chance is|：中签机会是› {chance}‹, not|，不是› {kind['chance']}"
        for number, kind in enumerate(tickets["kinds"])
        if (chance := Fraction(seats[number], TICKETS * len(kind["people"]))) != Fraction(kind["chance"])
    ]


def says(line: str) -> str:
    """A line in the language of this computer: where the two differ, ‹English|中文› stands in it."""
    name = (locale.getlocale()[0] or "").lower()
    return re.sub(r"‹([^|›]*)\|([^›]*)›", r"\2" if name.startswith(("zh", "chinese")) else r"\1", line)


def main(arguments: list[str]) -> int:
    """Check the file, draw, and print the panel; returns the exit code."""
    file, seed, *known = arguments
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 2
    sha256, tickets = hashlib.sha256(content).hexdigest(), json.loads(content)
    wrong = faults(tickets)
    if known and known[0] != sha256:
        wrong.append(
            f"‹the file's SHA-256 is|文件的 SHA-256 是› {sha256}‹: it is not what was committed|，与事先公布的不符›"
        )
    if wrong:
        print(*map(says, wrong), sep="\n", file=sys.stderr)
        return 1
    ticket, panel = draw(tickets, seed)
    print(says(f"‹ticket: |签号：›{ticket}"), *panel, sep="\n")
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
    sys.exit(main(sys.argv[1:]))
