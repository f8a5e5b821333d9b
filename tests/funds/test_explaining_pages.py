"""The result of a round in plain words: of all, of one project, of one's own share, and computed again."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.funds.allocating import services
from portal.funds.allocating.elections import Rules
from portal.funds.explaining import reading, recomputing, views
from portal.funds.explaining.told import told
from portal.funds.models import Allocation, AllocationRun, Application, Call, Rule
from portal.funds.states import ApplicationState, CallState
from portal.kit.limits import Limit
from tests.funds.elections import election, example
from tests.funds.factories import make_call
from tests.funds.factories_ballot import cast, counted, make_vote
from tests.funds.factories_explaining import make_call_with, make_result

pytestmark = pytest.mark.django_db
# Words of the method, which nobody needs who wants to know why.
METHOD = re.compile(r"均等份额|算法|贪心|greedy|add1|shares", re.IGNORECASE)


def page(client: Client, name: str, pk: int, **query: str) -> str:
    answer = client.get(reverse(f"funds:{name}", args=[pk]), query)
    assert answer.status_code == 200
    return main_of(answer.content.decode())


def main_of(text: str) -> str:
    """The page without its frame; a space that does not break is a space."""
    return text.partition("<main")[2].partition("</main>")[0].replace("\u00a0", " ")


def test_the_result_lists_who_won_in_order_and_why_the_others_did_not(client: Client) -> None:
    made = make_result()
    result = told(made.allocation.payload)

    said = page(client, "result", made.call.pk)

    assert result.winners
    assert result.losers
    places = [said.index(f">{one.title}<") for one in [*result.winners, *result.losers]]
    assert places == sorted(places)
    assert "勾它的人每人付了 4,650 元" in said
    assert "6 人投了票，总额 40,000 元。" in said
    assert reverse("funds:why", args=[made.project(won=True).pk]) in said


@pytest.mark.parametrize("rule", Rule.values)
@pytest.mark.parametrize("won", [True, False])
def test_a_project_is_explained_without_the_name_of_a_method(client: Client, rule: str, *, won: bool) -> None:
    made = make_result(rule)
    project = made.project(won=won)

    said = page(client, "why", project.pk)

    text = re.sub(r"<[^>]*>", "", said)
    assert f"为什么{'' if won else '没有'}选中{'了' if won else ''}“{project.title}”" in text
    assert ("怎样就能选中" in said) is not won
    assert METHOD.search(text) is None


def test_supporters_stand_side_by_side_as_a_picture_with_a_name_and_a_table(client: Client) -> None:
    made = make_result()

    said = page(client, "why", made.project(won=True).pk)

    [name] = re.findall(r'class="plot h9"[^>]*aria-label="([^"]*)"', said)
    assert name == "3 位勾了它的人，每人一根 7,066.63 元的柱子：先前付给别的项目的、付给这个项目的、还剩下的"
    assert "先前付了" in said
    assert (
        "9,600 yuan were divided among them: 2 neighbours paid <strong>4,766.75 yuan</strong> each."
        not in said
    )


def test_what_would_have_made_it_is_said_in_people_and_in_money(client: Client) -> None:
    made = make_result()

    said = page(client, "why", made.project(won=False).pk)

    assert "<strong>5 位</strong>" in said
    assert "造价比 38,000 元低，例如降到 <strong>7,500 元</strong>" in said
    assert "还差 30,933.37 元" in said


@pytest.mark.parametrize("name", ["tiny/majority_60_40.pb", "poland_warszawa_2019_miedzeszyn.pb"])
@pytest.mark.parametrize("rule", Rule.values)
def test_the_result_of_a_real_election_is_shown(client: Client, name: str, rule: str) -> None:
    call = make_call_with(example(name), Rules(rule))
    result = told(call.allocations.get().payload)

    said = page(client, "result", call.pk)

    for one in result.projects:
        assert one.title.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#x27;") in said
    for picture in re.findall(r"<svg[^>]*>", said):
        assert 'aria-hidden="true"' in picture or re.search(r'role="img"\s+aria-label="[^"]+"', picture)


def test_the_result_asks_as_much_for_few_projects_as_for_many(client: Client) -> None:
    few = make_call_with(example("tiny/majority_60_40.pb"), Rules())
    many = make_call_with(example("poland_warszawa_2019_miedzeszyn.pb"), Rules(Rule.GREEDY))

    assert queries(client, few) == queries(client, many) <= 9


def queries(client: Client, call: Call) -> int:
    page(client, "result", call.pk)
    with CaptureQueriesContext(connection) as asked:
        page(client, "result", call.pk)
    return len(asked)


def test_a_share_is_shown_to_whoever_has_the_check_code_and_kept_nowhere(client: Client) -> None:
    made = make_result()
    url = reverse("funds:own_share", args=[made.call.pk])

    answer = client.post(url, {"code": made.codes[0].lower().replace("-", " ")})

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not client.session.keys()
    said = main_of(answer.content.decode())
    rows = re.findall(r"</svg>([^<]*)</th><td class=\"num\">([^<]*)<", said)
    assert [title for title, _amount in rows] == ["项目2", "项目1", "没用上"]
    amounts = [Decimal(amount.removesuffix(" 元").replace(",", "")) for _title, amount in rows]
    assert sum(amounts) == Decimal("7066.63")
    assert "7,066.63 元" in said
    assert made.codes[0] not in said
    assert 'role="img"' in said


def test_an_empty_ballot_keeps_its_whole_share(client: Client) -> None:
    made = make_result()

    said = main_of(
        client.post(reverse("funds:own_share", args=[made.call.pk]), {"code": made.codes[5]}).content.decode()
    )

    assert re.findall(r"</svg>([^<]*)</th>", said) == ["没用上"]


def test_by_the_other_rule_a_voter_reads_which_ticks_were_chosen(client: Client) -> None:
    made = make_result(Rule.GREEDY)

    said = main_of(
        client.post(reverse("funds:own_share", args=[made.call.pk]), {"code": made.codes[3]}).content.decode()
    )

    assert "您勾了，也选中了：" in said
    assert "您还勾了，没有选中的：" in said
    assert "没用上" not in said


@pytest.mark.parametrize(
    ("code", "told_so"),
    [
        ("", "这一项要填"),
        ("7K3M-9QXP", "核对码有十二个字母和数字"),
        ("7K3M-9QXP-2VHT", "清点过的选票里没有这个核对码"),
        ("voter_id;vote", "核对码有十二个字母和数字"),
    ],
)
def test_a_wrong_code_is_answered_kindly(client: Client, code: str, told_so: str) -> None:
    made = make_result()

    answer = client.post(reverse("funds:own_share", args=[made.call.pk]), {"code": code})

    assert answer.status_code == 422
    assert "no-store" in answer["Cache-Control"]
    assert told_so in answer.content.decode()


def test_a_small_round_is_computed_again_and_compared(client: Client) -> None:
    made = make_result()

    assert "算出来一样" not in page(client, "recompute", made.call.pk)
    said = page(client, "recompute", made.call.pk, now="1")

    assert "算出来一样" in said
    assert said.count(">一致：<") == 4
    assert made.allocation.sha256 in said


def test_a_result_that_does_not_fit_its_ballots_is_told_apart(client: Client) -> None:
    made = make_result()
    last = made.allocation
    forged = last.payload | {"order": last.payload["order"][::-1]}
    Allocation.objects.create(
        call=made.call, number=2, instance=last.instance, payload=forged, sha256=last.sha256
    )

    said = page(client, "recompute", made.call.pk, now="1")

    assert "算出来不一样" in said
    assert said.count("不一致：") == 2


def test_a_large_round_is_not_computed_here_but_says_how(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "AT_ONCE", 10)
    made = make_result()

    said = page(client, "recompute", made.call.pk, now="1")

    assert "没法让您在这里等着算" in said
    assert f"manage.py allocate fund-{made.call.pk}-ballots.pb" in said
    assert "一致：" not in said


def test_computing_again_is_not_done_without_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "OFTEN", Limit(1, 60))
    made = make_result()
    url = reverse("funds:recompute", args=[made.call.pk])

    assert [client.get(url, {"now": "1"}).status_code for _ in range(2)] == [200, 429]


def test_ballots_and_result_are_files_that_fit_their_fingerprints(client: Client) -> None:
    made = make_result()
    kept = made.allocation

    ballots = client.get(reverse("funds:ballots_file", args=[made.call.pk]))
    result = client.get(reverse("funds:result_file", args=[made.call.pk]))

    assert ballots.content.decode() == kept.instance
    assert hashlib.sha256(ballots.content).hexdigest() == kept.payload["instance"]
    assert hashlib.sha256(result.content).hexdigest() == kept.sha256
    assert json.loads(result.content) == kept.payload
    again = client.get(
        reverse("funds:ballots_file", args=[made.call.pk]), headers={"If-None-Match": ballots["ETag"]}
    )
    assert again.status_code == 304


def test_the_command_comes_to_what_the_page_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make_result()
    file = tmp_path / "ballots.pb"
    file.write_text(made.allocation.instance, encoding="utf-8")

    call_command("allocate", str(file), "--explain")

    computed = json.loads(capsys.readouterr().out)
    assert computed["order"] == made.allocation.payload["order"]
    assert computed["last_share"] == made.allocation.payload["last_share"]


def test_before_the_count_there_is_no_result(client: Client) -> None:
    made = make_vote()

    for name in ("result", "recompute", "own_share", "ballots_file", "result_file"):
        assert client.get(reverse(f"funds:{name}", args=[made.call.pk])).status_code == 404
    assert 'id="result"' not in page(client, "call", made.call.pk)


def test_while_it_is_computed_the_page_says_how_far(client: Client) -> None:
    call = make_call(state=CallState.VOTING)
    run = AllocationRun.objects.create(call=call, done=2, of=5)

    said = page(client, "result", call.pk)
    AllocationRun.objects.filter(pk=run.pk).update(ended_at=call.created_at, failed=3)

    assert 'value="40"' in said
    assert "没能算出来" in page(client, "result", call.pk)


def test_the_pages_of_round_and_project_have_the_result_in_one_line(client: Client) -> None:
    made = make_result()
    project = made.project(won=False)

    of_call = page(client, "call", made.call.pk)

    assert "4 个项目选中 3 个，用 32,500 元，总额 40,000 元。6 位邻居投了票。" in of_call
    assert reverse("funds:result", args=[made.call.pk]) in of_call
    of_project = page(client, "project", project.pk)
    assert "1 人勾了它" in of_project
    assert reverse("funds:why", args=[project.pk]) in of_project


def test_a_project_that_is_not_public_any_more_has_no_explanation_and_no_link(client: Client) -> None:
    made = make_result()
    project = made.project(won=False)
    Application.objects.filter(pk=project.pk).update(state=ApplicationState.WITHDRAWN)

    assert client.get(reverse("funds:why", args=[project.pk])).status_code == 404
    assert reverse("funds:why", args=[project.pk]) not in page(client, "result", made.call.pk)


def test_a_later_allocation_says_that_it_corrects_and_why(client: Client) -> None:
    made = make_result()
    last = made.allocation
    Allocation.objects.create(
        call=made.call,
        number=2,
        instance=last.instance,
        payload=last.payload,
        sha256=last.sha256,
        why="changed",
    )

    said = page(client, "result", made.call.pk)

    assert "重新算过：第 2 版" in said
    assert "选票或项目有变动" in said


def test_counted_anew_with_other_ballots_it_is_another_result(client: Client) -> None:
    made = make_vote(people=1)
    code = cast(made, made.people[0], 0)
    made = counted(made)
    services.compute(services.ask_for(made.call, None).pk)

    said = main_of(
        client.post(reverse("funds:own_share", args=[made.call.pk]), {"code": code}).content.decode()
    )

    assert "项目1" in said


def test_of_a_project_that_lacked_money_it_is_said_where_its_supporters_had_spent_it(client: Client) -> None:
    made = make_vote(people=3, asked=(9_000, 6_000), pot=12_000)
    for user, ticks in zip(made.people, ((0, 1), (0, 1), (0,)), strict=True):
        cast(made, user, *ticks)
    made = counted(made)
    services.compute(services.ask_for(made.call, None).pk)

    said = page(client, "why", made.projects[1].pk)

    assert "他们手里剩下的不够了" in said
    assert re.search(r"<p>花在：\s*项目1\s+<span class=\"num\">6,000 元</span>", said)


def test_a_tie_is_told_with_the_rule_that_decided_it() -> None:
    ballots = election(100, {"a": 60, "b": 60, "c": 30}, ("ab", 8), ("c", 2))
    call = make_call_with(ballots, Rules(completion="none", tie="cheaper"))
    result = told(call.allocations.get().payload)

    first, second = (reading.explanation(result, result.by_id[key]) for key in "ab")

    assert (first["behind"], second["first"]) == ([result.by_id["b"]], result.by_id["a"])
    for context in (first, second):
        said = render_to_string("funds/explaining/_tie.html", context)
        assert "完全一样" in said
        assert "便宜的在先" in said


@pytest.mark.parametrize(
    ("tried", "sure", "words"),
    [
        (True, True, "把全部结果重新算一遍得出的"),
        (False, True, "这样肯定够了"),
        (False, False, "大约这样就够了"),
    ],
)
def test_what_was_only_reckoned_is_called_so(words: str, *, tried: bool, sure: bool) -> None:
    call = make_call_with(election(100, {"a": 24, "b": 35}, ("ab", 4), ("a", 2), ("", 4)), Rules())
    result = told(call.allocations.get().payload)
    project = replace(result.by_id["b"], won=False, more_votes=3, lower_cost=20, tried=tried, sure=sure)

    said = render_to_string("funds/explaining/_would.html", {"told": result, "project": project})

    assert words in said


def test_the_line_on_other_pages_reads_the_whole_result_once(client: Client) -> None:
    made = make_result()
    there = made.project(won=True).get_absolute_url()
    client.get(there)
    with CaptureQueriesContext(connection) as asked:
        said = main_of(client.get(there).content.decode())

    assert "邻居们选中了它" in said
    assert not any('"payload"' in query["sql"] for query in asked.captured_queries)


def test_a_round_decided_without_a_vote_says_so_where_its_result_is_looked_for(client: Client) -> None:
    call = make_call(state=CallState.DECIDED)

    said = page(client, "call", call.pk)

    assert 'id="result"' in said
    assert "这一轮没有居民投票，按评审结果决定。" in said
    assert "0 个项目得到资助，一共 0 元。" in said


def test_rounds_that_are_over_stand_in_the_list_of_funds(client: Client) -> None:
    call = make_call(state=CallState.CLOSED)

    answer = client.get(reverse("funds:funds", args=[call.neighbourhood.slug]))

    over = main_of(answer.content.decode()).partition("已经结束的轮次")[2]
    assert call.title in re.sub(r"<[^>]*>", "", over)
