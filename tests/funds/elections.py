"""Elections for tests: the example files, and small ones as hypothesis draws them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from portal.funds.allocating import pabulib
from portal.funds.allocating.elections import Ballot, Election, Project

ELECTIONS = Path(__file__).parent.parent / "data" / "pabulib"
REFERENCE: dict[str, dict[str, Any]] = json.loads((ELECTIONS / "reference.json").read_text())
# These take seconds with add1-greedy.
LARGE = frozenset({"poland_warszawa_2021_mokotow.pb", "poland_warszawa_2022_bemowo.pb"})
RULES = ("greedy", "equal-shares", "equal-shares+greedy", "equal-shares+add1-greedy")


def example(name: str) -> Election:
    """One of the example elections."""
    return pabulib.read_bytes((ELECTIONS / name).read_bytes())


def election(
    pot: int, costs: dict[str, int], *ballots: tuple[str, int], groups: dict[str, str] | None = None
) -> Election:
    """`ballots`: what was ticked, as letters, and by how many."""
    known = groups or {}
    projects = tuple(Project(key, cost, key, known.get(key, "")) for key, cost in costs.items())
    cast = [ticks for ticks, people in ballots for _ in range(people)]
    return Election(pot, projects, tuple(Ballot(str(n), tuple(ticks)) for n, ticks in enumerate(cast)))


@st.composite
def drawn(draw: st.DrawFn) -> Election:
    """Up to seven projects and twelve ballots; many ties, some exclusion groups, sometimes half units."""
    keys = draw(st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True))
    unit = draw(st.sampled_from([1, Fraction(1, 2)]))
    projects = tuple(
        Project(key, unit * draw(st.integers(1, 30)), key, draw(st.sampled_from(["", "", "", "one", "two"])))
        for key in keys
    )
    ticks = st.lists(st.sampled_from(keys), unique=True).map(tuple)
    ballots = draw(st.lists(ticks, min_size=1, max_size=12))
    pot = unit * draw(st.integers(1, 90))
    return Election(pot, projects, tuple(Ballot(str(n), one) for n, one in enumerate(ballots)))
