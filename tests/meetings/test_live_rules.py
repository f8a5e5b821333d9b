"""Who speaks next, who was here when: pure functions."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.kit import clock
from portal.meetings.live.rules import (
    Asked,
    Presence,
    here,
    in_order,
    needed,
    presence,
    seconds_by_group,
    thinned,
)

GROUPS = st.sampled_from(["临街", "里侧", "租户", ""])
T0 = datetime(2026, 11, 26, 6, tzinfo=clock.now().tzinfo)


def queue(*rows: tuple[str, str]) -> list[Asked]:
    """In the order of asking: who, and the group."""
    return [Asked(key, who, group) for key, (who, group) in enumerate(rows)]


def test_the_group_that_spoke_least_then_who_spoke_least_then_who_asked_first() -> None:
    waiting = queue(("a", "临街"), ("b", "临街"), ("c", "里侧"), ("d", "租户"))
    order = in_order(waiting, {"临街": 100, "里侧": 60, "租户": 60}, {"a": 1}, 180)
    assert [one.who for one in order] == ["c", "d", "b", "a"]


@given(st.lists(GROUPS, max_size=12), st.dictionaries(GROUPS, st.integers(0, 900)), st.integers(15, 600))
def test_nobody_is_lost_and_the_first_is_of_a_group_that_spoke_least(
    groups: list[str], spent: dict[str, int], seconds: int
) -> None:
    waiting = queue(*((f"w{n}", group) for n, group in enumerate(groups)))
    order = in_order(waiting, spent, {}, seconds)
    assert sorted(order, key=lambda one: one.key) == waiting
    if order:
        assert spent.get(order[0].group, 0) == min(spent.get(group, 0) for group in groups)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30))
def test_the_line_of_presence_ends_with_who_is_here(moves: list[tuple[int, bool]]) -> None:
    timed = [(who, came, T0 + timedelta(minutes=n)) for n, (who, came) in enumerate(moves)]
    line = presence(timed, {0, 1, 2})
    inside = {who for who in here(moves) if who in {0, 1, 2}}
    assert (line[-1].count if line else 0) == len(inside)
    assert all(abs(two.count - one.count) == 1 for one, two in zip(line, line[1:], strict=False))


def test_groups_that_did_not_speak_are_named_and_no_quorum_needs_nobody() -> None:
    assert seconds_by_group([("a", 5), ("b", 7), ("a", 1)], ["c", "a"]) == {"c": 0, "a": 6, "b": 7}
    assert (needed(21, [2, 3]), needed(21, []), needed(0, [1, 2])) == (14, 0, 0)


@given(st.lists(st.integers(-1, 1).filter(bool), max_size=300), st.integers(2, 60))
def test_a_thinned_line_is_bounded_and_keeps_its_end_and_its_lowest(steps: list[int], most: int) -> None:
    count, line = 150, []
    for n, step in enumerate(steps):
        count += step
        line.append(Presence(T0 + timedelta(minutes=n), count))
    shown = thinned(line, most)
    assert len(shown) <= max(2, most)
    assert shown == sorted(shown, key=lambda point: point.at)
    assert set(shown) <= set(line)
    if line:
        assert shown[-1] == line[-1]
        assert min(point.count for point in shown) == min(point.count for point in line)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("wxyz")), max_size=12),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 500)),
    st.dictionaries(st.sampled_from("wxyz"), st.integers(0, 3)),
)
def test_the_order_is_that_of_asking_for_the_next_one_again_and_again(
    asked: list[tuple[str, str]], spent: dict[str, int], had: dict[str, int]
) -> None:
    waiting = [Asked(n, who, group) for n, (group, who) in enumerate(asked)]
    left, used, one_by_one = list(waiting), Counter(spent), []
    while left:
        chosen = min(left, key=lambda one: (used[one.group], had.get(one.who, 0)))
        left.remove(chosen)
        used[chosen.group] += 60
        one_by_one.append(chosen)
    assert in_order(waiting, spent, had, 60) == one_by_one
