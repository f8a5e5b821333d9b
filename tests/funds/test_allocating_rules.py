from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import _funds_bare
from portal.funds.allocating.elections import Ballot, Election
from portal.funds.allocating.rules import Outcome, allocate
from tests.examples import examples
from tests.funds.elections import LARGE, REFERENCE, RULES, drawn, election, example

SMALL = sorted(set(REFERENCE) - LARGE)


def by(rule: str, ballots: Election) -> Outcome:
    name, _plus, completion = rule.partition("+")
    return allocate(ballots, name, completion or "none")


@pytest.mark.parametrize("name", SMALL)
def test_winners_of_a_real_election_are_those_of_the_reference(name: str) -> None:
    ballots = example(name)

    assert {rule: by(rule, ballots).winners for rule in RULES} == {
        rule: REFERENCE[name][rule] for rule in RULES
    }


@pytest.mark.postgres
@pytest.mark.parametrize("name", sorted(LARGE))
def test_winners_of_a_large_election_are_those_of_the_reference(name: str) -> None:
    ballots = example(name)

    assert {rule: by(rule, ballots).winners for rule in RULES} == {
        rule: REFERENCE[name][rule] for rule in RULES
    }


def test_an_election_has_the_figures_of_its_reference() -> None:
    assert len(SMALL) == 7
    for name in SMALL:
        ballots, known = example(name), REFERENCE[name]
        found = (len(ballots.ballots), len(ballots.projects), ballots.budget)
        assert found == (known["ballots"], known["projects"], Fraction(known["budget"])), name


def test_four_in_ten_get_four_tenths_of_the_pot_by_equal_shares_alone() -> None:
    ballots = example("tiny/majority_60_40.pb")

    assert by("equal-shares", ballots).winners == ["a1", "a2", "a3", "b1", "b2"]
    assert by("greedy", ballots).winners == ["a1", "a2", "a3", "a4", "a5"]


def test_nobody_is_funded_without_a_vote_and_what_does_not_fit_is_skipped() -> None:
    for rule in RULES:
        assert by(rule, example("tiny/zero_votes.pb")).winners == ["x"]
    assert by("greedy", example("tiny/skip_or_stop.pb")).winners == ["big", "small"]


def test_the_pot_may_be_used_to_the_last_unit() -> None:
    assert by("greedy", example("tiny/exact_fit.pb")).winners == ["x", "y"]


def test_of_two_equal_projects_the_smaller_number_or_the_cheaper_goes_first() -> None:
    even = election(10, {"10": 10, "9": 10}, (("10",), 1), (("9",), 1))  # type: ignore[arg-type]
    cheaper = election(10, {"a": 10, "b": 6}, ("a", 2), ("b", 2))

    assert allocate(even, "greedy").winners == ["10"]
    assert allocate(cheaper, "greedy").winners == ["a"]
    assert allocate(cheaper, "greedy", tie="cheaper").winners == ["b"]
    assert allocate(cheaper, tie="cheaper").winners == ["b"]


def test_a_project_with_fewer_ticks_than_asked_for_is_out() -> None:
    ballots = election(100, {"a": 10, "b": 10}, ("a", 3), ("b", 2))

    for rule in ("equal-shares", "greedy"):
        outcome = allocate(ballots, rule, minimum_votes=3)
        assert (outcome.winners, outcome.out) == (["a"], {"b": "few_votes"})


def test_a_dear_project_needs_a_fitting_share_of_the_voters() -> None:
    # A pot of 90: a cost of 90 needs a third of the voters, a cost of 27 a tenth of them.
    ballots = election(90, {"a": 90, "b": 27}, ("a", 3), ("b", 1), ("", 6))

    outcome = allocate(ballots, dear_floor=True)

    assert (outcome.winners, outcome.out) == (["b"], {"a": "dear"})
    assert allocate(ballots, "greedy").winners == ["a"]


def test_never_two_of_an_exclusion_group() -> None:
    groups = {"a": "bench", "b": "bench"}
    ballots = election(100, {"a": 10, "b": 10, "c": 10}, ("abc", 5), ("b", 1), groups=groups)

    for rule in RULES:
        outcome = by(rule, ballots)
        assert (outcome.winners, outcome.out) == (["b", "c"], {"a": "excluded"}), rule


