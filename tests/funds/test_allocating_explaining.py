from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from portal.funds.allocating import explaining
from portal.funds.allocating.elections import Ballot, Election, Project
from portal.funds.allocating.explaining import explain, share_of
from portal.funds.allocating.rules import allocate
from tests.examples import examples
from tests.funds.elections import drawn, election, example


def rows(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in payload["projects"]}


def told(ballots: Election, **rules: Any) -> dict[str, Any]:
    return explain(ballots, allocate(ballots, **rules))


def test_a_winner_is_explained_by_who_paid_what() -> None:
    # Ten people with 10 each. Six pay 5 for a; then four of them have 5 left for b, and two others pay 9.
    ballots = election(100, {"a": 30, "b": 38}, ("a", 2), ("ab", 4), ("b", 2), ("", 2))

    payload = told(ballots, completion="none")

    first, second = rows(payload)["a"], rows(payload)["b"]
    assert (payload["order"], payload["share"], payload["cost"], payload["left"]) == (
        ["a", "b"],
        "10/1",
        68,
        32,
    )
    assert (first["won"], first["step"], first["by"], first["per_head"]) == (True, 1, "shares", "5/1")
    assert first["paid"] == [{"amount": "5/1", "people": 6, "left": "5/1", "before": "0/1"}]
    assert (second["step"], second["per_head"], second["lacking"]) == (2, "9/1", None)
    assert second["paid"] == [
        {"amount": "5/1", "people": 4, "left": "0/1", "before": "5/1"},
        {"amount": "9/1", "people": 2, "left": "1/1", "before": "0/1"},
    ]


def test_a_loser_is_explained_by_what_lacked_when_and_what_would_have_made_it() -> None:
    # Six pay 4 each for a; the four of them who ticked b, too, have 24 left together.
    ballots = election(100, {"a": 24, "b": 35}, ("ab", 4), ("a", 2), ("", 4))

    payload = told(ballots, completion="none")

    row = rows(payload)["b"]
    assert (row["won"], row["at_step"], row["lacking"]) == (False, 1, "11/1")
    assert row["paid"] == [{"amount": "0/1", "people": 4, "left": "6/1", "before": "4/1"}]
    # One more whose ten are untouched is not enough, two are; without them 24 could be paid.
    would = {"votes": 2, "cost": 24, "tried": True, "sure": True, "votes_lose": [], "cost_lose": []}
    assert row["would_have"] == would


def test_where_one_step_more_would_have_bought_more_than_the_pot_it_is_said() -> None:
    # Ten people with 1,000 each, raised by 10: with 1,500 each four pay b, and a and b together are too much.
    ballots = election(10_000, {"a": 4_400, "b": 6_000, "c": 5_500}, ("a", 5), ("ac", 1), ("b", 4))

    stopped = told(ballots)["stopped"]

    assert stopped == {"share": "1500/1", "sum": 10_400, "would_win": ["b"], "would_lose": []}
    assert told(ballots, completion="greedy")["stopped"] is None


def test_one_more_vote_may_be_enough_because_the_project_is_then_chosen_before_another() -> None:
    ballots = election(100, {"a": 20, "b": 35}, ("ab", 4), ("", 6))

    assert rows(told(ballots, completion="none"))["b"]["would_have"] == {
        "votes": 1,
        "cost": 20,
        "tried": True,
        "sure": True,
        "votes_lose": ["a"],
        "cost_lose": [],
    }


def test_what_would_have_made_it_is_true_when_it_is_tried() -> None:
    ballots = example("poland_warszawa_2019_miedzeszyn.pb")
    payload = told(ballots)
    row = next(row for row in payload["projects"] if not row["won"])

    def wins(cost: int) -> bool:
        changed = [replace(one, cost=cost) if one.id == row["id"] else one for one in ballots.projects]
        return row["id"] in allocate(replace(ballots, projects=tuple(changed))).winners

    found = row["would_have"]["cost"]
    assert (wins(found), wins(found + 1000)) == (True, False)


def test_why_a_project_was_never_in_the_running_is_said() -> None:
    ballots = election(
        90,
        {"a": 90, "b": 20, "c": 10, "d": 10},
        ("a", 2),
        ("bcd", 3),
        ("c", 1),
        ("", 6),
        groups={"c": "x", "d": "x"},
    )
    ballots = replace(ballots, projects=(*ballots.projects, Project("e", 5)))

    outcome = allocate(ballots, dear_floor=True)
    payload = explain(ballots, outcome, call=7, applications={"b": 70}, struck=[Project("z", 9, "Gone")])

    out = {key: row["out"] for key, row in rows(payload).items()}
    assert out == {"a": "dear", "b": "", "c": "", "d": "excluded", "e": "few_votes", "z": "struck"}
    assert (payload["call"], rows(payload)["b"]["application"], rows(payload)["z"]["title"]) == (
        7,
        70,
        "Gone",
    )
    assert rows(payload)["e"]["would_have"]["votes"] == 1


def test_what_completes_the_pot_was_paid_by_nobodys_share() -> None:
    ballots = election(100, {"a": 30, "b": 60}, ("a", 5), ("b", 4), ("", 1))

    payload = told(ballots, completion="greedy")

    row = rows(payload)["b"]
    assert (row["won"], row["by"], row["per_head"], row["lacking"], row["at_step"]) == (
        True, "completion", None, "20/1", 0,
    )  # fmt: skip


def test_the_other_rule_and_who_likes_which_result_better_are_told() -> None:
    payload = told(example("tiny/majority_60_40.pb"), completion="none")

    assert payload["other"] == {
        "rule": "greedy",
        "winners": ["a1", "a2", "a3", "a4", "a5"],
        "cost": 100,
        "prefer_this": 4,
        "same": 0,
        "prefer_other": 6,
        "none_here": 0,
        "none_there": 4,
    }
    assert payload["comparison"] is None


