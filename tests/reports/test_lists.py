"""Lists as files: what is in them, what is not, and who took one with names."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.community.models import Area, Look, Post, Residency, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.workbooks import workbook
from portal.meetings.states.hearing import HearingState as H
from portal.record.models import Entry
from portal.reports.tables import TABLES
from tests import factories
from tests.deliberation.factories import make_topic
from tests.duties.factories import make_duty
from tests.meetings.factories import make_hearing

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨")


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def rows_of(response: HttpResponse) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_what_a_program_might_run_is_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook("表", [["=1+1", "1-2", 7]])))
    first, second, third = book.active[1]
    assert (first.value, first.data_type) == ("'=1+1", "s")
    assert (second.value, second.number_format) == ("1-2", "@")
    assert third.value == 7


def test_topics_are_taken_with_the_filters_of_their_list(here: Area) -> None:
    make_topic(neighbourhood=here, title="=加一盏灯", state="discussing")
    make_topic(neighbourhood=here, title="修门", state="screening")
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    every = rows_of(client.get(f"/n/{here.slug}/lists/topics.xlsx"))
    assert {row[1] for row in every[1:]} == {"'=加一盏灯", "修门"}
    some = rows_of(client.get(f"/n/{here.slug}/lists/topics.xlsx?group=discussing"))
    assert [row[1] for row in some[1:]] == ["'=加一盏灯"]


def taken(client: Client, here: Area, name: str, asked: str = "") -> list[tuple[object, ...]]:
    """A list with names as it comes after saying what for."""
    sent = client.post(f"/n/{here.slug}/lists/{name}/take/{asked}", {"reason": "开会用", "form": "xlsx"})
    return rows_of(client.get(sent["Location"]))


def test_promises_are_taken_as_the_workbench_shows_them(here: Area) -> None:
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    make_duty(here, title="修路灯", due=clock.now() + timedelta(days=2))
    make_duty(here, title="修门", due=clock.now() + timedelta(days=1))
    make_duty(here, title="修墙", post=Post.PROPERTY)
    client = browser(worker)

    def titles(asked: str) -> list[object]:
        return [row[1] for row in taken(client, here, "duties", asked)[1:]]

    assert titles("?whose=mine") == ["修门", "修路灯"]
    assert titles("?whose=mine&sort=new") == ["修门", "修路灯"]
    assert titles("?whose=all&q=修墙") == ["修墙"]
    assert titles("?whose=all&when=overdue") == []
    assert len(titles("?whose=all")) == 3
    page = client.get(f"/n/{here.slug}/work/?whose=mine&sort=new").content.decode()
    assert f"/n/{here.slug}/lists/duties.xlsx?whose=mine&amp;sort=new" in page


def test_what_was_said_to_be_taken_is_what_is_taken(here: Area) -> None:
    make_duty(here, title="修墙", post=Post.PROPERTY)
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    client.post(f"/n/{here.slug}/lists/duties/take/?whose=mine", {"reason": "开会用", "form": "xlsx"})

    assert client.get(f"/n/{here.slug}/lists/duties.xlsx?whose=all").status_code == 302


def test_dwellings_people_requests_and_posts_are_taken_as_they_were_found(here: Area) -> None:
    home = factories.make_dwelling(within=here, room="101")
    factories.make_dwelling(within=here, room="102")
    owner = factories.person_of(factories.make_owner(dwelling=home))
    asking = factories.make_person(real_name="问小明")
    Residency.objects.create(person=asking, dwelling=home, requested_at=clock.now())
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    client = browser(worker)

    assert [row[2] for row in taken(client, here, "homes", "?q=102")[1:]] == ["102"]
    people = taken(client, here, "people", f"?q={owner.real_name}")
    assert [row[0] for row in people[1:]] == [owner.real_name]
    assert Look.objects.filter(person=owner, user=worker, reason="开会用").exists()
    assert len(taken(client, here, "people")) == 1
    assert [row[0] for row in taken(client, here, "requests")[1:]] == ["问小明"]
    assert len(taken(client, here, "posts")) == 2


def test_each_list_leads_to_its_file_for_who_may_take_it(here: Area) -> None:
    factories.make_dwelling(within=here, room="101")
    make_duty(here)
    make_topic(neighbourhood=here, state="discussing")
    make_hearing(H.ANNOUNCED, here=here)
    pages = {
        "work/": "duties",
        "people/dwellings/": "homes",
        "people/posts/": "posts",
        "topics/": "topics",
        "votes/": "votes",
        "meetings/": "meetings",
    }
    inside = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    outside = browser(factories.make_resident(within=here))
    for page, name in pages.items():
        link = f"/n/{here.slug}/lists/{name}.xlsx"
        assert link in inside.get(f"/n/{here.slug}/{page}").content.decode(), page
        assert link not in outside.get(f"/n/{here.slug}/{page}").content.decode(), page


def test_a_sheet_of_paper_holds_so_many_rows_and_says_so(here: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.reports.views.MOST_ROWS", 1)
    make_duty(here)
    make_duty(here)
    for title in ("修门", "修墙"):
        make_topic(neighbourhood=here, title=title, state="discussing")
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))

    asked = {"reason": "开会用", "form": "pdf"}
    refused = client.post(f"/n/{here.slug}/lists/duties/take/?whose=all", asked)
    led = client.get(f"/n/{here.slug}/lists/topics.pdf", follow=True)

    assert refused.status_code == 409
    assert "at most 1 rows" in refused.content.decode()
    assert not Entry.objects.filter(action="list.taken").exists()
    assert "at most 1 rows" in led.content.decode()


def test_many_promises_ask_as_much_of_the_database_as_few(here: Area) -> None:
    user = factories.make_user(post=Post.WORKER, neighbourhood=here)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(list(TABLES["duties"].rows(User.objects.get(pk=user.pk), here, QueryDict()))) > 1
        return len(asked)

    make_duty(here)
    few = questions()
    for _each in range(20):
        make_duty(here)
    assert questions() == few


@pytest.mark.parametrize("name", ["duties", "homes"])
def test_a_list_with_names_is_asked_about_and_recorded(here: Area, name: str) -> None:
    make_duty(here, title="扶手")
    home = factories.make_dwelling(within=here, room="101")
    owner = factories.make_owner(dwelling=home)
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    address = f"/n/{here.slug}/lists/{name}.xlsx"
    assert client.get(address).status_code == 302
    assert not Entry.objects.filter(action="list.taken").exists()

    rows = taken(client, here, name)

    entry = Entry.objects.get(action="list.taken")
    assert (entry.data["reason"], entry.data["rows"]) == ("开会用", len(rows) - 1 or 0)
    assert len(rows) == 2
    person = factories.person_of(owner)
    assert person.phone not in str(rows)
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", ["meetings", "votes", "topics"])
def test_empty_lists_have_their_heading(here: Area, name: str) -> None:
    client = browser(factories.make_user(post=Post.OFFICER, neighbourhood=here))
    assert len(rows_of(client.get(f"/n/{here.slug}/lists/{name}.xlsx"))) == 1


def test_a_list_as_a_sheet_of_paper(here: Area) -> None:
    make_topic(neighbourhood=here, title="修门", state="screening")
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    assert client.get(f"/n/{here.slug}/lists/topics.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("role", "lists", "homes"),
    [(Role.WORKER, 200, 200), (Role.AUDITOR, 200, 403), (Role.PROPERTY, 403, 403), (Role.RESIDENT, 403, 403)],
)
def test_who_takes_lists(here: Area, role: Role, lists: int, homes: int) -> None:
    client = browser(factories.make_user(role, neighbourhood=here))
    assert client.get(f"/n/{here.slug}/lists/").status_code == lists
    assert client.get(f"/n/{here.slug}/lists/homes/take/").status_code == homes
