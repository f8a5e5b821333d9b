"""Answers stand one level deep and quotes repeat what stands there; a form sent twice is one post."""

from __future__ import annotations

import random
import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.threads import services
from portal.threads.models import Post, Thread
from portal.threads.portions import Portion
from tests.factories import person_of
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


@pytest.fixture
def thread() -> Thread:
    return make_thread()


@pytest.fixture
def ann(thread: Thread) -> User:
    return make_neighbour(thread, name="陈阿姨")


@pytest.fixture
def bob(thread: Thread) -> User:
    return make_neighbour(thread, name="周先生")


def refer(user: User, thread: Thread, body: str = "对。", **numbers: int) -> Post:
    return services.post(user, thread.pk, body=body, key=uuid4(), **numbers)


def order(client: Client, thread: Thread, query: str = "") -> list[tuple[int, int]]:
    """The posts of a page in their order, each with the one it says it stands under."""
    html = client.get(reverse("threads:thread", args=[thread.pk]) + query).content.decode()
    found = re.findall(r'<article [^>]*data-n="(\d+)"[^>]*?data-rev="\d+"(?: data-to="(\d+)")?', html)
    return [(int(n), int(to or 0)) for n, to in found]


# --- answering ---


def test_answers_stand_under_what_they_answer_in_their_order(
    client: Client, thread: Thread, ann: User, bob: User
) -> None:
    say(ann, thread, "一")
    say(ann, thread, "二")
    refer(bob, thread, to=1)
    say(ann, thread, "四")
    refer(bob, thread, to=2)
    refer(ann, thread, to=1)

    assert order(client, thread) == [(1, 0), (3, 1), (6, 1), (2, 0), (5, 2), (4, 0)]


def test_an_answer_to_an_answer_stands_under_the_same_post_and_quotes_what_it_answers(
    thread: Thread, ann: User, bob: User
) -> None:
    first = say(ann, thread, "小门几点关？")
    answer = refer(bob, thread, "十点半。", to=1)

    deeper = refer(ann, thread, "太早了。", to=2)
    quoting = refer(ann, thread, "看这里。", to=2, quote=1)

    assert (deeper.under, deeper.quotes) == (first, answer)
    assert (quoting.under, quoting.quotes) == (first, first)
    assert Post.objects.exclude(under__under=None).count() == 0


def test_an_official_answer_stands_under_the_question(client: Client, thread: Thread, ann: User) -> None:
    question = make_question(thread)
    say(ann, thread)
    services.answer(make_manager(thread), question.pk, body="保安锁门。", key=uuid4())

    assert order(client, thread) == [(1, 0), (3, 1), (2, 0)]


def test_an_answer_to_a_post_of_another_portion_stands_by_its_number(
    client: Client, thread: Thread, ann: User
) -> None:
    make_posts(thread, 60)
    refer(ann, thread, to=5)
    refer(ann, thread, to=30)

    shown = order(client, thread)

    assert (shown[0], shown[-1]) == ((13, 0), (61, 5))
    assert shown[shown.index((30, 0)) + 1] == (62, 30)


@pytest.mark.parametrize("name", ["to", "quote"])
@pytest.mark.parametrize("gone", ["hidden", "withdrawn", "never there"])
def test_what_is_not_shown_is_neither_answered_nor_quoted(
    thread: Thread, ann: User, bob: User, name: str, gone: str
) -> None:
    said = say(ann, thread)
    if gone == "hidden":
        services.hide(make_worker(thread), said.pk, "insult")
    if gone == "withdrawn":
        services.withdraw(ann, said.pk)

    with pytest.raises(NotPossible):
        refer(bob, thread, **{name: 7 if gone == "never there" else 1})
    assert Post.objects.count() == 1


def test_a_post_of_another_discussion_cannot_be_answered(thread: Thread, ann: User) -> None:
    other = make_thread(neighbourhood=thread.neighbourhood)
    make_posts(other, 3)

    with pytest.raises(NotPossible):
        refer(ann, thread, to=3)


def test_who_is_answered_is_told_once_a_day_and_never_of_own_answers(
    thread: Thread, ann: User, bob: User
) -> None:
    say(ann, thread)
    with clock.at(clock.now()):
        refer(ann, thread, to=1)
        assert Notice.objects.filter(kind="thread.replied").count() == 0
        refer(bob, thread, to=1)
        refer(bob, thread, quote=1)

    assert list(Notice.objects.filter(kind="thread.replied").values_list("user", flat=True)) == [ann.pk]


# --- the form ---


