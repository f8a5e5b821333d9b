"""Lists as files: what is in them, what is not, and who took one with names."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.kit.workbooks import workbook
from portal.record.models import Entry
from tests import factories
from tests.deliberation.factories import make_topic
from tests.duties.factories import make_duty

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


@pytest.mark.parametrize("name", ["duties", "homes"])
def test_a_list_with_names_is_asked_about_and_recorded(here: Area, name: str) -> None:
    make_duty(here, title="扶手")
    home = factories.make_dwelling(within=here, room="101")
    owner = factories.make_owner(dwelling=home)
    client = browser(factories.make_user(post=Post.WORKER, neighbourhood=here))
    address = f"/n/{here.slug}/lists/{name}.xlsx"
    assert client.get(address).status_code == 302
    assert not Entry.objects.filter(action="list.taken").exists()

    sent = client.post(f"/n/{here.slug}/lists/{name}/take/", {"reason": "开会用", "form": "xlsx"})
    rows = rows_of(client.get(sent["Location"]))

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
