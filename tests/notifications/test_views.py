"""One's own notices in the browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.community.models import Area, User
from portal.notifications.kinds import Kind
from portal.notifications.models import Notice, Preference
from tests import factories
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def chen() -> User:
    return factories.make_user()


@pytest.fixture
def browser(chen: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(chen)
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", ["", "preferences/"])
def test_a_stranger_signs_in_first(page: str) -> None:
    assert Client().get(f"/me/notices/{page}").status_code == 302


def test_the_list_shows_the_own_newest_first(chen: User, browser: Client, here: Area, opened: Kind) -> None:
    for title in ("旧事", "新事"):
        make_news(chen, here, opened, title=title)
    make_news(factories.make_user(), here, opened, title="别人的事")

    page = text(browser.get("/me/notices/"))

    assert page.index("新事") < page.index("旧事")
    assert "别人的事" not in page


def test_words_of_others_are_text_not_markup(chen: User, browser: Client, here: Area, opened: Kind) -> None:
    make_news(chen, here, opened, title="<script>alert(1)</script>")

    page = text(browser.get("/me/notices/"))

    assert "<script>alert" not in page
    assert "Opened: &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_without_notices_the_page_says_how_they_come(browser: Client) -> None:
    assert "There is no notice for you yet." in text(browser.get("/me/notices/"))


def test_opening_marks_read_and_leads_there(chen: User, browser: Client, here: Area, opened: Kind) -> None:
    notice = make_news(chen, here, opened)

    response = browser.post(f"/me/notices/{notice.pk}/")

    assert (response.status_code, response["Location"]) == (302, "/n/x/topics/")
    assert Notice.objects.get().read_at is not None


def test_looking_never_marks_read(chen: User, browser: Client, here: Area, opened: Kind) -> None:
    notice = make_news(chen, here, opened)

    browser.get("/me/notices/")
    assert browser.get(f"/me/notices/{notice.pk}/").status_code == 405

    assert Notice.objects.get().read_at is None


def test_anothers_notice_does_not_exist(browser: Client, here: Area, opened: Kind) -> None:
    theirs = make_news(factories.make_user(), here, opened)

    assert browser.post(f"/me/notices/{theirs.pk}/").status_code == 404
    assert Notice.objects.get().read_at is None


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_notice_never_leads_to_another_site(
    chen: User, browser: Client, here: Area, opened: Kind, url: str
) -> None:
    notice = make_news(chen, here, opened)
    Notice.objects.update(url=url)

    assert browser.post(f"/me/notices/{notice.pk}/")["Location"] == "/me/notices/"


def test_all_can_be_marked_read(chen: User, browser: Client, here: Area, opened: Kind) -> None:
    for _ in range(3):
        make_news(chen, here, opened)

    response = browser.post("/me/notices/read/", follow=True)

    assert "All notices are marked as read." in text(response)
    assert Notice.objects.unread().count() == 0


@pytest.mark.parametrize(
    ("query", "first"), [("", 25), ("page=2", 5), ("page=x", 25), ("page=99", 5), ("page=-1", 5)]
)
def test_pages_hold_twenty(
    chen: User, browser: Client, here: Area, opened: Kind, query: str, first: int
) -> None:
    for number in range(1, 26):
        make_news(chen, here, opened, title=f"第{number}件")

    page = browser.get(f"/me/notices/?{query}").context["page"]

    assert page[0].params["title"] == f"第{first}件"
    assert len(page) == (20 if first == 25 else 5)


def test_what_is_about_one_matter_stands_together(
    chen: User, browser: Client, here: Area, opened: Kind
) -> None:
    for title, matter in (("旧一", "topic:1"), ("别的", "topic:2"), ("新一", "topic:1")):
        Notice.objects.filter(pk=make_news(chen, here, opened, title=title).pk).update(matter=matter)

    page = browser.get("/me/notices/")

    shown = [[one.params["title"] for one in matter] for matter in page.context["matters"]]
    assert shown == [["新一", "旧一"], ["别的"]]
    assert "1 earlier about the same" in text(page)


@pytest.mark.parametrize("n", [10, 1000])
def test_the_list_costs_the_same_however_long(
    chen: User, browser: Client, here: Area, opened: Kind, n: int, django_assert_max_num_queries: Queries
) -> None:
    first = make_news(chen, here, opened)
    Notice.objects.bulk_create(
        Notice(
            user=chen, neighbourhood=here, kind=first.kind, occasion=str(at), params=first.params, url="/x/"
        )
        for at in range(n - 1)
    )

    with django_assert_max_num_queries(7):
        browser.get("/me/notices/")


def test_what_comes_by_mail_can_be_chosen_and_is_shown_as_chosen(
    chen: User, browser: Client, opened: Kind
) -> None:
    browser.post("/me/notices/preferences/", {"mail": ["test"], "way_mail": "at_once"})

    assert "test" not in Preference.objects.get(user=chen).no_mail
    assert "duty" in Preference.objects.get(user=chen).no_mail
    form = browser.get("/me/notices/preferences/").context["form"]
    assert form.initial["mail"] == ["test"]


def test_a_group_that_does_not_exist_is_a_message(browser: Client) -> None:
    response = browser.post("/me/notices/preferences/", {"mail": ["ghost"]})

    assert response.status_code == 422
    assert 'class="errorlist"' in text(response)
    assert Preference.objects.count() == 0


def test_without_an_address_the_page_says_so(browser: Client, chen: User) -> None:
    chen.email = ""
    chen.save()

    assert "You have given no e-mail address" in text(browser.get("/me/notices/preferences/"))
