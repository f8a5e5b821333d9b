"""Choices between options: who is chosen, who is equal, by which rule; no number and no time decides."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting.contests import contest
from portal.voting.outcome import Tally, outcome
from tests.voting.rules import ORDINARY, SPECIAL, totals

HALF = [{"measure": "heads", "more_than": [1, 2]}]
BOTH = [*HALF, {"measure": "area", "more_than": [1, 2]}]
TWO_THIRDS = [{"measure": "heads", "at_least": [2, 3]}]
OPTIONS = ["o1", "o2", "o3", "o4"]


def rule(method: str, **changes: Any) -> dict[str, Any]:
    """A rule that asks for nothing but most."""
    plain = {"participation": [], "approval": [], "silence": "none", "method": method}
    return {**plain, "seats": 1, "choose": 4, "points": 5, "tie": "runoff", **changes}


def held(method: str, ballots: dict[str, int], *, asked: int = 0, **changes: Any) -> tuple[Any, ...]:
    """Result, winners and tied of so many ballots a line, each of 1 m²."""
    cast = {line: Tally(number, 100 * number) for line, number in ballots.items()}
    roll = asked or sum(ballots.values())
    found = contest(rule(method, **changes), OPTIONS, cast, Tally(roll, 100 * roll))
    return found.result, found.winners, found.tied


@pytest.mark.parametrize(
    ("method", "ballots", "changes", "expected"),
    [
        # one of several
        ("choice", {"o1": 3, "o2": 4, "": 9}, {}, ("passed", ("o2",), ())),
        ("choice", {"o1": 3, "o2": 3}, {}, ("failed", (), ("o1", "o2"))),
        ("choice", {"o1": 3, "o2": 3, "o3": 5}, {"seats": 2}, ("passed", ("o3",), ("o1", "o2"))),
        ("choice", {"": 5, "invalid": 5}, {}, ("failed", (), ())),
        ("choice", {"o1": 5}, {"asked": 8, "participation": TWO_THIRDS}, ("no_quorum", (), ())),
        ("choice", {"o1": 1, "": 3, "invalid": 2}, {"asked": 9, "participation": TWO_THIRDS}, ("passed", ("o1",), ())),
        ("choice", {}, {}, ("failed", (), ())),
        # several of many
        ("approval", {"o1,o2": 3, "o2,o3": 2}, {"seats": 2}, ("passed", ("o2", "o1"), ())),
        ("approval", {"o1": 2, "o2": 2, "o3": 1}, {"seats": 2}, ("passed", ("o1", "o2"), ())),
        # E3: each elected person needs every measure of those who took part; seats stay empty otherwise
        ("election", {"o1,o2": 3, "o1": 2, "": 1}, {"seats": 3, "approval": BOTH}, ("passed", ("o1",), ())),
        ("election", {"o1": 2, "o2": 2}, {"seats": 1, "approval": HALF}, ("failed", (), ())),
        ("election", {"o1,o2": 2, "o3": 1}, {"seats": 1, "approval": HALF}, ("failed", (), ("o1", "o2"))),
        # invalid and empty ballots took part
        ("election", {"o1": 2, "invalid": 1, "": 1}, {"approval": HALF}, ("failed", (), ())),
        ("election", {"o1": 3, "invalid": 1, "": 1}, {"approval": HALF}, ("passed", ("o1",), ())),
        # E4: ballots for somebody who withdrew stay valid
        ("election", {"o1": 3, "o2": 3}, {"withdrawn": ["o1"]}, ("passed", ("o2",), ())),
        ("election", {"o1": 3, "o2": 3}, {"withdrawn": ["o1"], "approval": HALF}, ("failed", (), ())),
        ("ranked", {"o1>o2": 3, "o3": 2}, {"withdrawn": ["o1"]}, ("passed", ("o2",), ())),
        ("choice", {"o1": 3}, {"withdrawn": OPTIONS}, ("failed", (), ())),
        # points
        ("score", {"o1=5,o2=1": 2, "o2=4": 2}, {}, ("failed", (), ("o1", "o2"))),
        ("score", {"o1=5,o2=1": 2, "o2=5": 2}, {}, ("passed", ("o2",), ())),
        ("score", {"o1=0": 4}, {}, ("failed", (), ())),
        ("score", {"o1=3": 1, "o1=2": 1}, {"approval": HALF}, ("failed", (), ())),
        ("score", {"o1=3": 2}, {"approval": HALF}, ("passed", ("o1",), ())),
        # ranked: more than half at once; the last choice carries over
        ("ranked", {"o1": 4, "o2>o3": 3, "o3>o2": 2}, {}, ("passed", ("o2",), ())),
        ("ranked", {"o1": 2, "o2": 2}, {}, ("failed", (), ("o1", "o2"))),
        ("ranked", {"o1": 5, "o2": 4, "o3": 1}, {}, ("passed", ("o1",), ())),
        # equal at an elimination: who had fewer in the round before drops out
        ("ranked", {"o1": 5, "o2": 3, "o3>o1": 2, "o4>o3": 1}, {}, ("passed", ("o1",), ())),
        # equal in every round: they drop out together
        ("ranked", {"o1": 4, "o2>o3": 3, "o3>o2": 3}, {}, ("passed", ("o1",), ())),
        ("ranked", {"o1>o2": 3, "o2": 2, "o3": 1}, {"seats": 2}, ("passed", ("o1", "o2"), ())),
        ("ranked", {"o1": 3, "o2": 2, "o3": 2}, {"seats": 2}, ("passed", ("o1",), ("o2", "o3"))),
    ],
)  # fmt: skip
def test_who_is_chosen(
    method: str, ballots: dict[str, int], changes: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    assert held(method, ballots, **changes) == expected


def test_the_round_before_decides_between_equals_who_drop_out() -> None:
    ballots = {"o1": 6, "o2": 4, "o3": 3, "o4>o3": 1}
    cast = {line: Tally(number) for line, number in ballots.items()}

    found = contest(rule("ranked"), OPTIONS, cast, Tally(14))

    assert [{o: t.heads for o, t in row.items()} for row in found.rounds] == [
        {"o1": 6, "o2": 4, "o3": 3, "o4": 1},
        {"o1": 6, "o2": 4, "o3": 4},
        {"o1": 6, "o2": 4},
    ]
    assert found.winners == ("o1",)


def test_a_lot_puts_equals_in_order_by_the_announced_event_alone() -> None:
    ballots = {"o1": 3, "o2": 3, "o3": 3, "o4": 5}
    lot = "双色球 2026137 期"
    order = sorted(["o1", "o2", "o3"], key=lambda o: hashlib.sha256(f"{lot}|{o}".encode()).hexdigest())

    drawn = held("choice", ballots, seats=3, tie="lot", lot=lot)
    awaited = held("choice", ballots, seats=3, tie="lot")

    assert drawn == ("passed", ("o4", *order[:2]), ("o1", "o2", "o3"))
    assert awaited == ("passed", ("o4",), ("o1", "o2", "o3"))


def test_equal_people_are_told_apart_by_area_only_where_the_rule_counts_it() -> None:
    cast = {"o1": Tally(2, 900), "o2": Tally(2, 100)}

    by_area = contest(
        rule("choice", participation=[{"measure": "area", "more_than": [0, 1]}]),
        OPTIONS,
        cast,
        Tally(9, 9000),
    )
    by_heads = contest(rule("choice"), OPTIONS, cast, Tally(9, 9000))

    assert (by_area.winners, by_heads.winners) == (("o1",), ())


def test_every_option_has_its_measures() -> None:
    cast = {"o1,o2": Tally(2, 200), "o1": Tally(1, 300)}

    found = contest(rule("election", approval=BOTH), ["o1", "o2"], cast, Tally(5, 1000))

    assert [
        (s.option, [(m.numerator, m.denominator, m.reached) for m in s.measures]) for s in found.standings
    ] == [
        ("o1", [(3, 3, True), (500, 500, True)]),
        ("o2", [(2, 3, True), (200, 500, False)]),
    ]


several = st.lists(st.sampled_from(OPTIONS), unique=True).map(lambda marks: ",".join(sorted(marks)))
ranking = st.lists(st.sampled_from(OPTIONS), unique=True).map(">".join)
points = st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 5)).map(
    lambda given: ",".join(f"{option}={n}" for option, n in sorted(given.items()))
)
LINES = {
    "choice": st.sampled_from([*OPTIONS, ""]),
    "approval": several,
    "election": several,
    "ranked": ranking,
    "score": points,
}
ballots_of = st.sampled_from(sorted(LINES)).flatmap(
    lambda method: st.tuples(
        st.just(method), st.lists(st.one_of(LINES[method], st.just("invalid")), max_size=14)
    )
)
rules = st.fixed_dictionaries(
    {
        "seats": st.integers(1, 3),
        "approval": st.sampled_from([[], HALF]),
        "tie": st.sampled_from(["runoff", "lot"]),
        "lot": st.sampled_from(["", "event"]),
    }
)


@given(ballots_of, rules, st.randoms())
def test_the_order_of_the_ballots_changes_nothing(
    held_so: tuple[str, list[str]], changes: dict[str, Any], random: Any
) -> None:
    method, lines = held_so
    shuffled = random.sample(lines, len(lines))

    one, other = (
        contest(
            rule(method, **changes), OPTIONS, {line: Tally(n) for line, n in Counter(each).items()}, Tally(20)
        )
        for each in (lines, shuffled)
    )

    assert one == other


@given(ballots_of, rules)
def test_names_and_their_order_decide_nothing(
    held_so: tuple[str, list[str]], changes: dict[str, Any]
) -> None:
    method, lines = held_so
    cast = {line: Tally(n) for line, n in Counter(lines).items()}
    plain = rule(method, **{**changes, "tie": "runoff"})

    one = contest(plain, OPTIONS, cast, Tally(20))
    other = contest(plain, OPTIONS[::-1], cast, Tally(20))

    assert (one.result, set(one.winners), set(one.tied)) == (
        other.result,
        set(other.winners),
        set(other.tied),
    )


@given(st.lists(several, max_size=12), rules, st.sampled_from(OPTIONS))
def test_one_more_who_ticks_only_a_winner_keeps_the_winner(
    lines: list[str], changes: dict[str, Any], option: str
) -> None:
    plain = rule("approval", **{**changes, "tie": "runoff"})
    before = contest(plain, OPTIONS, {line: Tally(n) for line, n in Counter(lines).items()}, Tally(20))
    after = contest(
        plain, OPTIONS, {line: Tally(n) for line, n in Counter([*lines, option]).items()}, Tally(20)
    )

    assert option in after.winners or option not in before.winners


@given(ballots_of, rules)
def test_no_more_are_chosen_than_there_are_places(
    held_so: tuple[str, list[str]], changes: dict[str, Any]
) -> None:
    method, lines = held_so

    found = contest(
        rule(method, **changes), OPTIONS, {line: Tally(n) for line, n in Counter(lines).items()}, Tally(20)
    )

    assert len(found.winners) <= changes["seats"]
    assert (found.result == "passed") == bool(found.winners)
    got = {standing.option: standing.got.heads for standing in found.standings}
    assert all(got[option] > 0 for option in found.winners)
    if method == "approval":
        assert sum(got.values()) == sum(len(line.split(",")) for line in lines if line not in {"", "invalid"})


# --- the numeric cases of the reference, by their names: roll, agree, against, abstain as (heads, area), expected ---

NO, FAILS, PASSES = "no_quorum", "failed", "passed"
NAMED: dict[
    str, tuple[dict[str, Any], tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int], str]
] = {
    "Q1": (ORDINARY, (300, 9_000_000), (101, 3_000_001), (99, 2_999_999), (0, 0), PASSES),
    "Q2": (ORDINARY, (300, 9_000_000), (200, 5_999_999), (0, 0), (0, 0), NO),
    "Q3": (ORDINARY, (300, 9_000_000), (199, 8_000_000), (0, 0), (0, 0), NO),
    "Q4": (ORDINARY, (200, 10_000_000), (200, 6_666_666), (0, 0), (0, 0), NO),
    "Q5": (ORDINARY, (200, 10_000_000), (200, 6_666_667), (0, 0), (0, 0), PASSES),
    "Q6": (ORDINARY, (200, 9_000_000), (133, 9_000_000), (0, 0), (0, 0), NO),
    "Q7": (ORDINARY, (200, 9_000_000), (134, 9_000_000), (0, 0), (0, 0), PASSES),
    "Q8": (ORDINARY, (300, 9_000_000), (150, 7_000_000), (0, 0), (0, 0), NO),
    "Q9": (ORDINARY, (300, 9_000_000), (299, 5_940_000), (0, 0), (0, 0), NO),
    "Q10": (ORDINARY, (300, 99_999_999), (300, 66_666_665), (0, 0), (0, 0), NO),
    "M1": (ORDINARY, (300, 9_000_000), (150, 3_000_000), (50, 3_000_000), (0, 0), FAILS),
    "M2": (ORDINARY, (300, 9_000_000), (100, 4_000_000), (100, 2_000_000), (0, 0), FAILS),
    "M3": (ORDINARY, (300, 9_000_000), (101, 3_000_001), (99, 2_999_999), (0, 0), PASSES),
    "M4": (ORDINARY, (300, 9_000_000), (101, 3_000_001), (100, 2_999_999), (0, 0), PASSES),
    "M5": (ORDINARY, (300, 9_000_000), (100, 3_000_000), (50, 1_500_000), (50, 1_500_000), FAILS),
    "M7": (ORDINARY, (300, 9_000_000), (90, 5_000_000), (120, 2_000_000), (0, 0), FAILS),
    "M8": (ORDINARY, (300, 9_000_000), (150, 3_400_000), (60, 3_600_000), (0, 0), FAILS),
    "S1": (SPECIAL, (300, 9_000_000), (150, 4_500_000), (50, 1_500_000), (0, 0), PASSES),
    "S2": (SPECIAL, (300, 9_000_000), (150, 4_499_999), (50, 1_500_001), (0, 0), FAILS),
    "S3": (SPECIAL, (300, 9_000_000), (149, 4_500_000), (51, 1_500_000), (0, 0), FAILS),
    "S4": (SPECIAL, (300, 9_000_000), (150, 4_500_000), (51, 1_500_000), (0, 0), FAILS),
    "S5": (SPECIAL, (300, 9_000_000), (151, 4_500_000), (50, 1_500_000), (0, 0), PASSES),
    "S6": (SPECIAL, (300, 9_000_000), (150, 4_499_994), (50, 1_500_006), (0, 0), FAILS),
    "S7": (SPECIAL, (300, 9_000_000), (200, 6_000_000), (100, 3_000_000), (0, 0), FAILS),
    "Z1": (ORDINARY, (300, 9_000_000), (0, 0), (0, 0), (0, 0), NO),
    "Z4": (ORDINARY, (2, 20_000), (1, 10_000), (1, 10_000), (0, 0), FAILS),
    "E1": (ORDINARY, (200, 6_000_000), (100, 3_000_000), (100, 3_000_000), (0, 0), FAILS),
    "W5 empty": (ORDINARY, (200, 6_000_000), (100, 3_000_000), (0, 0), (100, 3_000_000), FAILS),
}


@pytest.mark.parametrize("name", NAMED)
def test_the_cases_of_the_reference(name: str) -> None:
    rule_of, roll, agree, against, abstain, expected = NAMED[name]

    assert outcome(rule_of, totals(roll, agree, against, abstain)).result == expected


def test_w5_a_sheet_that_cannot_be_read_took_part_and_agreed_to_nothing() -> None:
    found = totals((4, 400), (2, 200), (1, 100))

    with_it = outcome(ORDINARY, replace(found, cast={**found.cast, "invalid": Tally(1, 100)}))

    assert (outcome(ORDINARY, found).result, with_it.result) == (PASSES, FAILS)
    assert with_it.measures[0].numerator == 4


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.sampled_from([ORDINARY, SPECIAL]))
def test_one_more_who_agrees_never_turns_passed_into_failed(
    agree: int, against: int, abstain: int, ordinary: dict[str, Any]
) -> None:
    def result(more: int) -> str:
        pairs = ((number, 100 * number) for number in (agree + more, against, abstain))
        return outcome(ordinary, totals((30, 3000), *pairs)).result

    assert result(1) == PASSES or result(0) != PASSES
