"""The page of the ballot, what is said of it on the pages of the round and of a project, ballots on paper."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.funds.allocating import services as allocating
from portal.funds.ballot import services
from portal.funds.calls.reading import track
from portal.funds.models import Application, Ballot, Call
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.voting import services as voting
from portal.voting.models import OpenedBallot
from tests.funds.factories_ballot import (
    AFTER,
    CALLED_AT,
    CLOSES_AT,
    DURING,
    OPENS_AT,
    Round,
    cast,
    counted,
    make_round,
    make_vote,
)

pytestmark = pytest.mark.django_db


def page_of(client: Client, made: Round, user: User | None = None) -> str:
    if user is not None:
        client.force_login(user)
    with clock.at(DURING):
        answer = client.get(reverse("voting:vote", args=[made.vote.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def boxes(page: str) -> list[str]:
    return re.findall(r'name="choice" value="(o\d+)"', page)


def test_the_ballot_shows_costs_in_the_order_of_the_lot_and_neither_sum_nor_what_is_left(
    client: Client,
) -> None:
    made = make_vote()

    page = page_of(client, made, made.people[0])

    assert boxes(page) == made.vote.options
    for cost in ("9,600 元", "18,600 元", "38,000 元", "4,300 元"):
        assert page.count(cost) == 1
    assert "不限个数" in page
    assert made.vote.rule["order"] in page
    assert "70,500" not in page


def test_what_is_ticked_and_not_sent_is_said_to_be_unsent(client: Client) -> None:
    made = make_vote()

    page = page_of(client, made, made.people[0])

    assert "尚未提交" in page
    assert "核对并提交" in page
    assert f'data-ticks="{made.vote.public_id}:' in page
    # Without scripts it is said in words, and one form does it.
    assert "光打勾还不算投票" in page


def test_without_scripts_the_ballot_is_sent_and_looked_at_again_in_one_form(client: Client) -> None:
    made = make_vote()
    client.force_login(made.people[0])
    ticks = [made.projects[place].option for place in (0, 2)]
    url = reverse("voting:vote", args=[made.vote.pk])
    with clock.at(DURING):
        first = client.post(url, {"choice": ticks})
        page = first.content.decode()
        code = re.search(r'name="code" value="([^"]+)"', page)
        assert code is not None
        second = client.post(url, {"choice": ticks, "code": code.group(1), "confirm": "on"}, follow=True)

    assert first.status_code == 422
    assert "项目1" in page
    assert len(re.findall(r"checked", page)) >= 2
    assert second.redirect_chain
    assert "回执号" in second.content.decode()
    with clock.at(AFTER):
        voting.count(made.vote.pk)
    opened = OpenedBallot.objects.get(vote=made.vote)
    assert set(opened.choice.split(",")) == set(ticks)


def test_whoever_voted_reads_the_receipt_and_can_vote_again(client: Client) -> None:
    made = make_vote()
    cast(made, made.people[0], 0)

    page = page_of(client, made, made.people[0])

    assert "回执号" in page
    assert "data-ticks-again" in page
    assert boxes(page) == made.vote.options


def test_a_struck_project_is_listed_as_void_and_cannot_be_ticked(client: Client) -> None:
    made = make_vote()
    struck = made.projects[0]
    with clock.at(DURING):
        services.strike(made.funding.director, struck.pk, "不符合条件")

    page = page_of(client, made, made.people[0])

    assert struck.option not in boxes(page)
    assert "作废" in page
    assert "不符合条件" in page


def test_a_sheet_printed_before_still_lists_a_struck_project_as_void(client: Client) -> None:
    made = make_vote()
    director, struck = made.funding.director, made.projects[0]
    with clock.at(DURING):
        voting.print_ballots(director, made.vote.pk)
        services.strike(director, struck.pk, "不符合条件")
    client.force_login(director)

    with clock.at(AFTER):
        voting.end_votes()
        entered = client.get(reverse("voting:paper_act", args=[made.vote.pk, "enter"])).content.decode()
    with clock.at(DURING):
        printed = client.get(reverse("voting:paper_sheets", args=[made.vote.pk])).content.decode()

    assert re.search(r"项目1 · 9,600 元.{0,20}作废", entered)
    assert "项目1 · 9,600 元" not in printed
    assert "项目2" in printed
    assert "想勾几个就勾几个" in printed


def test_what_excludes_each_other_is_said_on_the_ballot(client: Client) -> None:
    made = make_round()
    with clock.at(CALLED_AT):
        for project in made.projects[:2]:
            services.exclude(made.funding.director, project.pk, "三号楼前的草坪")
        services.exclude(made.funding.director, made.projects[2].pk, "别处")
        services.call_vote(made.funding.director, made.call.pk, OPENS_AT, CLOSES_AT)
    made = made.fresh()

    page = page_of(client, made, made.people[0])

    assert page.count("只资助其中一个：三号楼前的草坪") == 2
    assert "别处" not in page


def test_a_ballot_of_150_projects_asks_the_database_as_often_as_one_of_four_and_at_most_15_times(
    client: Client, django_assert_max_num_queries: object
) -> None:
    made, small = make_vote(1, asked=(100,) * 150), make_vote(1)
    counts = []
    for each in (made, small):
        client.force_login(each.people[0])
        page_of(client, each)
        with clock.at(DURING), django_assert_max_num_queries(15) as counted:  # type: ignore[operator]
            client.get(reverse("voting:vote", args=[each.vote.pk]))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_the_page_of_the_round_offers_the_vote_to_the_committee_and_then_leads_to_the_ballot(
    client: Client,
) -> None:
    made = make_round()
    client.force_login(made.funding.director)
    url = reverse("funds:ballot_act", args=[made.call.pk, "call_vote"])
    with clock.at(CALLED_AT):
        asked = client.get(url)
        sent = client.post(
            url, {"opens_on": "2026-11-18", "closes_on": "2026-11-24", "lot_text": "双色球 26130"}
        )
        again = client.post(url, {"opens_on": "2026-11-18", "closes_on": "2026-11-24"})
    assert (asked.status_code, sent.status_code, again.status_code) == (200, 302, 409)

    made = made.fresh()
    assert made.vote.rule["order"] == "双色球 26130"
    with clock.at(DURING):
        page = client.get(made.call.get_absolute_url()).content.decode()
    assert made.vote.get_absolute_url() in page
    assert "项目4" in page


def test_a_window_that_ends_before_it_begins_is_told_in_the_form(client: Client) -> None:
    made = make_round()
    client.force_login(made.funding.director)
    url = reverse("funds:ballot_act", args=[made.call.pk, "call_vote"])

    with clock.at(CALLED_AT):
        sent = client.post(url, {"opens_on": "2026-11-18", "closes_on": "2026-11-17"})

    assert sent.status_code == 422
    assert made.fresh().call.vote is None


def test_striking_is_no_single_press_and_says_why_to_everybody(client: Client) -> None:
    made = make_vote()
    client.force_login(made.funding.director)
    project = made.projects[0]
    url = reverse("funds:ballot_project_act", args=[project.pk, "strike"])

    with clock.at(DURING):
        unsure = client.post(url, {"reason": "不符合条件"})
        sent = client.post(url, {"reason": "不符合条件", "sure": "on"})

    assert (unsure.status_code, sent.status_code) == (422, 302)
    project.refresh_from_db()
    assert (project.state, project.struck_why) == (ApplicationState.DECLINED, "不符合条件")


def test_whoever_applied_strikes_nothing_of_their_own_whatever_their_post(client: Client) -> None:
    made = make_vote()
    director = made.funding.director
    Application.objects.filter(pk=made.projects[0].pk).update(lead=director.person_id)
    client.force_login(director)

    with clock.at(DURING):
        answer = client.get(reverse("funds:ballot_project_act", args=[made.projects[0].pk, "strike"]))

    assert answer.status_code == 403


def test_while_the_vote_runs_round_and_projects_lead_to_the_ballot_and_say_that_one_has_voted(
    client: Client,
) -> None:
    made = make_vote()
    cast(made, made.people[0], 0, 1)

    def read(url: str, user: User) -> str:
        client.force_login(user)
        with clock.at(DURING):
            return client.get(url).content.decode()

    assert "您已投票" in read(made.call.get_absolute_url(), made.people[0])
    before = read(made.call.get_absolute_url(), made.people[1])
    assert "您已投票" not in before
    assert before.index("去投票") < before.index("资助什么、资助谁")
    assert "回到选票" in read(made.projects[0].get_absolute_url(), made.people[1])
    assert "一个勾也没有" in page_of(client, made, made.people[0])


def test_once_computed_the_votes_page_leads_to_the_result_and_the_ranking_says_what_is_void(
    client: Client,
) -> None:
    made = make_vote()
    with clock.at(DURING):
        services.strike(made.funding.director, made.projects[3].pk, "场地不能用")
    cast(made, made.people[0], 0, 1)
    made = counted(made)
    with clock.at(AFTER):
        allocating.compute(allocating.ask_for(made.call, None).pk)
        page = client.get(made.vote.get_absolute_url()).content.decode()
    struck = {"application": made.projects[3]}
    ranking = render_to_string("funds/review/_ranking.html", {"ranked": [struck]})
    assert reverse("funds:result", args=[made.call.pk]) in page
    assert "作废</span> 场地不能用" in ranking
    assert "未入选" not in ranking


def test_the_course_of_a_round_passes_the_vote_and_the_count_and_no_resident_is_late_then(
    client: Client,
) -> None:
    made = make_vote()
    url = made.call.get_absolute_url()

    def here(page: str) -> str:
        found = re.search(r'<li class="now"[^>]*><span\s+class="name">([^<]+)</span>', page)
        assert found is not None
        return found[1]

    with clock.at(DURING):
        assert here(client.get(url).content.decode()) == "投票"
    with clock.at(AFTER):
        assert here(client.get(url).content.decode()) == "计票"
        project = client.get(made.projects[0].get_absolute_url()).content.decode()
        assert "已逾期" not in project


def test_a_round_that_never_asks_has_no_station_for_a_vote() -> None:
    def names(ballot: str, **said: object) -> set[str]:
        return {one.name for one in track(Call(ballot=ballot, opened_at=clock.now(), **said))}

    assert not {"voting", "counting"} & names(Ballot.NEVER, state=CallState.OPEN)
    assert not {"voting", "counting"} & names(
        Ballot.IF_SHORT, state=CallState.DECIDED, decided_at=clock.now()
    )
    assert {"voting", "counting"} <= names(Ballot.IF_SHORT, state=CallState.OPEN)
    assert {"voting", "counting"} <= names(Ballot.ALWAYS, state=CallState.CANCELLED)