def test_the_address_begins_an_answer_without_scripts(
    client: Client, thread: Thread, ann: User, bob: User
) -> None:
    say(ann, thread, "小门几点关？")
    client.force_login(bob)

    html = client.get(reverse("threads:thread", args=[thread.pk]), {"at": 1, "to": 1}).content.decode()

    assert re.search(r'name="to" value="1"', html)
    assert "陈阿姨" in html[html.index("data-refers") : html.index("data-refusal")]
    values = {"body": "十点半。", "once": uuid4().hex, "to": "1", "quote": ""}
    answer = client.post(reverse("threads:say", args=[thread.pk]), values)
    assert answer.status_code == 302
    assert Post.objects.get(sequence=2).under_id == Post.objects.get(sequence=1).pk


@pytest.mark.parametrize("query", ["?to=99", "?to=x", "?quote=-1", "?to=²", "?to=" + "9" * 400])
def test_an_address_that_names_nothing_shows_the_plain_form(
    client: Client, thread: Thread, ann: User, query: str
) -> None:
    client.force_login(ann)

    answer = client.get(reverse("threads:thread", args=[thread.pk]) + query)

    assert answer.status_code == 200
    assert re.search(r"data-refers hidden", answer.content.decode())


def test_a_refused_answer_keeps_text_and_reference(
    client: Client, thread: Thread, ann: User, bob: User
) -> None:
    said = say(ann, thread)
    services.withdraw(ann, said.pk)
    client.force_login(bob)

    values = {"body": "半句话", "once": uuid4().hex, "to": "1"}
    answer = client.post(reverse("threads:say", args=[thread.pk]), values)

    assert answer.status_code == 409
    assert "半句话" in answer.content.decode()


# --- quoting ---


def words(thread: Thread, n: int) -> str:
    post = Post.objects.drawn().get(thread=thread, sequence=n)
    portion = Portion(thread, {})
    return next(
        part
        for part in re.findall(r"<article.*?</article>", portion.above + portion.below, re.S)
        if f'id="post-{post.sequence}"' in part
    )


@pytest.mark.parametrize("away", ["hide", "withdraw"])
def test_what_is_away_leaves_no_words_in_quotes(
    client: Client, thread: Thread, ann: User, bob: User, away: str
) -> None:
    said = say(ann, thread, "密语-77F2")
    refer(bob, thread, "请看上面。", quote=1)
    thread.refresh_from_db()
    assert "密语-77F2" in words(thread, 2)

    if away == "hide":
        services.hide(make_worker(thread), said.pk, "insult")
    else:
        services.withdraw(ann, said.pk)

    thread.refresh_from_db()
    assert "密语" not in words(thread, 1) + words(thread, 2)
    news = client.get(reverse("threads:news", args=[thread.pk]), {"after": 2}).json()
    assert [(post["n"], post["rev"]) for post in news["posts"]] == [(1, 3), (2, 4)]
    assert "密语" not in str(news)


def test_a_quote_comes_back_with_what_it_quotes(thread: Thread, ann: User, bob: User) -> None:
    said, worker = say(ann, thread, "密语-77F2"), make_worker(thread)
    refer(bob, thread, "请看上面。", quote=1)
    services.hide(worker, said.pk, "insult")
    services.restore(worker, said.pk)

    thread.refresh_from_db()
    assert "密语-77F2" in words(thread, 2)


def test_many_quotes_take_a_number_each_and_are_told_by_number(thread: Thread, ann: User) -> None:
    said = say(ann, thread, "密语-77F2")
    author = person_of(ann)
    posts = make_posts(thread, 120, author=author)
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(quotes=said)

    services.hide(make_worker(thread), said.pk, "insult")

    thread.refresh_from_db()
    revisions = list(
        Post.objects.filter(thread=thread).order_by("revision").values_list("revision", flat=True)
    )
    assert (thread.sequence, revisions) == (242, list(range(122, 243)))


# --- once ---


def test_the_key_of_a_form_is_its_authors_own(thread: Thread, ann: User, bob: User) -> None:
    key = uuid4()

    first = services.post(ann, thread.pk, body="一", key=key)
    again = services.post(ann, thread.pk, body="一", key=key)
    other = services.post(bob, thread.pk, body="二", key=key)

    assert (again, other == first, Post.objects.count()) == (first, False, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=other.pk).update(author=first.author)


def test_a_line_that_drops_every_third_answer_doubles_nothing(
    client: Client, thread: Thread, ann: User
) -> None:
    luck = random.Random(17)
    client.force_login(ann)
    address = reverse("threads:say", args=[thread.pk])

    for at in range(15):
        key, arrived = uuid4().hex, False
        while not arrived:
            answer = client.post(
                address, {"body": f"第{at}条", "once": key}, headers={"Accept": "application/json"}
            )
            assert answer.status_code == 201
            arrived = luck.randrange(3) > 0

    assert sorted(Post.objects.values_list("body", flat=True)) == sorted(f"第{at}条" for at in range(15))
