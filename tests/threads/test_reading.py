"""Portions in both directions, an address for each post, searching, and how far somebody has read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from portal.community.models import Post as Office
from portal.community.models import User
from portal.threads import services
from portal.threads.models import Post, Reading, Thread
from portal.threads.portions import Portion
from tests.examples import examples
from tests.factories import person_of
from tests.threads.factories import make_manager, make_neighbour, make_posts, make_thread, make_worker, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return make_thread()


def page(client: Client, thread: Thread, query: str = "") -> str:
    answer = client.get(reverse("threads:thread", args=[thread.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(html: str) -> list[int]:
    return [int(n) for n in re.findall(r'<article [^>]*data-n="(\d+)"', html)]


# --- portions ---


@pytest.mark.parametrize("length", [1, 49, 50, 51, 120, 5000])
def test_every_post_has_an_address_that_shows_it(length: int) -> None:
    thread = Thread(pk=1, length=length)
    for n in {1, min(2, length), length // 2 or 1, max(length - 50, 1), max(length - 49, 1), length}:
        portion = Portion(thread, {"at": str(n)})
        assert portion.first <= n <= portion.last, (n, portion.before)
        assert portion.last - portion.first < 50


@pytest.mark.parametrize("length", [0, 1, 50, 51, 149, 5000])
def test_walking_up_and_down_meets_every_post_once(length: int) -> None:
    thread = Thread(pk=1, length=length)
    up, portion = [], Portion(thread, {})
    while True:
        up.append((portion.first, portion.last))
        if portion.earlier is None:
            break
        portion = Portion(thread, {"before": str(portion.earlier)})
    met = [n for first, last in up for n in range(first, last + 1)]
    assert sorted(met) == list(range(1, length + 1))

    portion, last = Portion(thread, {"at": "1"}), 0
    while portion.later is not None:
        assert portion.first <= last + 1
        last, portion = portion.last, Portion(thread, {"before": str(portion.later)})
    assert Portion(thread, {}).first <= portion.last + 1


@pytest.mark.parametrize("asked", [{"at": "x"}, {"at": "0"}, {"at": "9" * 400}, {"before": "99"}, {}])
def test_an_address_beyond_all_shows_the_newest(asked: dict[str, str]) -> None:
    portion = Portion(Thread(pk=1, length=60), asked)

    assert (portion.first, portion.last, portion.still) == (11, 60, False)


def test_a_phone_begins_with_the_last_five_and_never_between_a_post_and_its_answers(
    client: Client, thread: Thread
) -> None:
    ann = make_neighbour(thread)
    make_posts(thread, 17)
    for _ in range(3):
        services.post(ann, thread.pk, body="对", key=uuid4(), to=14)

    html = page(client, thread)

    assert numbers(html) == [*range(1, 14), 14, 18, 19, 20, 15, 16, 17]
    assert numbers(html[html.index(" fold") :]) == [14, 18, 19, 20, 15, 16, 17]
    assert "fold" not in page(client, make_thread(), "")


def test_a_portion_costs_the_same_among_ten_and_five_thousand(
    client: Client, thread: Thread, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = make_neighbour(thread)
    make_posts(thread, 60)
    client.force_login(reader)
    services.read_up_to(reader, thread.pk, 3)
    page(client, thread, "?at=5")
    counts = []
    for _ in range(2):
        with django_assert_num_queries(14, exact=False) as asked:
            page(client, thread, "?at=20")
        counts.append(len(asked))
        make_posts(thread, 5000, author=person_of(reader))

    assert counts[1] <= counts[0] + 4


# --- searching ---


def test_words_are_found_in_the_discussion_and_nowhere_else(client: Client, thread: Thread) -> None:
    ann = make_neighbour(thread)
    for body in ("门卡每户两张", "门卡要钱吗", "晚上关门"):
        say(ann, thread, body)
    services.hide(make_worker(thread), say(ann, thread, "门卡 密语").pk, "insult")
    say(ann, make_thread(neighbourhood=thread.neighbourhood), "门卡")

    assert numbers(page(client, thread, "?find=门卡")) == [2, 1]
    assert numbers(page(client, thread, "?find=门卡 每户")) == [1]
    assert numbers(page(client, thread, "?find=密语")) == []
    assert "data-still" in page(client, thread, "?find=门卡")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "%", "\u202e", "x" * 5000, "'\"`{{ 1 }}", "\\"]
)
def test_what_is_searched_for_is_text(client: Client, thread: Thread, words: str) -> None:
    say(make_neighbour(thread), thread)

    answer = client.get(reverse("threads:thread", args=[thread.pk]), {"find": words})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_questions_that_wait_are_shown_alone_the_most_urgent_first(client: Client, thread: Thread) -> None:
    manager, ann = make_manager(thread), make_neighbour(thread)
    first, second = (say(ann, thread, body, asks=Office.PROPERTY) for body in ("谁锁门", "谁开门"))
    say(ann, thread)
    third = say(ann, thread, "谁修门", asks=Office.PROPERTY)
    services.answer(manager, second.pk, body="保安。", key=uuid4())

    assert numbers(page(client, thread, "?show=waiting")) == [first.sequence, third.sequence]
    assert numbers(page(client, thread, "?show=waiting&find=修")) == [third.sequence]


# --- how far somebody has read ---


def told(client: Client, thread: Thread) -> tuple[str, int]:
    """What the page says: up to where, and how many are new."""
    html = page(client, thread)
    upto = re.search(r'data-upto="(\d*)"', html)
    fresh = re.search(r"(\d+) 条您还没看", html)
    return upto[1] if upto else "-", int(fresh[1]) if fresh else 0


def test_what_is_new_is_told_and_led_to(client: Client, thread: Thread) -> None:
    reader = make_neighbour(thread)
    make_posts(thread, 130)
    assert told(client, thread) == ("-", 0)
    client.force_login(reader)
    assert told(client, thread) == ("", 0)
    address = reverse("threads:read", args=[thread.pk])

    assert client.post(address, {"upto": "40"}, headers={"Accept": "application/json"}).status_code == 204
    assert told(client, thread) == ("40", 90)
    assert f"{thread.url}?at=41#post-41" in page(client, thread)
    assert client.post(address, {"upto": "130"})["Location"] == f"{thread.url}#thread"
    assert told(client, thread) == ("130", 0)


@pytest.mark.parametrize("upto", ["x", "-1", "", "9" * 400, "²"])
def test_a_senseless_number_is_no_error(client: Client, thread: Thread, upto: str) -> None:
    make_posts(thread, 3)
    client.force_login(make_neighbour(thread))

    assert client.post(reverse("threads:read", args=[thread.pk]), {"upto": upto}).status_code == 302
    assert Reading.objects.get().upto in {0, 3}


def test_a_visitor_is_remembered_nowhere(client: Client, thread: Thread) -> None:
    make_posts(thread, 3)

    client.post(reverse("threads:read", args=[thread.pk]), {"upto": "3"})

    assert Reading.objects.count() == 0


acts = st.lists(
    st.tuples(
        st.sampled_from(["say", "mine", "hide", "show", "withdraw", "read", "old tab"]), st.integers(0, 30)
    ),
    max_size=25,
)


class Unread(TestCase):
    """After any order of posts, hides, withdrawals and reads of two tabs."""

    @settings(max_examples=examples(15), deadline=None)
    @given(acts)
    def test_it_is_counted_and_never_negative(self, walk: list[tuple[str, int]]) -> None:
        thread = make_thread()
        reader, other, worker = make_neighbour(thread), make_neighbour(thread), make_worker(thread)
        upto = 0
        services.read_up_to(reader, thread.pk, 0)
        for act, which in walk:
            upto = max(upto, self.do(act, which, thread, reader, other, worker))
        kept = Reading.objects.select_related("thread", "user").get(user=reader)
        posts = Post.objects.filter(thread=thread, sequence__gt=upto, hidden_at=None, withdrawn_at=None)
        left = [post.sequence for post in posts if post.author_id != reader.person_id]
        assert (kept.upto, kept.unread()) == (upto, (len(left), min(left, default=0)))

    def do(self, act: str, which: int, thread: Thread, reader: User, other: User, worker: User) -> int:
        """One step; returns up to where it says somebody has read."""
        thread.refresh_from_db()
        post = Post.objects.filter(thread=thread, sequence=which % (thread.length or 1) + 1).first()
        if act in {"say", "mine"}:
            make_posts(thread, 1, author=person_of(other if act == "say" else reader))
        elif act in {"read", "old tab"}:
            number = thread.length if act == "read" else which
            services.read_up_to(reader, thread.pk, number)
            return min(number, thread.length)
        elif post is not None and act == "hide" and not post.is_away:
            services.hide(worker, post.pk, "insult")
        elif post is not None and act == "show" and post.hidden_at:
            services.restore(worker, post.pk)
        elif post is not None and act == "withdraw" and not post.is_away:
            services.withdraw(User.objects.get(person=post.author), post.pk)
        return 0


# --- the page's script ---

SCRIPT = """
import { comesAfter } from %s;
let text = "";
for await (const part of process.stdin) text += part;
const place = (n, to, first) => [to >= first ? to : n, n];
console.log(JSON.stringify(JSON.parse(text).map(({ first, posts }) => {
  const shown = [];
  for (const [n, to] of posts) {
    const at = shown.findIndex(([m, up]) => comesAfter(place(m, up, first), place(n, to, first)));
    shown.splice(at < 0 ? shown.length : at, 0, [n, to]);
  }
  return shown.map(([n]) => n);
})));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the page's script without a page")
def test_the_script_puts_answers_where_the_server_does() -> None:
    walks: list[dict[str, object]] = []
    expected: list[list[int]] = []

    @settings(max_examples=examples(100), database=None)
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.integers(1, 30))
    def collect(wishes: list[int], first: int) -> None:
        roots: list[int] = []
        posts: list[tuple[int, int]] = []
        for n, wish in enumerate(wishes, start=1):
            to = roots[wish % len(roots)] if roots and wish % 3 else 0
            posts.append((n, to))
            roots += [] if to else [n]
        shown = [(n, to) for n, to in posts if n >= first]
        walks.append({"first": first, "posts": shown})
        expected.append(
            [n for n, to in sorted(shown, key=lambda one: (one[1] if one[1] >= first else one[0], one[0]))]
        )

    collect()
    module = json.dumps((site.BASE_DIR / "static/js/thread.js").as_uri())
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", SCRIPT % module],
        input=json.dumps(walks),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == expected
