"""The pages of a project with money, as the applicant, the office, the team and everybody else meet them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import User
from portal.funds.running import services
from portal.funds.states import GrantState, InvoiceState
from portal.kit import clock
from tests.factories import make_resident
from tests.funds.factories import YUAN
from tests.funds.factories_applying import photo
from tests.funds.factories_running import (
    Project,
    accounts,
    ask,
    counted,
    invoice,
    make_agreed,
    make_approved,
    make_running,
    pay,
    scan,
    team_of,
)

pytestmark = pytest.mark.django_db


def page(client: Client, user: User | None, url: str) -> str:
    client.logout()
    if user is not None:
        client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def project_page(client: Client, user: User | None, project: Project) -> str:
    return page(client, user, project.grant.get_absolute_url())


def act(project: Project, name: str) -> str:
    return reverse("funds:running_act", args=[project.pk, name])


def of_part(project: Project, order: int, name: str) -> str:
    return reverse("funds:instalment_act", args=[project.part(order).pk, name])


def test_the_next_step_stands_before_the_one_who_owes_it(client: Client) -> None:
    project = make_approved()
    assert act(project, "agree") in project_page(client, project.worker, project)
    assert act(project, "agree") not in project_page(client, project.lead, project)
    client.force_login(project.worker)
    first, second = project.sources
    sent = {
        "agreement": photo(),
        "ends_on": "2099-01-01",
        f"source_{first.pk}": "2000",
        f"source_{second.pk}": "400",
    }
    assert client.post(act(project, "agree"), sent).status_code == 422
    sent |= {"agreement": photo(), "ends_on": str(clock.today())}
    assert client.post(act(project, "agree"), sent).status_code == 302

    text = project_page(client, project.lead, project)
    assert of_part(project, 1, "request") in text
    assert "中国福利彩票" in text
    assert of_part(project, 1, "request") not in project_page(client, None, project)
    client.force_login(project.lead)
    assert client.get(of_part(project, 1, "request")).status_code == 200
    assert client.post(of_part(project, 1, "request")).status_code == 302
    assert of_part(project, 1, "approve") in project_page(client, project.director, project)
    client.force_login(project.director)
    assert client.post(of_part(project, 1, "approve")).status_code == 302
    assert of_part(project, 1, "pay") in project_page(client, project.worker, project)
    client.force_login(project.worker)
    assert project.payee in client.get(of_part(project, 1, "pay")).content.decode()
    paid = client.post(of_part(project, 1, "pay"), {"day": str(clock.today()), "voucher": "凭-1"})
    assert paid.status_code == 302
    assert (
        client.post(of_part(project, 1, "pay"), {"day": str(clock.today()), "voucher": "凭-2"}).status_code
        == 409
    )
    assert project.now().state == GrantState.RUNNING
    assert "凭-1" in project_page(client, None, project)


def test_an_invoice_is_typed_read_from_its_xml_and_looked_at(client: Client) -> None:
    from tests.funds.test_running_proof import xml  # noqa: PLC0415

    project = make_running()
    client.force_login(project.lead)
    url = act(project, "enter-invoice")
    assert client.get(url).status_code == 200
    line = project.line().pk
    empty = client.post(url, {"pdf": scan("x"), "line_1": line})
    assert empty.status_code == 422
    sent = {"pdf": scan("x"), "xml": xml(project), "line_1": line, "line_2": line, "amount_2": "-20"}
    assert client.post(url, sent).status_code == 302
    made = project.grant.invoices.get()
    assert (made.number, made.total, made.buyer) == ("2431", 1_000 * YUAN, project.payee)
    assert sorted(one.amount for one in made.lines.all()) == [-20 * YUAN, 1_020 * YUAN]

    receipts = reverse("funds:receipts", args=[project.pk])
    assert "2431" in page(client, project.lead, receipts)
    assert "2431" not in page(client, None, receipts)
    look = reverse("funds:invoice_act", args=[made.pk, "look-at"])
    assert look in page(client, project.worker, receipts)
    client.force_login(project.worker)
    assert "老王木器店" in client.get(look).content.decode()
    assert client.post(look, {"counts": "no", "reason": ""}).status_code == 422
    assert client.post(look, {"counts": "yes", "reason": ""}).status_code == 302
    made.refresh_from_db()
    assert made.state == InvoiceState.COUNTED
    assert "2431" in page(client, None, receipts)


def test_a_refused_invoice_says_why_at_the_field_it_is_about(client: Client) -> None:
    project = make_running()
    invoice(project, "A1", ("活动海报", 200 * YUAN))
    client.force_login(project.lead)
    good = {"number": "A2", "day": clock.today(), "seller": "店", "buyer": project.payee, "total": "100"}
    posters, planks = project.line("活动海报").pk, project.line().pk
    wrong: list[tuple[str, dict[str, object]]] = [
        ("number", {"number": "A1"}),
        ("buyer", {"buyer": "张三"}),
        ("total", {"amount_1": "90"}),
        ("line_1", {"line_1": posters}),
        ("line_3", {"line_3": posters, "amount_3": "90"}),
        ("pdf", {"pdf": scan("A1")}),
    ]
    for field, typed in wrong:
        sent = {**good, "pdf": scan("new"), "line_1": planks, **typed}
        answer = client.post(act(project, "enter-invoice"), sent)
        assert answer.status_code == 409
        assert list(answer.context["form"].errors) == [field]
    assert project.grant.invoices.count() == 1


def test_papers_are_for_those_concerned(client: Client) -> None:
    project = make_running()
    made = counted(project, "A1", ("长椅木板", 10 * YUAN))
    stranger = make_resident(within=project.here)
    for url in (
        reverse("funds:agreement", args=[project.pk]),
        reverse("funds:invoice_file", args=[made.pk]),
    ):
        client.force_login(stranger)
        assert client.get(url).status_code == 403
        client.force_login(project.lead)
        given: Any = client.get(url)
        assert given.status_code == 200
        assert b"".join(given.streaming_content)
    assert client.get(reverse("funds:invoice_xml", args=[made.pk])).status_code == 404


def test_the_team_is_named_and_signs_on_its_pages(client: Client) -> None:
    project = make_running()
    client.force_login(project.lead)
    assert client.post(act(project, "report-done")).status_code == 302
    team = team_of(project)
    client.force_login(project.worker)
    named = {part: person.real_name for person, part in team.items()}
    assert (
        client.post(act(project, "name-acceptors"), named | {"finance": named["delegate"]}).status_code == 422
    )
    assert client.post(act(project, "name-acceptors"), named).status_code == 302
    for user in accounts(team):
        assert act(project, "sign-acceptance") in project_page(client, user, project)
        sent = {"accepts": "yes", "found": "结实", "photo": photo()}
        assert client.post(act(project, "sign-acceptance"), sent).status_code == 302
    assert project.now().state == GrantState.ACCEPTED
    assert "结实" in project_page(client, None, project)


@pytest.mark.parametrize(
    ("name", "state"),
    [("suspend", GrantState.SUSPENDED), ("terminate", GrantState.TERMINATED)],
)
def test_the_director_stops_a_project(client: Client, name: str, state: GrantState) -> None:
    project = make_running()
    client.force_login(project.director)
    assert client.get(act(project, name)).status_code == 200
    assert client.post(act(project, name), {"reason": ""}).status_code == 422
    assert client.post(act(project, name), {"reason": "噪声"}).status_code == 302
    assert project.now().state == state
    assert "噪声" in project_page(client, None, project)


def test_a_change_and_money_that_came_back_on_their_pages(client: Client) -> None:
    project = make_running()
    client.force_login(project.lead)
    sent = {
        "line": project.line("活动海报").pk,
        "amount": "300",
        "from_line": project.line().pk,
        "why": "贵了",
    }
    assert client.post(act(project, "ask-change"), sent).status_code == 302
    answer = reverse("funds:change_act", args=[project.grant.changes.get().pk, "answer"])
    assert answer in project_page(client, project.director, project)
    client.force_login(project.director)
    assert client.post(answer, {"agrees": "yes", "answer": "同意"}).status_code == 302
    client.force_login(project.worker)
    back = {"day": str(clock.today()), "amount": "100"}
    assert client.post(act(project, "give-back-money"), back).status_code == 302
    reverse_url = reverse("funds:refund_act", args=[project.grant.refunds.get().pk, "reverse"])
    assert reverse_url in page(client, project.worker, reverse("funds:receipts", args=[project.pk]))
    assert client.get(reverse_url).status_code == 200


def test_the_receipts_ask_as_much_for_many_as_for_few(client: Client) -> None:
    project = make_agreed()
    ask(project, 1)
    url = reverse("funds:receipts", args=[project.pk])

    def asked() -> int:
        client.force_login(project.worker)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        return len(seen)

    invoice(project, "A1", ("长椅木板", 10))
    few = asked()
    for number in range(5):
        made = invoice(project, f"B{number}", ("长椅木板", 10), ("活动海报", 10))
        services.look_at_invoice(project.worker, made.pk, True)
    assert asked() <= few + 1


def test_the_most_urgent_step_alone_is_the_main_button_and_naming_no_longer_than_it_is_owed(
    client: Client,
) -> None:
    project = make_running()

    def main(user: User) -> list[str]:
        client.force_login(user)
        page = client.get(project.grant.get_absolute_url()).content.decode()
        return re.findall(
            r'<a class="btn"\s+href="([^"]+)"', page[page.index("<h1") : page.index('id="money"')]
        )

    assert len(main(project.lead)) == 1
    services.check_midterm(project.worker, project.pk, True, "好")
    pay(project, 2)
    assert len(main(project.lead)) == 1
    services.report_done(project.lead, project.pk)
    assert any(url.endswith("/name-acceptors/") for url in main(project.worker))
    services.name_acceptors(project.worker, project.pk, team_of(project))
    assert not any(url.endswith("/name-acceptors/") for url in main(project.worker))