def test_where_the_other_result_stands_it_is_the_one_that_is_explained() -> None:
    payload = told(example("tiny/majority_60_40.pb"), completion="none", comparison=True)

    assert payload["comparison"] == {
        "rule": "equal-shares", "prefer_this": 4, "same": 0, "prefer_other": 6, "stands": "greedy",
    }  # fmt: skip
    assert payload["other"]["rule"] == "equal-shares"
    assert (payload["other"]["prefer_this"], payload["other"]["prefer_other"]) == (6, 4)
    lost = rows(payload)["b1"]
    assert (lost["by"], lost["lacking"], lost["at_step"]) == (None, "20/1", 5)
    assert rows(payload)["a1"]["by"] == "greedy"


def test_so_much_is_tried_and_no_more(monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.funds.allocating.supposing.WORK", 10)

    payload = told(election(100, {"a": 20, "b": 35}, ("ab", 4), ("", 6)), completion="none")

    # What was reckoned stands, and it is said that nobody tried it.
    assert rows(payload)["b"]["would_have"] == {"votes": 2, "cost": 20, "tried": False, "sure": False}


@pytest.mark.parametrize("completion", ["none", "add1-greedy"])
def test_every_project_has_an_answer_and_what_is_called_sure_suffices(
    monkeypatch: Any, completion: str
) -> None:
    ballots = example("poland_warszawa_2019_miedzeszyn.pb")
    monkeypatch.setattr("portal.funds.allocating.supposing.NEAREST", 0)
    whole = rows(told(ballots, completion=completion))
    ticks = sum(len(one.ticks) for one in ballots.ballots) + len(ballots.ballots)
    monkeypatch.setattr("portal.funds.allocating.supposing.WORK", ticks)

    hasty = rows(told(ballots, completion=completion))

    lost = [key for key, row in whole.items() if not row["won"]]
    assert lost
    for key in lost:
        exact, reckoned = whole[key]["would_have"], hasty[key]["would_have"]
        assert exact["tried"]
        assert not reckoned["sure"]
        assert reckoned["votes"] or reckoned["cost"]
        if completion == "none":
            # With shares as they are what was reckoned is a bound that holds.
            assert reckoned["votes"] is None or exact["votes"] <= reckoned["votes"]
            assert reckoned["cost"] is None or exact["cost"] >= reckoned["cost"]


def test_of_many_groups_neighbours_are_joined_and_the_sums_stay(monkeypatch: Any) -> None:
    ballots = example("poland_warszawa_2019_miedzeszyn.pb")
    whole = told(ballots)
    monkeypatch.setattr(explaining, "GROUPS", 2)

    joined = told(ballots)

    for key, row in rows(joined).items():
        assert len(row["paid"]) <= 2
        for name in ("amount", "left", "before"):
            sums = [
                sum(Fraction(one[name]) * one["people"] for one in its)
                for its in (row["paid"], rows(whole)[key]["paid"])
            ]
            assert sums[0] == sums[1]


@given(drawn())
@settings(max_examples=examples(60))
def test_every_sum_of_an_explanation_is_exact(ballots: Election) -> None:
    payload = told(ballots)

    assert json.loads(json.dumps(payload)) == payload
    last = Fraction(payload["last_share"])
    for row in payload["projects"]:
        cost = Fraction(row["cost"])
        assert all(
            Fraction(one["before"]) + Fraction(one["amount"]) + Fraction(one["left"]) == last
            for one in row["paid"]
        )
        if row["paid"]:
            assert sum(one["people"] for one in row["paid"]) == row["votes"]
        if row["by"] == "shares":
            assert sum(Fraction(one["amount"]) * one["people"] for one in row["paid"]) == cost
        if row["lacking"] is not None:
            assert (
                sum(Fraction(one["left"]) * one["people"] for one in row["paid"]) + Fraction(row["lacking"])
                == cost
            )


@given(drawn())
@settings(max_examples=examples(60))
def test_all_own_shares_together_are_what_the_projects_cost(ballots: Election) -> None:
    payload = told(ballots, completion="none")

    paid = dict.fromkeys(payload["order"], Fraction(0))
    for ballot in ballots.ballots:
        parts, left = share_of(payload, ballot.ticks)
        assert left + sum(amount for _key, amount in parts) == Fraction(payload["last_share"])
        for key, amount in parts:
            paid[key] += amount
    assert paid == {key: ballots.project[key].cost for key in payload["order"]}


def test_the_order_of_the_ballots_changes_no_explanation() -> None:
    ballots = election(60, {"a": 20, "b": 35, "c": 9}, ("ab", 4), ("c", 3), ("bc", 1), ("", 2))
    other = tuple(Ballot(f"x{n}", one.ticks) for n, one in enumerate(reversed(ballots.ballots)))

    assert told(replace(ballots, ballots=other)) == told(ballots)


def test_what_a_tie_decided_names_the_one_that_came_first() -> None:
    by_shares = told(election(100, {"a": 60, "b": 60, "c": 30}, ("ab", 8), ("c", 2)), completion="none")
    by_votes = told(election(100, {"a": 60, "b": 60, "c": 30}, ("ab", 8), ("c", 2)), rule="greedy")
    apart = told(election(100, {"a": 60, "b": 60}, ("ab", 8), ("a", 2)), rule="greedy")

    assert {key: row["tied"] for key, row in rows(by_shares).items()} == {"a": None, "b": "a", "c": None}
    assert rows(by_votes)["b"]["tied"] == "a"
    assert rows(apart)["b"]["tied"] is None
