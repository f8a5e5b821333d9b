"""The outcome of a vote: the law's own edges, an oracle with fractions, what holds for any numbers."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.voting import outcome as module
from portal.voting.outcome import Tally, Totals, outcome, without_silence
from tests.voting.rules import ASSEMBLY, ORDINARY, SOUNDING, SPECIAL, totals

ART_278 = json.loads((Path(__file__).parent / "data/art278.json").read_text(encoding="utf-8"))
RULES = [ORDINARY, SPECIAL, ASSEMBLY, SOUNDING]
SILENCES = ["none", "counts_as_participating", "follows_majority"]


# --- the law's own edges ---


@pytest.mark.parametrize("case", ART_278, ids=lambda case: case["id"])
def test_civil_code_article_278(case: dict[str, Any]) -> None:
    agree = (case["heads_agree"], case["area_agree"])
    rest = (case["heads_participating"] - agree[0], case["area_participating"] - agree[1])

    verdict = outcome(
        SPECIAL if case["special"] else ORDINARY,
        totals((case["heads_total"], case["area_total"]), agree, abstain=rest),
    )

    assert (verdict.result != "no_quorum") == case["expect_quorum"]
    assert (verdict.result == "passed") == case["expect_passed"]


def heads_only(silence: str, step: str = "participation") -> dict[str, Any]:
    """The ordinary rule by heads alone, for the court cases that give no areas."""
    by_heads = {
        name: [need for need in ORDINARY[name] if need["measure"] == "heads"]
        for name in ("participation", "approval")
    }
    return {**ORDINARY, **by_heads, "silence": silence}


CASE_A = totals((2261, 0), (995, 0), (27, 0), (125, 0), silent=(1071, 0))


def test_without_a_rule_of_silence_half_of_the_ballots_is_too_few() -> None:
    verdict = outcome(heads_only("none"), CASE_A)

    assert verdict.result == "no_quorum"
    assert (verdict.measures[0].numerator, verdict.measures[0].denominator) == (1147, 2261)


def test_silence_that_follows_the_majority_carries_the_vote() -> None:
    verdict = outcome(heads_only("follows_majority"), CASE_A)

    assert verdict.result == "passed"
    assert verdict.measures[1].numerator == 2066
    assert without_silence(heads_only("follows_majority"), CASE_A).result == "no_quorum"


def test_703_of_1291_is_too_few() -> None:
    assert outcome(heads_only("none"), totals((1291, 0), (703, 0))).result == "no_quorum"


@pytest.mark.parametrize(
    ("rule", "roll", "agree", "against", "expected"),
    [
        (ORDINARY, (300, 9_000_000), (200, 6_000_000), (0, 0), "passed"),
        (ORDINARY, (300, 9_000_000), (200, 5_999_999), (0, 0), "no_quorum"),
        (ORDINARY, (300, 9_000_000), (199, 6_000_000), (0, 0), "no_quorum"),
        (ORDINARY, (200, 9_000_000), (133, 9_000_000), (0, 0), "no_quorum"),
        (ORDINARY, (200, 9_000_000), (134, 9_000_000), (0, 0), "passed"),
        (ORDINARY, (200, 10_000_000), (200, 6_666_666), (0, 0), "no_quorum"),
        (ORDINARY, (200, 10_000_000), (200, 6_666_667), (0, 0), "passed"),
        (ORDINARY, (300, 99_999_999), (300, 66_666_665), (0, 0), "no_quorum"),
        (ORDINARY, (200, 6_000_000), (100, 3_000_001), (100, 2_999_999), "failed"),
        (ORDINARY, (200, 6_000_000), (101, 3_000_000), (99, 3_000_000), "failed"),
        (ORDINARY, (200, 6_000_000), (101, 3_000_001), (99, 2_999_999), "passed"),
        (SPECIAL, (200, 6_000_000), (150, 4_500_000), (50, 1_500_000), "passed"),
        (SPECIAL, (200, 6_000_000), (150, 4_499_999), (50, 1_500_001), "failed"),
        (SPECIAL, (200, 6_000_000), (149, 4_500_000), (51, 1_500_000), "failed"),
        (SPECIAL, (201, 6_000_000), (150, 4_500_000), (51, 1_500_000), "failed"),
        (SPECIAL, (201, 6_000_000), (151, 4_500_000), (50, 1_500_000), "passed"),
        (ASSEMBLY, (200, 0), (100, 0), (0, 0), "no_quorum"),
        (ASSEMBLY, (200, 0), (101, 0), (0, 0), "passed"),
        (ASSEMBLY, (200, 0), (60, 0), (60, 0), "failed"),
        (ASSEMBLY, (200, 0), (61, 0), (60, 0), "passed"),
        (SOUNDING, (200, 0), (1, 0), (0, 0), "passed"),
        (SOUNDING, (200, 0), (1, 0), (1, 0), "failed"),
        (SOUNDING, (200, 0), (0, 0), (0, 0), "failed"),
        (ORDINARY, (0, 0), (0, 0), (0, 0), "no_quorum"),
        (SPECIAL, (300, 9_000_000), (0, 0), (0, 0), "no_quorum"),
    ],
)  # fmt: skip
def test_both_sides_of_each_line(
    rule: dict[str, Any],
    roll: tuple[int, int],
    agree: tuple[int, int],
    against: tuple[int, int],
    expected: str,
) -> None:
    assert outcome(rule, totals(roll, agree, against)).result == expected


def test_every_measure_says_what_it_was_held_against() -> None:
    verdict = outcome(SPECIAL, totals((300, 9_000_000), (150, 4_500_000), (50, 1_500_000), silent=(20, 500)))

    assert [
        (m.step, m.measure, m.numerator, m.denominator, m.need, m.inclusive, m.reached)
        for m in verdict.measures
    ] == [
        ("participation", "heads", 200, 300, (2, 3), True, True),
        ("participation", "area", 6_000_000, 9_000_000, (2, 3), True, True),
        ("approval", "heads", 150, 200, (3, 4), True, True),
        ("approval", "area", 4_500_000, 6_000_000, (3, 4), True, True),
    ]


# --- silence ---


def test_who_is_silent_may_take_part_without_agreeing() -> None:
    rule = {**ASSEMBLY, "silence": "counts_as_participating"}

    few = outcome(rule, totals((10, 0), (3, 0), (1, 0), silent=(4, 0)))
    enough = outcome(rule, totals((10, 0), (5, 0), silent=(4, 0)))

    assert few.result == "failed"
    assert [(m.numerator, m.denominator) for m in few.measures] == [(8, 10), (3, 8)]
    assert enough.result == "passed"


def test_silence_follows_most_heads_not_most_area() -> None:
    rule = {**ORDINARY, "silence": "follows_majority"}

    verdict = outcome(rule, totals((10, 1000), (3, 100), (2, 500), silent=(5, 400)))

    assert [(m.numerator, m.denominator) for m in verdict.measures] == [
        (10, 10),
        (1000, 1000),
        (8, 10),
        (500, 1000),
    ]


def test_a_tie_draws_nobody_along() -> None:
    rule = {**ASSEMBLY, "silence": "follows_majority"}

    verdict = outcome(rule, totals((10, 0), (2, 0), (2, 0), silent=(6, 0)))

    assert verdict.result == "no_quorum"
    assert verdict.measures[0].numerator == 4


def test_nobody_is_presumed_where_nobody_voted() -> None:
    rule = {**SOUNDING, "silence": "follows_majority"}

    assert outcome(rule, totals((10, 0), silent=(10, 0))).result == "failed"


def test_an_unknown_rule_of_silence_is_refused() -> None:
    with pytest.raises(ValueError, match="loudest_wins"):
        outcome({**ORDINARY, "silence": "loudest_wins"}, CASE_A)


# --- what holds for any numbers ---

tallies = st.builds(Tally, heads=st.integers(0, 60), area=st.integers(0, 600))
any_totals = st.builds(
    lambda cast, silent, away: Totals(
        roll=sum(cast, Tally()) + silent + away,
        cast=dict(zip(("for", "against", "abstain"), cast, strict=True)),
        silent=silent,
    ),
    st.tuples(tallies, tallies, tallies),
    tallies,
    tallies,
)
any_rule = st.builds(
    lambda rule, silence: {**rule, "silence": silence}, st.sampled_from(RULES), st.sampled_from(SILENCES)
)


def oracle(rule: dict[str, Any], counted: Totals) -> str:
    """The same, told with fractions and one measure at a time."""
    leaders = sorted(counted.cast, key=lambda option: -counted.cast[option].heads)
    tied = counted.cast[leaders[0]].heads == counted.cast[leaders[1]].heads
    joined = leaders[0] if rule["silence"] == "follows_majority" and not tied else None
    takes_part = joined is not None or rule["silence"] == "counts_as_participating"
    held: dict[str, list[bool]] = {"participation": [], "approval": []}
    for step in held:
        for need in rule[step]:
            name = need["measure"]
            silent = counted.silent.of(name)
            part = counted.voted.of(name) + (silent if takes_part else 0)
            agreed = counted.cast["for"].of(name) + (silent if joined == "for" else 0)
            top, bottom = (part, counted.roll.of(name)) if step == "participation" else (agreed, part)
            share = Fraction(top, bottom) if bottom else None
            line = Fraction(*(need.get("at_least") or need["more_than"]))
            held[step].append(share is not None and (share >= line if "at_least" in need else share > line))
    return "no_quorum" if not all(held["participation"]) else "passed" if all(held["approval"]) else "failed"


@given(any_rule, any_totals)
def test_equals_the_oracle(rule: dict[str, Any], counted: Totals) -> None:
    assert outcome(rule, counted).result == oracle(rule, counted)


@given(
    st.sampled_from(RULES),
    st.integers(1, 10**6),
    st.integers(-2, 2),
    st.integers(-2, 2),
)
def test_equals_the_oracle_close_to_the_lines(
    rule: dict[str, Any], scale: int, heads: int, area: int
) -> None:
    near = totals(
        (12 * scale, 1200 * scale), (6 * scale + heads, 600 * scale + area), (2 * scale, 200 * scale)
    )

    assert outcome(rule, near).result == oracle(rule, near)


@given(any_rule, any_totals, st.permutations(["for", "against", "abstain"]))
def test_the_order_of_the_options_does_not_matter(
    rule: dict[str, Any], counted: Totals, order: list[str]
) -> None:
    mixed = Totals(counted.roll, {name: counted.cast[name] for name in order}, silent=counted.silent)

    assert outcome(rule, mixed) == outcome(rule, counted)


@given(any_rule, any_totals)
def test_the_parts_are_the_sums(rule: dict[str, Any], counted: Totals) -> None:
    by_name = {(m.step, m.measure): m for m in without_silence(rule, counted).measures}

    for (step, name), measure in by_name.items():
        voted = sum(tally.of(name) for tally in counted.cast.values())
        expected = (
            (voted, counted.roll.of(name))
            if step == "participation"
            else (counted.cast["for"].of(name), voted)
        )
        assert (measure.numerator, measure.denominator) == expected


@given(any_rule, any_totals, st.integers(0, 600), st.booleans())
def test_one_more_agreeing_ballot_never_makes_a_passed_vote_fail(
    rule: dict[str, Any], counted: Totals, area: int, was_silent: bool
) -> None:
    """One more takes part, too, so the quorum cannot be lost either. All rules here count heads."""
    before = outcome(rule, counted)
    one = Tally(1, area)
    silent = counted.silent
    if was_silent and silent.heads and silent.area >= area:
        silent = Tally(silent.heads - 1, silent.area - area)
    cast = {**counted.cast, "for": counted.cast["for"] + one}
    absent = counted.roll.heads - counted.voted.heads - silent.heads
    assume(absent >= 1 and counted.roll.area - counted.voted.area - silent.area >= area)

    after = outcome(rule, Totals(counted.roll, cast, silent=silent))

    if before.result == "passed":
        assert after.result == "passed"


def test_the_module_knows_neither_floats_nor_division() -> None:
    source = Path(module.__file__).read_text(encoding="utf-8")

    assert [word for word in ("float", "Decimal", " / ", "//", "round(") if word in source] == []
