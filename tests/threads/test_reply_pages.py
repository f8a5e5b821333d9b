"""The box of whoever owes answers, the inbox of a body, and its texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import User
from portal.kit import clock
from portal.threads import services
from portal.threads.models import AnswerText, Post, Thread
from tests.boards.factories import picture
from tests.threads.factories import make_manager, make_neighbour, make_posts, make_thread, make_worker, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return make_thread()


@pytest.fixture
def manager(thread: Thread, client: Client) -> User:
    """The property manager, signed in."""
    made = make_manager(thread)
    client.force_login(made)
    return made


def ask(thread: Thread, body: str = "谁负责锁门？", asks: str = "property") -> Post:
    return say(make_neighbour(thread), thread, body, asks=asks)


def read(client: Client, thread: Thread, query: str = "") -> str:
    return client.get(reverse("threads:thread", args=[thread.pk]) + query).content.decode()


def reply(client: Client, thread: Thread, **values: Any) -> HttpResponse:
    values = {"once": uuid4().hex, "body": "22:30 锁门。"} | values
    return client.post(reverse("threads:reply", args=[thread.pk]), values)  # type: ignore[return-value]


def ticked(html: str) -> list[int]:
    found = [part.partition(">")[0] for part in html.split("<input ") if 'name="questions"' in part]
    return [int(one.split('value="')[1].split('"')[0]) for one in found if "checked" in one]


# --- the box ---


def test_the_box_answers_the_most_urgent_question_by_default(
    client: Client, thread: Thread, manager: User
) -> None:
    first = ask(thread)
    with clock.at(clock.now() + timedelta(days=7)):
        second = ask(thread, "路灯呢？")
    make_worker(thread)
    ask(thread, "问居委会。", asks="worker")

    html = read(client, thread)

    assert ticked(html) == [first.pk]
    assert html.count('name="questions"') == 2
    assert second.body in html
    assert "data-say" not in html


def test_whoever_owes_nothing_here_has_the_ordinary_box(client: Client, thread: Thread) -> None:
    make_manager(thread)
    ask(thread)
    client.force_login(make_neighbour(thread))

    html = read(client, thread)

    assert "data-say" in html
    assert 'name="questions"' not in html


def test_what_is_ticked_is_answered_by_one_post_sent_once(
    client: Client, thread: Thread, manager: User
) -> None:
    first, second = ask(thread), ask(thread)
    values = {"questions": [first.pk, second.pk], "once": uuid4().hex, "photos": [picture()]}

    answers = [
        reply(client, thread, **values),
        reply(client, thread, **{**values, "photos": []}),
    ]

    given = Post.objects.get(official=True)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"] for answer in answers} == {given.place}
    assert (given.answered, given.files.count()) == ([first, second], 1)


def test_a_post_that_answers_nothing_is_asked_about_once(
    client: Client, thread: Thread, manager: User
) -> None:
    question = ask(thread)

    asked = reply(client, thread, body="通知：今晚停水。")
    html = asked.content.decode()
    assert (asked.status_code, Post.objects.count()) == (422, 1)
    assert question.author_name in html
    assert 'name="sure"' in html
    assert "通知：今晚停水。" in html

    assert reply(client, thread, body="通知：今晚停水。", sure="1").status_code == 302
    said = Post.objects.latest("pk")
    question.refresh_from_db()
    assert (said.official, question.answered_at) == (False, None)


def test_what_was_answered_meanwhile_is_refused_with_the_text(
    client: Client, thread: Thread, manager: User
) -> None:
    first, second = ask(thread), ask(thread)
    services.answer(manager, first.pk, body="锁了。")
    one_left = reply(client, thread, questions=[first.pk], body="迟到的话")
    services.answer(manager, second.pk, body="锁了。")
    none_left = reply(client, thread, questions=[second.pk], body="迟到的话")

    assert (one_left.status_code, none_left.status_code) == (422, 409)
    assert all("迟到的话" in answer.content.decode() for answer in (one_left, none_left))


def test_nobody_replies_for_another_body(client: Client, thread: Thread) -> None:
    make_manager(thread)
    question = ask(thread)
    client.force_login(make_neighbour(thread))

    assert reply(client, thread, questions=[question.pk]).status_code == 409
    assert Post.objects.count() == 1


def test_a_closed_discussion_still_takes_what_was_promised(
    client: Client, thread: Thread, manager: User
) -> None:
    question = ask(thread)
    services.close_thread(thread.pk)

    assert ticked(read(client, thread)) == [question.pk]
    assert reply(client, thread, questions=[question.pk]).status_code == 302


# --- the page of a question ---


def test_the_page_of_a_question_shows_both_sides_where_it_went(
    client: Client, thread: Thread, manager: User
) -> None:
    make_worker(thread)
    question = ask(thread)
    answered = client.post(
        reverse("threads:act", args=[question.pk, "hand-on"]), {"to": "worker", "reason": "属于街面。"}
    )
    day = clock.today() + timedelta(days=12)
    services.more_time(make_worker(thread), question.pk, reason="要报街道。", last_day=day)

    pages = [
        client.get(question.get_absolute_url()).content.decode(),
        Client().get(question.get_absolute_url()).content.decode(),
    ]

    assert answered.status_code == 302
    for html in pages:
        assert "属于街面。" in html
        assert "要报街道。" in html


def test_a_kept_text_begins_the_answer_without_scripts(client: Client, thread: Thread, manager: User) -> None:
    question, slug = ask(thread), thread.neighbourhood.slug
    kept = services.keep_text(manager, slug, title="报修", text="师傅两小时内联系您。")
    foreign = services.keep_text(make_worker(thread), slug, title="居委", text="请来居委会。")

    act = reverse("threads:act", args=[question.pk, "answer"])
    for url in (act, reverse("threads:thread", args=[thread.pk])):
        assert f"?kept={kept.pk}" in client.get(url).content.decode()
        assert ">\n师傅两小时内联系您。</textarea>" in client.get(f"{url}?kept={kept.pk}").content.decode()
        for number in (foreign.pk, "²", "9" * 30, "x"):
            assert ">\n</textarea>" in client.get(f"{url}?kept={number}").content.decode()


def test_whoever_answers_reads_that_the_answer_is_published(
    client: Client, thread: Thread, manager: User
) -> None:
    act = reverse("threads:act", args=[ask(thread).pk, "answer"])

    assert "答复已公布。" in client.post(act, {"body": "师傅锁门。"}, follow=True).content.decode()


# --- the inbox and the texts ---


def test_the_inbox_shows_waiting_answered_and_handed_on(
    client: Client, thread: Thread, manager: User
) -> None:
    worker = make_worker(thread)
    waits, done, away = ask(thread, "等着的"), ask(thread, "答过的"), ask(thread, "转走的")
    ask(thread, "问居委会的", asks="worker")
    services.answer(manager, done.pk, body="好。")
    services.hand_on(manager, away.pk, to="worker", reason="街面。")
    url = reverse("threads:questions", args=[thread.neighbourhood.slug])

    def found(query: str) -> set[str]:
        html = client.get(url + query).content.decode()
        bodies = (waits.body, done.body, away.body, "问居委会的")
        return {body for body in bodies if body in html}

    assert found("") == {"等着的"}
    assert found("?shown=answered") == {"答过的"}
    assert found("?shown=handed") == {"转走的"}
    client.force_login(worker)
    assert found("") == {"转走的", "问居委会的"}
    client.force_login(make_neighbour(thread))
    assert client.get(url).status_code == 403


def test_texts_are_written_put_away_and_brought_back(client: Client, thread: Thread, manager: User) -> None:
    url = reverse("threads:texts", args=[thread.neighbourhood.slug])
    assert client.post(url, {"title": "报修", "text": "已登记。", "once": uuid4().hex}).status_code == 302
    assert client.post(url, {"title": "报修", "text": "又来。", "once": uuid4().hex}).status_code == 409
    assert client.post(url, {"title": "空", "text": "\u200b", "once": uuid4().hex}).status_code == 422
    kept = AnswerText.objects.get()

    for action in ("put-away", "bring-back"):
        act = reverse("threads:text_act", args=[kept.pk, action])
        assert client.post(act, {"once": uuid4().hex}).status_code == 302

    assert "已登记。" in client.get(url).content.decode()
    client.force_login(make_worker(thread))
    assert "已登记。" not in client.get(url).content.decode()


def test_the_inbox_costs_the_same_for_few_and_many(client: Client, thread: Thread, manager: User) -> None:
    url = reverse("threads:questions", args=[thread.neighbourhood.slug])
    costs = []
    for count in (10, 90):
        posts = make_posts(thread, count)
        due = clock.now() + timedelta(days=3)
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(
            asks="property", asked_at=clock.now(), due_at=due
        )
        for address in (url, reverse("threads:thread", args=[thread.pk])):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            costs.append(len(queries))

    assert costs[:2] == costs[2:]
