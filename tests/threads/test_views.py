from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from portal.community.permissions import roles_in
from portal.kit import clock
from portal.threads import fragments, services
from portal.threads.models import Post, Thread
from portal.threads.views import thread_context
from tests.factories import make_user
from tests.threads.factories import (
    make_manager,
    make_neighbour,
    make_posts,
    make_question,
    make_thread,
    make_worker,
    say,
)

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def thread() -> Thread:
    return make_thread()


def page(client: Client, thread: Thread, query: str = "") -> str:
    answer = client.get(reverse("threads:thread", args=[thread.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(html: str) -> list[int]:
    return [int(n) for n in re.findall(r'<article [^>]*data-n="(\d+)"', html)]


def drawn(request: HttpRequest, thread: Thread) -> str:
    portion = thread_context(request, thread)["portion"]
    return portion.above + portion.below


def news_of(client: Client, thread: Thread, after: int) -> dict:
    return client.get(reverse("threads:news", args=[thread.pk]), {"after": after}).json()


# --- reading ---


def test_anybody_reads_and_only_neighbours_see_the_form(client: Client, thread: Thread) -> None:
    say(make_neighbour(thread, name="陈阿姨"), thread, "我赞成。")

    html = page(client, thread)
    assert (numbers(html), html.count("data-say")) == ([1], 0)
    client.force_login(make_user())
    assert page(client, thread).count("data-say") == 0
    client.force_login(make_neighbour(thread))
    assert page(client, thread).count("data-say") == 1
    services.close_thread(thread.pk)
    assert page(client, thread).count("data-say") == 0


def test_long_threads_begin_with_the_newest_fifty(client: Client, thread: Thread) -> None:
    make_posts(thread, 120)

    newest, before = page(client, thread), page(client, thread, "?before=71")
    first = page(client, thread, "?before=21")

    assert numbers(newest) == list(range(71, 121))
    assert numbers(before) == list(range(21, 71))
    assert numbers(first) == list(range(1, 21))
    assert [html.count('rel="prev"') for html in (newest, before, first)] == [1, 1, 0]
    assert [html.count(" data-still") for html in (newest, before, first)] == [0, 1, 1]


@pytest.mark.parametrize("query", ["?before=x", "?before=-3", "?before=", "?before=²", "?before=0"])
def test_a_senseless_page_is_the_newest(client: Client, thread: Thread, query: str) -> None:
    make_posts(thread, 3)

    assert numbers(page(client, thread, query)) == [1, 2, 3]


def test_a_number_beyond_all_is_no_error(client: Client, thread: Thread) -> None:
    make_posts(thread, 3)

    assert numbers(page(client, thread, f"?before={10**18}")) == [1, 2, 3]
    assert numbers(page(client, thread, f"?before={'9' * 5000}")) == [1, 2, 3]
    assert client.get(f"/threads/{10**30}/").status_code == 404
    assert client.get(f"/posts/{10**30}/").status_code == 404
    assert news_of(client, thread, 10**18)["posts"] == []


@pytest.mark.parametrize("count", [5, 500])
def test_four_queries_for_any_number_of_posts_and_one_where_they_are_drawn(
    thread: Thread, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_posts(thread, count)
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    request.user = make_neighbour(thread)
    roles_in(request.user, thread.neighbourhood)

    with django_assert_num_queries(4):
        first = drawn(request, thread)
    with django_assert_num_queries(1):
        again = drawn(request, thread)

    assert first.count("<article") == min(count, 50)
    assert again == first


@pytest.mark.parametrize("count", [5, 500])
def test_a_page_costs_the_same_for_any_number_of_posts(
    client: Client, thread: Thread, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_posts(thread, count)

    with django_assert_max_num_queries(8):
        page(client, thread)


# --- what every reader sees ---


def test_the_fragment_is_the_same_for_page_news_and_push(client: Client, thread: Thread) -> None:
    with clock.at(clock.now()):
        question = make_question(thread)
        services.answer(make_manager(thread), question.pk, body="保安锁门。", key=uuid4())
        services.hide(make_worker(thread), say(make_neighbour(thread), thread).pk, "insult")
        told = news_of(client, thread, 0)["posts"]
        html = page(client, thread)
        pushed = [fragments.item(post, "zh-hans") for post in Post.objects.drawn().order_by("revision")]

    assert [post["n"] for post in told] == [2, 1, 3]
    assert told == pushed
    assert [post["n"] for post in told if post["html"] not in html] == []


def test_there_is_nothing_personal_in_the_fragment(client: Client, thread: Thread) -> None:
    with clock.at(clock.now()):
        author, worker = make_neighbour(thread), make_worker(thread)
        question = make_question(thread)
        say(author, thread)
        readers = [None, author, worker, make_manager(thread), make_neighbour(thread)]
        seen = []
        for reader in readers:
            browser = Client(headers={"Accept-Language": "zh-CN"})
            if reader:
                browser.force_login(reader)
            seen.append(re.findall(r"<article .*?</article>", page(browser, thread), re.S))

    assert len(seen[0]) == 2
    assert [articles == seen[0] for articles in seen] == [True] * len(readers)
    person = question.author
    text = "".join(seen[0])
    assert [secret for secret in (person.real_name, person.phone, "csrf", "<form") if secret in text] == []


def test_what_people_write_is_text(client: Client, thread: Thread) -> None:
    say(make_neighbour(thread, name="<b>陈"), thread, "<script>alert(1)</script> & \"'>")

    html = news_of(client, thread, 0)["posts"][0]["html"]

    assert html.count("<script>") == html.count("<b>") == 0
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#x27;&gt;") == 1


def test_the_words_of_a_hidden_post_are_nowhere(client: Client, thread: Thread) -> None:
    author, worker = make_neighbour(thread), make_worker(thread)
    said = say(author, thread, "密语-77F2")
    services.hide(worker, said.pk, "personal_data")
    post_page = reverse("threads:post", args=[said.pk])

    def seen() -> list[int]:
        return [page(client, thread).count("密语"), client.get(post_page).content.decode().count("密语")]

    assert news_of(client, thread, 0)["posts"][0]["html"].count("密语") == 0
    assert seen() == [0, 0]
    client.force_login(make_neighbour(thread))
    assert seen() == [0, 0]
    client.force_login(author)
    assert seen() == [0, 1]
    client.force_login(worker)
    assert seen() == [0, 1]


def test_both_languages(thread: Thread) -> None:
    said = say(make_neighbour(thread), thread)
    services.hide(make_worker(thread), said.pk, "insult")
    said.refresh_from_db()

    with translation.override("zh-hans"):
        assert fragments.item(said, "en")["html"].count("The committee hid this post.") == 1


# --- news ---


def test_news_tell_what_changed_after_a_number(client: Client, thread: Thread) -> None:
    make_posts(thread, 3)
    services.hide(make_worker(thread), Post.objects.get(sequence=2).pk, "insult")

    told = news_of(client, thread, 2)

    assert [(post["n"], post["rev"]) for post in told["posts"]] == [(3, 3), (2, 4)]
    assert {name: told[name] for name in ("after", "sequence", "more", "open")} == {
        "after": 2,
        "sequence": 4,
        "more": False,
        "open": True,
    }


def test_news_come_in_portions_until_all_is_told(client: Client, thread: Thread) -> None:
    make_posts(thread, 250)
    told, after = [], 0
    while True:
        news = news_of(client, thread, after)
        told += [post["n"] for post in news["posts"]]
        after = news["sequence"]
        if not news["more"]:
            break

    assert (told, after) == (list(range(1, 251)), 250)


@pytest.mark.parametrize("count", [5, 100])
def test_news_cost_four_queries(
    client: Client, thread: Thread, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_posts(thread, count)

    with django_assert_num_queries(4):
        news_of(client, thread, 0)


def test_who_has_all_is_answered_with_304_from_one_query(
    client: Client, thread: Thread, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_posts(thread, 3)
    address = reverse("threads:news", args=[thread.pk]) + "?after=3"
    etag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    say(make_neighbour(thread), thread)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_news_of_two_languages_are_two_answers(client: Client, thread: Thread) -> None:
    make_posts(thread, 1)
    address = reverse("threads:news", args=[thread.pk])
    chinese = client.get(address)
    english = client.get(address, headers={"Accept-Language": "en", "If-None-Match": chinese["ETag"]})

    assert english.status_code == 200
    assert {"Accept-Language", "Cookie"} <= set(chinese["Vary"].replace(",", " ").split())
    assert chinese["Cache-Control"] == "private, no-cache"


def test_nobody_signed_in_costs_no_session(client: Client, thread: Thread) -> None:
    page(client, thread)
    news_of(client, thread, 0)

    assert dict(client.cookies) == {} or list(client.cookies) == ["csrf"]


def test_anonymous_context() -> None:
    thread = make_thread()
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    request.user = AnonymousUser()

    assert thread_context(request, thread)["may_speak"] is False
