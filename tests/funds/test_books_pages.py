"""The pages of the books, as people meet them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import User
from portal.funds.books import jobs, services
from portal.funds.models import Grant
from portal.kit import clock
from portal.ledger import services as ledger
from portal.ledger.models import Account
from portal.pages.disclosure import catalogue
from portal.pages.disclosure.models import DisclosureItem
from portal.pages.services import found_neighbourhood
from tests.browserless import Person
from tests.factories import make_resident
from tests.funds.factories import make_fund, make_source
from tests.funds.factories_applying import photo
from tests.funds.factories_books import YUAN, Project, give_back, make_project, pay, prove, settle

pytestmark = pytest.mark.django_db


def at(name: str, project: Project, *, query: str = "") -> str:
    return reverse(f"funds:{name}", args=[project.fund.pk]) + query


def person(user: User | None = None) -> Person:
    somebody = Person()
    if user:
        somebody.client.force_login(user)
    return somebody


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_everybody_reads_both_sides_the_seal_and_what_was_reversed() -> None:
    project = make_project()
    pay(project, 1_240 * YUAN, 10)
    ledger.reverse(pay(project, 33), "付错了", by=project.worker)
    reader = person()

    reader.open(at("books", project))

    assert "账平" in reader.text
    assert "来的减去的，正好是零" in reader.text
    assert reader.text.count("120,000.00") == 3
    assert "1,240.10" in reader.text
    assert len(reader.page.select("svg.plot path")) == 4
    reader.press("看是哪几笔")
    assert "付错了" in reader.text
    assert "拨付资助款" not in reader.text
    reader.open(at("book_lines", project))
    assert "拨付资助款" in reader.text


def test_a_book_that_does_not_hold_says_so_in_red_and_has_no_seal() -> None:
    project = make_project()
    Account.objects.filter(pk=project.sources[0].at_hand_id).update(balance=7)
    jobs.add_up_books()

    reader = person()
    reader.open(at("books", project))

    assert reader.page.select_one(".note.bad") is not None
    assert "账平" not in reader.text


def test_the_office_adds_the_book_up_anew_and_the_hour_stands_there() -> None:
    project = make_project()
    clerk = person(project.worker)

    clerk.open(at("books", project))
    clerk.press("重新加一遍")
    clerk.send()

    assert "今天" in clerk.text
    assert "重新加了一遍" in clerk.text
    assert "重新加一遍" not in person().open(at("books", project))


def test_a_fund_without_a_line_is_shown_too() -> None:
    funding = make_fund()
    reader = person()

    reader.open(reverse("funds:books", args=[funding.fund.pk]))
    assert "账平" in reader.text
    reader.open(reverse("funds:book_lines", args=[funding.fund.pk]))


def test_a_year_names_no_mark_of_a_source_that_nothing_came_from(client: Client) -> None:
    project = make_project()
    make_source(project.funding, 0, name="未到账的基金", mark="某某公益金")
    year = clock.today().year

    page = client.get(at("books", project, query=f"?year={year}")).content.decode()

    assert "中国福利彩票" in page
    assert "某某公益金" not in page
    assert "本年到账" in page


@pytest.mark.parametrize("year", ["x", "99999", "1", "²"])
def test_what_is_no_year_is_not_found(year: str, client: Client) -> None:
    project = make_project()

    assert client.get(at("books", project, query=f"?year={year}")).status_code == 404


@pytest.mark.parametrize("name", ["books_csv", "books_beancount", "grants_csv", "grants_json"])
def test_files_are_for_everybody(name: str, client: Client) -> None:
    project = make_project()
    pay(project, 100)

    answer = client.get(at(name, project))

    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert project.application.title in b"".join(answer.streaming_content).decode()


def test_pages_of_the_books_ask_the_same_at_one_line_and_at_many(client: Client) -> None:
    project = make_project()
    pay(project, 100)
    urls = [at("books", project), at("book_lines", project)]
    few = [queries(client, url) for url in urls]
    for n in range(12):
        pay(project, 100 + n, 3)

    assert [queries(client, url) for url in urls] == few


def test_a_project_tells_how_far_it_is_and_the_office_takes_a_note_down() -> None:
    project = make_project()
    jobs.ask_for_notes()
    carrier, clerk, reader = person(project.lead), person(project.worker), person()

    carrier.open(project.application.get_absolute_url())
    assert "下一次进展" in carrier.text
    carrier.press("写进展")
    carrier.send(text="木板到了，周六开工。", photos=[photo()], shows="一摞木板")
    assert "木板到了" in reader.open(project.application.get_absolute_url())
    assert reader.page.select_one('img[alt="一摞木板"]') is not None

    clerk.open(project.application.get_absolute_url())
    clerk.press("撤下这条进展")
    clerk.send(reason="照片里有邻居的脸")
    reader.open(project.application.get_absolute_url())
    assert "木板到了" not in reader.text
    assert "照片里有邻居的脸" in reader.text
    assert reader.page.select_one('img[alt="一摞木板"]') is None
    assert "木板到了" in clerk.open(project.application.get_absolute_url())


def test_a_note_that_is_overdue_says_so_to_everybody() -> None:
    project = make_project()
    Grant.objects.filter(pk=project.grant.pk).update(next_report_on="2020-01-31")

    assert "已逾期" in person().open(project.application.get_absolute_url())


def test_accounts_are_posted_read_rated_and_closed_in_the_browser() -> None:
    project = make_project()
    pay(project, 2_000 * YUAN)
    prove(project, 1_700 * YUAN, 200 * YUAN)
    settle(project)
    clerk, neighbour = person(project.worker), person(project.funding.resident)

    clerk.open(project.application.get_absolute_url())
    assert "100 元还没有发票证明，也没有退回" in clerk.text
    give_back(project, 100 * YUAN)
    clerk.open(project.application.get_absolute_url())
    clerk.press("公示决算")
    clerk.send(sure="on")
    assert "决算" in clerk.text

    neighbour.open(project.application.get_absolute_url())
    neighbour.press("对决算提出异议")
    neighbour.send(text="少了一张发票")
    assert "少了一张发票" in neighbour.text
    neighbour.open(project.application.get_absolute_url())
    assert project.grant.invoices.get().number in neighbour.text
    assert "木业" not in neighbour.text
    neighbour.press("评价这个项目")
    neighbour.send(rating="5", comment="坐着舒服")
    assert "您的评价：很好" in neighbour.text
    assert "坐着舒服" not in person().open(project.application.get_absolute_url())
    for _n in range(4):
        services.evaluate(make_resident(within=project.funding.here), project.grant.pk, 4)
    assert "5 人评价" in person().open(project.application.get_absolute_url())
    assert "坐着舒服" in clerk.open(project.application.get_absolute_url())


def test_the_funds_books_stand_among_what_is_disclosed(client: Client) -> None:
    project = make_project()
    found_neighbourhood(project.funding.here)
    catalogue.seed()
    item = DisclosureItem.objects.get(neighbourhood=project.funding.here, key="fund_use")

    page = client.get(item.get_absolute_url()).content.decode()

    assert at("books", project) in page