def test_where_more_voters_prefer_the_other_rule_its_result_stands() -> None:
    # By shares x alone; by votes y, which six of ten like better.
    ballots = election(100, {"x": 40, "y": 100}, ("x", 4), ("y", 6))

    first = allocate(ballots, completion="none")
    compared = allocate(ballots, completion="none", comparison=True)

    assert (first.winners, first.stands) == (["x"], "equal-shares")
    assert (compared.winners, compared.stands) == (["y"], "greedy")
    assert compared.comparison is not None
    assert (compared.comparison.prefer_this, compared.comparison.prefer_other) == (4, 6)


def test_where_as_many_prefer_either_the_rule_asked_for_stands() -> None:
    ballots = election(100, {"x": 50, "y": 100}, ("x", 5), ("y", 5))

    assert allocate(ballots, completion="none", comparison=True).stands == "equal-shares"


def test_a_pot_of_nothing_an_election_without_projects_and_one_with_empty_ballots_end() -> None:
    for rule in RULES:
        assert by(rule, election(0, {"a": 1}, ("a", 2))).winners == []
        assert by(rule, election(10, {}, ("", 2))).winners == []
        assert by(rule, election(10, {"a": 1}, ("", 2))).winners == []
        assert by(rule, election(10, {"a": 1})).winners == []


def test_a_project_of_one_voter_among_ten_thousand_is_found_by_raising_without_ten_thousand_steps() -> None:
    calls: list[int] = []
    ballots = election(100_000, {"x": 1_000, "y": 50_000}, ("x", 9_999), ("y", 1))

    outcome = allocate(ballots, progress=lambda done, of: calls.append(done))

    # 50,000 is reached in steps of 1 from 10: the share that just pays for it.
    assert (outcome.winners, outcome.last_share) == (["x", "y"], 50_000)
    assert len(calls) < 60


@given(drawn())
@settings(max_examples=examples(200))
def test_it_is_what_the_plainest_fractions_find(ballots: Election) -> None:
    share = Fraction(ballots.budget) / len(ballots.ballots)
    bought = _funds_bare.shares(ballots, share)

    assert [one.id for one in by("equal-shares", ballots).chosen] == bought
    assert [one.id for one in by("equal-shares+greedy", ballots).chosen] == _funds_bare.greedy(
        ballots, bought
    )
    assert [one.id for one in by("equal-shares+add1-greedy", ballots).chosen] == _funds_bare.raised(ballots)
    assert [one.id for one in by("greedy", ballots).chosen] == _funds_bare.greedy(ballots)


@given(drawn(), st.randoms(use_true_random=False))
@settings(max_examples=examples(100))
def test_never_above_the_pot_never_two_of_a_group_and_the_order_of_ballots_does_not_matter(
    ballots: Election, lot: object
) -> None:
    shuffled = list(ballots.ballots)
    lot.shuffle(shuffled)  # type: ignore[attr-defined]
    other = replace(
        ballots, ballots=tuple(Ballot(f"v{n}", one.ticks[::-1]) for n, one in enumerate(shuffled))
    )

    for rule in RULES:
        outcome = by(rule, ballots)
        won = [ballots.project[key] for key in outcome.winners]
        groups = [one.group for one in won if one.group]
        assert sum(one.cost for one in won) == outcome.cost <= ballots.budget
        assert len(groups) == len(set(groups))
        assert all(ballots.votes[one.id] for one in won)
        assert by(rule, other).chosen == outcome.chosen


@given(drawn(), st.data())
@settings(max_examples=examples(100))
def test_a_ballot_for_a_winner_never_makes_it_lose_by_most_votes(
    ballots: Election, data: st.DataObject
) -> None:
    winners = by("greedy", ballots).winners
    for key in winners:
        more = replace(ballots, ballots=(*ballots.ballots, Ballot("new", (key,))))
        assert key in by("greedy", more).winners
