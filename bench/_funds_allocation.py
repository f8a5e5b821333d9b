"""Allocations of real elections: the largest example in time, a smaller one beside the plainest fractions."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from bench import _funds_bare
from bench.report import progress, report
from portal.funds.allocating import pabulib
from portal.funds.allocating.elections import Election
from portal.funds.allocating.explaining import explain
from portal.funds.allocating.rules import allocate

ELECTIONS = Path(__file__).parent.parent / "tests" / "data" / "pabulib"
LARGEST = "poland_warszawa_2021_mokotow.pb"
SMALLER = (
    "poland_warszawa_2018_grochow-centrum.pb",
    "poland_warszawa_2019_obszar-3-marymont-potok-zoliborz-dziennikarski.pb",
)
RUNS = 3


def told() -> None:
    """Print all figures."""
    progress("allocation: 12,933 ballots × 98 projects")
    content = (ELECTIONS / LARGEST).read_bytes()
    report("funds", "12,933 × 98: file read", _best(lambda: pabulib.read_bytes(content)), "s")
    largest = pabulib.read_bytes(content)
    plain = _best(lambda: allocate(largest, completion="none"))
    report("funds", "12,933 × 98: equal shares", plain, "s", goal="<= 15")
    report("funds", "12,933 × 98: with add1-greedy", _once(lambda: allocate(largest)), "s", goal="<= 90")
    _beside(*(pabulib.read_bytes((ELECTIONS / name).read_bytes()) for name in SMALLER))


def _beside(smaller: Election, fewer: Election) -> None:
    share = Fraction(smaller.budget) / len(smaller.ballots)
    ours = _best(lambda: allocate(smaller, completion="none"))
    bare = _best(lambda: _funds_bare.shares(smaller, share))
    report("funds", "976 × 15: equal shares beside plain fractions", 1000 * ours, "ms",
           limit=1000 * bare, goal="<= 1")  # fmt: skip
    ours, bare = _best(lambda: allocate(fewer)), _once(lambda: _funds_bare.raised(fewer))
    report("funds", "606 × 12: with add1-greedy beside plain fractions", 1000 * ours, "ms",
           limit=1000 * bare, goal="<= 1")  # fmt: skip
    outcome = allocate(fewer)
    report(
        "funds", "606 × 12: explained, with what would have won", _once(lambda: explain(fewer, outcome)), "s"
    )


def _best(work: Callable[[], object]) -> float:
    return min(_once(work) for _ in range(RUNS))


def _once(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
