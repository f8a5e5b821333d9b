"""The opinion map of 10,000 people and 500 statements, each reacting to 45: in time and memory, read from its file."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time

from bench.report import progress, report
from portal.meetings.opinions import votes
from portal.meetings.opinions.mapping import mapped

PEOPLE, STATEMENTS, REACTIONS, GROUPS = 10_000, 500, 45, 4


def told() -> None:
    """Print all figures. A process of its own, so that its peak of memory is its own."""
    progress(f"opinion map: {PEOPLE} people × {STATEMENTS} statements")
    command = [sys.executable, "-c", "from bench._meetings_opinions import measured; measured()"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    report("meetings", "opinion map 10,000 × 500: file read", found["read"], "s")
    report("meetings", "opinion map 10,000 × 500: map", found["mapped"], "s")
    report("meetings", "opinion map 10,000 × 500: both", found["read"] + found["mapped"], "s", goal="<= 5")
    report("meetings", "opinion map 10,000 × 500: memory at most", found["memory"], "MB", goal="<= 1000")


def measured() -> None:
    """Reckon the map once and print seconds and megabytes as JSON."""
    content = _table()
    begun = time.perf_counter()
    table = votes.read(content)
    read = time.perf_counter()
    found = mapped(table)
    ended = time.perf_counter()
    if len(found.included) != PEOPLE or not found.groups:
        raise AssertionError("the groups that were planted were not found")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": read - begun, "mapped": ended - read, "memory": memory}))


def _table() -> bytes:
    draw = random.Random(3)
    leanings = [[draw.choice((0.15, 0.5, 0.85)) for _ in range(STATEMENTS)] for _ in range(GROUPS)]
    lines = [",".join(votes.COLUMNS)]
    for person in range(PEOPLE):
        leaning = leanings[person % GROUPS]
        for place in sorted(draw.sample(range(STATEMENTS), REACTIONS)):
            lines.append(f"{person},{place},{_reaction(draw, leaning[place])}")
    return "\n".join(lines).encode()


def _reaction(draw: random.Random, leaning: float) -> int:
    """One in ten passes."""
    if draw.random() < 0.1:
        return votes.PASS
    return votes.AGREE if draw.random() < leaning else votes.DISAGREE
