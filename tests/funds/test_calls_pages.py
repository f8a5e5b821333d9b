"""The pages of funds, rounds and lines, as people meet them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.permissions import Role
from portal.funds.calls import services
from portal.funds.models import Call, Fund
from portal.funds.states import CallState, FundState
from portal.kit import clock
from portal.search import services as search
from tests.boards.cashbook_factories import receipt
from tests.browserless import Person
from tests.factories import make_neighbourhood, make_user
from tests.funds.factories import POT, make_application, make_call, make_fund, make_source

pytestmark = pytest.mark.django_db


def act(name: str, pk: Any, action: str) -> str:
    return reverse(f"funds:calls_{name}", args=[pk, action])


def test_from_an_empty_neighbourhood_the_committee_comes_to_an_open_round() -> None:
    here = make_neighbourhood()
    worker, director = (make_user(role, neighbourhood=here) for role in (Role.WORKER, Role.DIRECTOR))
    clerk, chief = Person(), Person()
    clerk.client.force_login(worker)
    chief.client.force_login(director)
    until = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=20)

    clerk.open(reverse("funds:funds", args=[here.slug]))
    clerk.press("设立基金")
    clerk.send(title="睦邻微基金", kind="community_fund", about="邻居自己动手")
    clerk.press("登记资金来源")
    clerk.send(name="街道自治金", mark="")
    clerk.press("记一笔到账")
    clerk.send(text="街道拨款", amount="80,000.00")
    assert "80,000" in clerk.text
    clerk.press("起草一轮征集")
    clerk.send(title="第一轮", pot="60000", cap="20000", closes_at=until.strftime("%Y-%m-%dT18:00"))
    draft = clerk.at
    clerk.press("评审标准和权重")
    clerk.send(weight_0="40", weight_1="15")
    assert "已保存" in clerk.text
    chief.open(draft)
    chief.press("开放征集")
    chief.send()

    call = Call.objects.get()
    assert call.takes_applications
    assert "单个项目最高 20,000" in chief.text
    assert call.criteria.get(key="need").weight == 40


@pytest.mark.parametrize(
    ("action", "typed", "said"),
    [
        ("edit", {"pot": "-5"}, "金额"),
        ("edit", {"pot": "99999999999"}, "金额"),
        ("edit", {"pot": "100", "cap": "200"}, "单个项目不能超过总额"),
        ("edit", {"opens_at": "2026-12-02T08:00", "closes_at": "2026-12-01T08:00"}, "早于开始时间"),
        ("edit", {"reviewers_least": "2"}, "3"),
        ("weigh", {"weight_0": "31"}, "合计 101%"),
        ("weigh", {"weight_0": "-30"}, "1"),
        ("plan", {"percent_0": "40"}, "合计 90%"),
    ],
)
def test_what_cannot_be_meant_is_said_in_the_form_and_nothing_is_kept(
    action: str, typed: dict[str, str], said: str
) -> None:
    call = make_call(state=CallState.DRAFT)
    before = services.lacks.unready(call)
    person = Person()
    person.client.force_login(call.created_by.user)
    person.open(act("act", call.pk, action))
    form = person.page.select_one("main form[method=post]")
    assert form is not None
    data = {
        one["name"]: one.get("value", "")
        for one in form.select("input[name]")
        if one.get("type") != "checkbox"
    }
    data |= {one["name"]: one.text.strip() for one in form.select("textarea[name]")}
    for one in form.select("select[name]"):
        chosen = one.select_one("option[selected]")
        data[one["name"]] = chosen["value"] if chosen else "agreement"
    data |= {"applicants": ["group"]} if action == "edit" else {}

    answer = person.client.post(person.at, data | typed)

    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    assert services.lacks.unready(call) == before
    assert Call.objects.get(pk=call.pk).pot == POT


def test_a_round_that_stands_offers_no_change_and_says_why(client: Client) -> None:
    call = make_call(frozen=True)
    client.force_login(call.created_by.user)

    page = client.get(call.get_absolute_url()).content.decode()
    asked = client.get(act("act", call.pk, "weigh"))

    assert act("act", call.pk, "edit") not in page
    assert call.fingerprint[:16] in page
    assert asked.status_code == 409
    rules = client.get(reverse("funds:call_rules", args=[call.pk])).json()
    assert [one["weight"] for one in rules["criteria"]] == [30, 25, 20, 15, 10]


def test_a_draft_is_seen_by_the_office_alone(client: Client) -> None:
    call = make_call(state=CallState.DRAFT)

    assert client.get(call.get_absolute_url()).status_code == 404
    assert client.get(reverse("funds:call_rules", args=[call.pk])).status_code == 404
    client.force_login(call.created_by.user)
    page = client.get(call.get_absolute_url())
    assert page.status_code == 200
    assert "The director opens it" in page.content.decode() or "由主任开放" in page.content.decode()


def test_papers_of_money_are_read_by_neighbours_who_are_signed_in(client: Client) -> None:
    funding = make_fund()
    source = make_source(funding, 0)
    line = services.receive(funding.worker, source.pk, clock.today(), "街道拨款", 100, [receipt("回单.png")])
    paper = reverse("funds:line_paper", args=[line.pk, line.receipts.get().upload_id])

    assert client.get(reverse("funds:line", args=[line.pk])).status_code == 200
    assert client.get(paper).status_code == 302
    client.force_login(make_user(neighbourhood=funding.here))
    assert client.get(paper).status_code == 403
    client.force_login(funding.resident)
    answer = client.get(paper)
    assert answer.status_code == 200
    assert answer.getvalue()


def test_a_broken_paper_leaves_nothing(client: Client) -> None:
    funding = make_fund()
    source = make_source(funding, 0)
    client.force_login(funding.worker)

    answer = client.post(
        act("source_act", source.pk, "receive"),
        {
            "day": clock.today().isoformat(),
            "text": "拨款",
            "amount": "100",
            "papers": SimpleUploadedFile("a.png", b"x"),
        },
    )

    assert answer.status_code == 422
    assert not funding.fund.book.entries.exists()


def test_rounds_that_take_applications_stand_on_the_home_and_the_page_of_taking_part(client: Client) -> None:
    call = make_call()
    here = call.fund.neighbourhood

    for url in (
        reverse("pages:neighbourhood", args=[here.slug]),
        reverse("pages:take_part", args=[here.slug]),
    ):
        assert call.get_absolute_url() in client.get(url).content.decode(), url


def test_a_fund_that_is_wound_up_says_why(client: Client) -> None:
    funding = make_fund()
    client.force_login(funding.director)

    client.post(act("fund_act", funding.fund.pk, "wind-up"), {"reason": "并入街道基金"})

    assert Fund.objects.get(pk=funding.fund.pk).state is FundState.CLOSED
    page = client.get(funding.fund.get_absolute_url()).content.decode()
    assert "并入街道基金" in page
    assert act("fund_act", funding.fund.pk, "write-call") not in page


def test_the_page_of_a_fund_asks_the_same_at_one_line_and_at_many(client: Client) -> None:
    funding = make_fund()
    source = make_source(funding)
    call = make_call(funding)
    client.force_login(funding.worker)
    url = funding.fund.get_absolute_url()
    client.get(url)
    queries = _queries(client, url)
    for n in range(5):
        services.receive(funding.worker, source.pk, clock.today(), f"第 {n} 笔", 100)
        make_source(funding, 0, name=f"来源 {n}")
        make_call(funding, state=CallState.DRAFT, title=f"第 {n} 轮")
    make_application(call)

    assert _queries(client, url) == queries


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_round_is_found_once_it_was_opened(client: Client) -> None:
    funding = make_fund()
    make_source(funding)
    call, draft = (
        make_call(funding, state=state, title=f"{state} 征集") for state in (CallState.OPEN, CallState.DRAFT)
    )
    for one in (call, draft):
        search.index(one)
    found = client.get(reverse("search:search", args=[funding.here.slug]) + "?q=征集").content.decode()

    assert call.get_absolute_url() in found
    assert draft.get_absolute_url() not in found
