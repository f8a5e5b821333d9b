"""What is read out of an allocation, and how it is drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from portal.funds.allocating.elections import Election, Rules
from portal.funds.allocating.explaining import explain
from portal.funds.allocating.rules import outcome_of
from portal.funds.explaining import pictures, reading, saying
from portal.funds.explaining.own import in_fen, own, spent_on
from portal.funds.explaining.told import Stopped, Told, told
from portal.funds.models import Rule
from portal.kit.wording import half_up
from tests.funds.elections import drawn, election, example

EXAMPLES = (
    "tiny/majority_60_40.pb",
    "tiny/exact_fit.pb",
    "tiny/skip_or_stop.pb",
    "tiny/zero_votes.pb",
    "poland_warszawa_2018_pole-mokotowskie.pb",
    "poland_warszawa_2019_miedzeszyn.pb",
)


def read(of: Election, rules: Rules | None = None) -> Told:
    return told(explain(of, outcome_of(of, rules or Rules())))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("completion", ["none", "greedy", "add1-greedy"])
def test_what_supporters_paid_is_the_cost_of_the_project_and_the_area_of_its_picture(
    name: str, completion: str
) -> None:
    result = read(example(name), Rules(completion=completion))

    for one in result.winners:
        if one.per_head is not None:
            assert sum(group.amount * group.people for group in one.groups) == one.cost
            assert sum(group.people for group in one.groups) == one.votes == one.full + one.short
            columns = pictures.columns(one.groups, result.last_share)
            area = sum(length(column.width) * length(column.paid) for column in columns)
            whole = float(one.cost / (result.last_share * one.votes)) * 100 * 88
            assert area == pytest.approx(whole, rel=0.05, abs=40)


@given(drawn())
def test_the_project_that_most_can_share_comes_first(of: Election) -> None:
    winners = [one for one in read(of, Rules(completion="none")).winners if one.per_head is not None]

    spread = [one.cost / one.per_head for one in winners if one.per_head]
    assert spread == sorted(spread, reverse=True)
    assert all(one.spread <= one.votes for one in winners)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("rule", Rule.values)
def test_every_project_of_a_real_election_has_its_reason(name: str, rule: str) -> None:
    result = read(example(name), Rules(rule))

    for one in result.projects:
        assert saying.why(result, one)
        assert reading.explanation(result, one)["dots"]


@given(drawn(), st.sampled_from(Rule.values))
def test_every_share_is_accounted_for_to_the_fen(of: Election, rule: str) -> None:
    payload = explain(of, outcome_of(of, Rules(rule)))
    result = told(payload)

    for ballot in of.ballots:
        mine = own(payload, result, ballot.ticks)
        assert mine.rest >= 0
        assert sum(one.fen for one in mine.paid) + mine.rest == mine.whole == half_up(result.last_share)
        assert len(mine.segments) <= 4
        known = {one.id for one in [*mine.over, *mine.unmet, *mine.chosen]}
        assert known == set(ballot.ticks)


@given(drawn())
def test_what_supporters_spent_elsewhere_is_known_project_by_project(of: Election) -> None:
    payload = explain(of, outcome_of(of, Rules(completion="none")))
    result = told(payload)

    for one in result.losers:
        if one.lacking is not None:
            spent = spent_on(payload, result, one, [ballot.ticks for ballot in of.ballots])
            assert sum((amount for _project, amount in spent), start=Fraction(0)) == one.spent


@given(st.lists(st.fractions(0, 10**6), max_size=20))
def test_rounded_amounts_add_up(amounts: list[Fraction]) -> None:
    fens = in_fen(amounts)

    assert sum(fens) == half_up(sum(amounts, start=Fraction(0)))
    assert all(abs(fen - amount) <= 1 for fen, amount in zip(fens, amounts, strict=True))


@pytest.mark.parametrize(
    ("part", "whole", "people", "dark", "all_dots"),
    [(0, 0, 1, 0, 0), (3, 6, 1, 3, 6), (191, 612, 10, 20, 62), (1, 12_933, 500, 1, 26)],
)
def test_dots_stand_for_a_round_number_of_people(
    part: int, whole: int, people: int, dark: int, all_dots: int
) -> None:
    dots, size = pictures.dots(part, whole)

    assert (size, sum(dot.dark for dot in dots), len(dots)) == (people, dark, all_dots)


@given(drawn(), st.sampled_from(Rule.values))
def test_pictures_stay_in_their_place(of: Election, rule: str) -> None:
    result = read(of, Rules(rule))
    both = reading.comparison(result)

    for pot in (both["this"], both["other"]):
        ends = [length(part.x) + length(part.width) for part in pot.parts]
        assert ends == sorted(ends)
        assert max(ends, default=0) <= 100
    this, same, other = both["segments"]
    assert length(this.x) <= length(same.x) <= length(other.x)
    assert length(other.x) + length(other.width) <= 100.5


def test_small_projects_are_one_part_of_the_pot() -> None:
    costs = {"a": 500, **dict.fromkeys("bcdefg", 5)}
    result = read(election(1000, costs, ("abcdefg", 10)))

    parts = pictures.pot(result.winners, result.pot)

    assert len(parts) == 2
    assert length(parts[1].width) == pytest.approx(3 - pictures.APART)


@pytest.mark.parametrize(
    ("title", "width", "shown"),
    [
        ("充电插座", 30, "充电插座"),
        ("充电插座", 20, "充电…"),
        ("充电插座", 8, ""),
        ("Ramp", 20, "Ramp"),
        ("", 50, ""),
    ],
)
def test_as_much_of_a_title_as_fits_stands_in_the_bar(title: str, width: float, shown: str) -> None:
    assert pictures.fitting(title, width) == shown


def test_where_the_comparison_turns_the_result_the_other_rule_is_told() -> None:
    # Most voters have more of theirs by most votes first; they share nothing that shares could pay.
    of = election(100, {"a": 60, "b": 50, "c": 40}, ("a", 6), ("bc", 5), ("b", 1))
    for rule in Rule.values:
        result = read(of, Rules(rule, comparison=True))
        assert result.asked == rule
        assert result.other.rule != result.rule


def length(words: str) -> float:
    assert re.fullmatch(r"[\d.]+%", words)
    return float(words[:-1])


def test_what_lacked_is_not_shown_as_if_it_were_the_whole_of_it() -> None:
    # With 1,500 each the four would pay b, but with a that is 10,400; with 1,490 they hold 5,960: 10,360 with a.
    ballots = election(10_000, {"a": 4_400, "b": 6_000, "c": 5_500}, ("a", 5), ("ac", 1), ("b", 4))
    payload = explain(ballots, outcome_of(ballots, Rules()))
    result = told(payload)
    project = result.by_id["b"]

    why = "勾它的人手里的钱全加起来，从一开始就还差 0.40 元"
    assert plain(saying.why(result, project)).startswith(why)
    assert plain(saying.why(result, project)) in plain(saying.in_short(result, project))
    assert result.cheaper_fails(project)
    context = reading.explanation(result, project)
    said = plain(render_to_string("funds/explaining/_not.html", context))
    assert "下一步每人再加 0.10 元（每人 15 元）" in said
    assert "<strong>104 元</strong>，超出总额 100 元" in said
    assert "只便宜所差的 0.40 元还不够" in plain(render_to_string("funds/explaining/_would.html", context))


def test_a_result_written_before_that_was_noted_says_nothing_of_it() -> None:
    ballots = election(10_000, {"a": 4_400, "b": 6_000, "c": 5_500}, ("a", 5), ("ac", 1), ("b", 4))
    payload = explain(ballots, outcome_of(ballots, Rules()))
    del payload["stopped"]
    result = told(payload)

    assert not result.nearly(result.by_id["b"])
    assert plain(saying.why(result, result.by_id["b"])) == "勾它的人手里的钱全加起来，从一开始就还差 0.40 元"


def plain(text: str) -> str:
    """A space that does not break is a space."""
    return text.replace("\u00a0", " ")


def test_the_shortage_is_said_with_its_step_and_who_would_drop_out_of_the_next_one() -> None:
    # After a the voters of b lack 0.30; one step more buys b instead of c, for more than the pot.
    result = read(election(100, {"a": 24, "b": 35}, ("ab", 4), ("a", 2), ("", 4)), Rules(completion="none"))
    project = result.by_id["b"]
    assert plain(saying.why(result, project)) == "选完第 1 个以后，勾它的人手里剩下的合起来还差 0.11 元"

    stopped = Stopped(result.last_share + 1, Fraction(120), ("b",), ("a",))
    result = replace(result, stopped=stopped)
    why = plain(saying.why(result, project))

    assert why.endswith(
        "；每人再加 0.01 元就够选它，可是那样一共要 1.20 元，超出总额（其中不含“a”，那样就选不上了）"
    )
    assert why in plain(saying.in_short(result, project))
    context = reading.explanation(result, project)
    assert "其中不含“a”，那样就选不上了" in render_to_string("funds/explaining/_stopped.html", context)
    assert "选完第 1 个以后还差 0.11 元" in plain(render_to_string("funds/explaining/_held.html", context))


def test_fewer_ticks_that_won_and_more_that_did_not_are_explained_side_by_side() -> None:
    result = read(
        election(100, {"a": 60, "b": 50, "c": 9}, ("ab", 6), ("b", 1), ("c", 3)), Rules(completion="none")
    )
    assert result.odd_pair == (result.by_id["c"], result.by_id["a"])

    said = plain(render_to_string("funds/explaining/_pair.html", {"pair": result.odd_pair}))

    assert "3 票的“c”选中了，6 票的“a”没有选中，为什么？" in said
    assert reading.explanation(result, result.by_id["b"])["pair"] is None


def test_projects_that_were_equal_and_both_chosen_are_told_with_the_rule() -> None:
    result = read(election(100, {"a": 30, "b": 40}, ("a", 5), ("b", 5)), Rules(completion="none"))
    first, second = result.by_id["a"], result.by_id["b"]
    assert (result.peers(first), result.peers(second)) == ([second], [first])

    said = render_to_string("funds/explaining/_tie.html", reading.explanation(result, second))

    assert "和“a”完全一样靠前，两个先后都选中了" in said
    assert "编号" in said


def test_who_would_then_lose_stands_beside_what_would_have_made_it() -> None:
    result = read(election(100, {"a": 20, "b": 35}, ("ab", 4), ("", 6)), Rules(completion="none"))
    context = reading.explanation(result, result.by_id["b"])

    said = plain(render_to_string("funds/explaining/_would.html", context))

    assert "；那样选不上的是： “a”" in " ".join(said.split())
    assert "例如降到 <strong>0.20 元</strong>" in said


def test_all_paid_the_same_is_not_called_at_most() -> None:
    result = read(election(100, {"a": 30, "b": 32}, ("ab", 4), ("a", 1), ("b", 2)), Rules(completion="none"))

    said = [plain(saying.why(result, result.by_id[key])) for key in "ab"]

    assert "勾它的人每人付了 0.05 元" in said or "勾它的人每人付了 0.06 元" in said
