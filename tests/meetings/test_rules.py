"""Quorum, seats, groups and voices: on their edges, and for any numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.meetings import rules
from portal.meetings.models import ItemKind, Stance

needs = st.integers(1, 12).flatmap(lambda d: st.tuples(st.integers(1, d), st.just(d)))


@pytest.mark.parametrize(
    ("attended", "panel", "need", "enough"),
    [
        (2, 3, (2, 3), True),  # exactly two thirds counts
        (1, 3, (2, 3), False),
        (14, 21, (2, 3), True),
        (13, 21, (2, 3), False),
        (13, 20, (2, 3), False),  # 13.33 are needed
        (14, 20, (2, 3), True),
        (0, 0, (2, 3), False),  # no panel, no quorum
        (3, 3, (1, 1), True),
        (2, 3, (1, 1), False),
        (1, 2, (1, 2), True),
    ],
)
def test_quorum_on_its_edges(attended: int, panel: int, need: tuple[int, int], enough: bool) -> None:
    assert rules.has_quorum(attended, panel, need) is enough


@given(panel=st.integers(1, 200), need=needs)
def test_the_quorum_is_the_smallest_number_that_suffices(panel: int, need: tuple[int, int]) -> None:
    smallest = rules.quorum_of(panel, need)

    assert rules.has_quorum(smallest, panel, need)
    assert not rules.has_quorum(smallest - 1, panel, need)


@given(panel=st.integers(1, 200), attended=st.integers(0, 200), need=needs)
def test_quorum_is_the_exact_fraction(panel: int, attended: int, need: tuple[int, int]) -> None:
    assert rules.has_quorum(attended, panel, need) == (Fraction(attended, panel) >= Fraction(*need))


@given(taken=st.sets(st.integers(1, 30)), seats=st.integers(0, 30))
def test_a_free_seat_is_the_lowest_nobody_has(taken: set[int], seats: int) -> None:
    seat = rules.free_seat(taken, seats)

    assert seat == min(set(range(1, seats + 1)) - taken, default=None)


def test_a_group_without_a_seat_is_named() -> None:
    assert rules.unheard(["业主", "租户", "老人"], ["租户", "业主", "业主"]) == ["老人"]
    assert rules.unheard(["业主"], ["业主", "租户"]) == []


@given(st.lists(st.sampled_from(list(Stance))))
def test_a_tally_counts_every_delegate_once(stances: list[Stance]) -> None:
    counted = rules.tally(stances)

    assert sum(counted.values()) == len(stances)
    assert list(counted) == [Stance.FOR, Stance.CONDITIONAL, Stance.AGAINST]


@pytest.mark.parametrize(
    ("stances", "kinds", "missing"),
    [
        (["for"], ["for"], []),
        (["for", "against"], ["for"], [Stance.AGAINST]),
        (["for", "against"], ["minority"], []),
        (["for", "against"], ["against"], []),
        (["conditional"], ["for", "against"], [Stance.CONDITIONAL]),
        (["conditional", "against"], ["condition", "minority"], []),
        (["conditional", "against"], ["for"], [Stance.CONDITIONAL, Stance.AGAINST]),
    ],
)
def test_who_disagreed_must_be_heard_in_the_opinion(
    stances: list[str], kinds: list[str], missing: list[Stance]
) -> None:
    assert rules.missing_voices(rules.tally(stances), set(kinds)) == missing


def test_every_kind_of_item_is_known() -> None:
    assert {kind.value for kind in ItemKind} == {"for", "against", "condition", "minority"}
