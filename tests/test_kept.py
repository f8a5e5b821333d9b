"""What is kept between readers: the same bytes as drawn anew, nothing of one reader for another, never out of date."""

from __future__ import annotations

import re
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from redis.exceptions import TimeoutError as NoAnswer

from portal.community import kept
from portal.community.models import Post, User
from portal.deliberation.models import Topic
from portal.deliberation.services import topics
from portal.deliberation.states import State
from portal.deliberation.topic_page import state_of
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.steady import ABSENCE, RedisOrMemory
from portal.notifications.models import Notice
from portal.record.services import key
from portal.register import backends
from portal.register.services import accounts
from portal.threads.services import post
from tests import factories
from tests.deliberation.factories import World, make_topic

pytestmark = pytest.mark.django_db
# What is one request's alone: the token against forged forms and the keys of forms.
OWN = re.compile(r'(name="csrfmiddlewaretoken" value="|X-CSRFToken": "|name="once" value=")[0-9A-Za-z]+')


@pytest.fixture
def world() -> World:
    return World()


def door(user: User | None, language: str = "zh-CN") -> Client:
    client = Client(headers={"Accept-Language": language})
    if user is not None:
        client.force_login(user)
    return client


def forget() -> None:
    for store in ("drawn", "posts", "pages"):
        caches[store].clear()


def read(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return OWN.sub(r"\1-", page.content.decode())


# --- byte by byte ---


def pages(world: World) -> list[str]:
    """The kinds of pages of which pieces are kept."""
    told = [world.sent(), world.announced(), world.discussing(), world.evaluating()]
    draft = make_topic(world.here, state=State.DRAFT, proposer=factories.person_of(world.proposer), number="")
    with world.at():
        for topic in told:
            if topic.thread:
                post(
                    world.neighbours[0],
                    topic.thread.pk,
                    body="<b>好</b>",
                    key=uuid.uuid4(),
                    asks=Post.PROPERTY,
                )
        post(world.proposer, told[2].thread.pk, body="\uf8fftoken\uf8ff {{ csrf_token }}", key=uuid.uuid4())
    here = world.here.slug
    lists = [reverse("deliberation:topics", args=[here]) + query for query in ("", "?group=mine", "?q=门")]
    threads = [reverse("threads:thread", args=[topic.thread_id]) for topic in told if topic.thread_id]
    assert threads
    return [
        *lists,
        *threads,
        *(topic.get_absolute_url() for topic in told),
        f"/n/{here}/",
        f"/topics/{draft.pk}/",
    ]


def test_every_reader_gets_the_bytes_that_would_be_drawn_for_him_alone(world: World) -> None:
    paths = pages(world)
    elder = factories.make_resident(within=world.building, name="老陈")
    User.objects.filter(pk=elder.pk).update(elder_mode=True)
    Notice.objects.create(user=elder, neighbourhood=world.here, kind="topic.accepted", occasion="x", url="/")
    who = [None, world.proposer, world.neighbours[0], elder, world.worker, world.manager, None]
    readers = [door(user) for user in who] + [door(None, "en"), door(world.proposer, "en")]
    known = paths[:-1]
    with world.at():
        alone = {}
        for at, reader in enumerate(readers):
            for path in known:
                forget()
                alone[at, path] = read(reader, path)
        forget()
        for _round in range(2):
            for path in known:
                for at, reader in enumerate(readers):
                    assert read(reader, path) == alone[at, path], (at, path)
    assert alone[1, known[0]] != alone[3, known[0]] != alone[0, known[0]]


def test_a_draft_stays_its_proposers(world: World) -> None:
    draft = pages(world)[-1]

    with world.at():
        assert "csrfmiddlewaretoken" in read(door(world.proposer), draft)
        for stranger in (None, world.neighbours[0], world.worker):
            assert door(stranger).get(draft).status_code == 404


def test_no_page_of_somebody_signed_in_is_kept_whole(world: World) -> None:
    for path in pages(world):
        with world.at():
            assert door(world.proposer).get(path).status_code == 200

    assert getattr(caches["pages"], "bytes", None) == 0


# --- for anybody ---


def test_a_page_for_anybody_is_kept_and_each_visitors_forms_work(
    world: World, django_assert_num_queries: Any
) -> None:
    path = world.announced().get_absolute_url()
    first, second = (Client(enforce_csrf_checks=True) for _ in range(2))
    tokens = []
    with world.at():
        first.get(path)
        with django_assert_num_queries(1):
            second.get(path)
        for visitor in (first, second):
            page = visitor.get(path).content.decode()
            tokens.append(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', page)[0])
            sent = {"language": "en", "next": path, "csrfmiddlewaretoken": tokens[-1]}
            assert visitor.post(reverse("set_language"), sent).status_code == 302

    assert tokens[0] != tokens[1]
    assert first.cookies["csrf"].value != second.cookies["csrf"].value


def test_no_mark_is_left_on_a_page_and_none_can_be_guessed(world: World) -> None:
    for path in pages(world)[:-1]:
        for reader in (door(None), door(world.proposer)):
            with world.at():
                for _round in range(2):
                    page = reader.get(path).content.decode()
                    assert not any(mark in page for mark in kept.VALUES), path
    assert len({*kept.VALUES}) == 5
    assert all(len(mark) >= 18 for mark in kept.VALUES)


def test_two_forms_of_one_piece_have_a_key_each_and_every_reader_fresh_ones() -> None:
    text = Template('{% piece "two forms" %}{% once %}{% once %}{{ page_path }}{% endpiece %}')
    request = RequestFactory().get("/a/?b=1&c=2")
    written = [text.render(Context({"request": request})) for _reader in range(3)]

    keys = re.findall(r'name="once" value="(\w{32})"', "".join(written))
    assert len(keys) == len({*keys}) == 6
    assert all(page.endswith("/a/?b=1&amp;c=2") for page in written)


def test_news_for_a_visitor_are_shown_once_and_not_kept(world: World) -> None:
    path = world.announced().get_absolute_url()
    visitor, other = door(None), door(None)
    with world.at():
        other.get(path)
        # Signed out in another window: what was sent is kept, and said so.
        sent = visitor.post(reverse("deliberation:act", args=[1, "object"]), {"text": "x", "page": path})
        assert sent.status_code == 302
        told = visitor.get(path).content.decode()
        assert 'class="note ' in told
        assert 'role="status"><ul' not in other.get(path).content.decode()
        assert 'role="status"><ul' not in visitor.get(path).content.decode()


# --- never out of date ---


def test_what_is_overdue_is_told_at_that_moment_though_nothing_changed(world: World) -> None:
    topic = world.screening()
    paths = [topic.get_absolute_url(), reverse("deliberation:topics", args=[world.here.slug])]
    due = Duty.objects.active().get(subject=key(topic), kind="topic.screen").due_at
    reader = door(world.neighbours[0])
    with world.at():
        before = [reader.get(path).content.decode() for path in paths]
    with clock.at(due - timedelta(seconds=1)):
        just_before = [reader.get(path).content.decode() for path in paths]
    with clock.at(due):
        after = [reader.get(path).content.decode() for path in paths]

    assert all("tag red" not in page for page in before + just_before)
    assert all("tag red" in page for page in after)


def test_a_change_that_is_not_recorded_is_seen_at_once(world: World) -> None:
    topic = world.sent()
    visitor, path = door(None), topic.get_absolute_url()
    with world.at():
        before = visitor.get(path).content.decode()
        topics.second(world.resident(), topic.pk)
        after = visitor.get(path).content.decode()

    assert "1 户附议" not in before
    assert "1 户附议" in after


def test_a_new_name_is_seen_at_once(world: World) -> None:
    topic = world.announced()
    assert topic.first_contact is not None
    visitor, path = door(None), topic.get_absolute_url()
    with world.at():
        visitor.get(path)
        accounts.rename(world.worker, "沈阿姨")
        assert "沈阿姨" in visitor.get(path).content.decode()


# --- statements written by hand say what Django's say ---


def test_who_may_know_of_a_topic_is_said_alike(world: World) -> None:
    drafted = [
        make_topic(world.here, state=state, number="" if state == State.DRAFT else f"2026-{at:03d}")
        for at, state in enumerate(State)
    ]
    Topic.objects.filter(state=State.WITHDRAWN).update(submitted_at=None)
    drafted.append(make_topic(world.here, state=State.WITHDRAWN, number="2026-099"))
    own = make_topic(world.here, state=State.DRAFT, number="", proposer=factories.person_of(world.proposer))
    drafted.append(own)

    for user in (AnonymousUser(), world.worker, world.proposer):
        seen = set(Topic.objects.visible_to(user).values_list("pk", flat=True))
        assert {topic.pk for topic in drafted if state_of(user, topic.pk)} == seen & {t.pk for t in drafted}
        assert (own.pk in seen) is (user == world.proposer)
    assert state_of(world.worker, 10**9) is None


def test_an_account_is_read_as_django_reads_it(world: World, django_assert_num_queries: Any) -> None:
    user = world.proposer
    lonely = User.objects.create_user("lonely")
    for at in range(3):
        Notice.objects.create(
            user=user,
            neighbourhood=world.here,
            kind="x",
            occasion=str(at),
            url="/",
            read_at=clock.now() if at else None,
        )
    for account, unread in ((user, 1), (lonely, 0)):
        expected = User.objects.select_related("person").get(pk=account.pk)
        with django_assert_num_queries(1):
            found = backends.NameBackend().get_user(account.pk)
            assert found is not None
            person = found.person
        plain = {field.attname: getattr(found, field.attname) for field in User._meta.concrete_fields}
        assert plain == {
            field.attname: getattr(expected, field.attname) for field in User._meta.concrete_fields
        }
        assert person == expected.person
        assert person is None or person.created_at == expected.person.created_at
        assert found.unread == unread
    User.objects.filter(pk=lonely.pk).update(is_active=False)
    assert backends.NameBackend().get_user(lonely.pk) is None
    assert backends.NameBackend().get_user(10**9) is None


# --- Redis gone ---


@pytest.fixture
def away() -> Any:
    """A shared cache whose Redis is nowhere."""
    ABSENCE.until, ABSENCE.changed = 0.0, set()
    cache = RedisOrMemory("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    yield cache
    cache.memory.clear()
    ABSENCE.until, ABSENCE.changed = 0.0, set()


def test_without_redis_the_cache_goes_on_in_memory(away: RedisOrMemory) -> None:
    away.set("a", 1)
    assert away.incr("a") == 2
    assert away.get("a") == 2
    assert away.add("a", 5) is False
    assert away.get_many(["a", "b"]) == {"a": 2}
    away.set_many({"b": 3})
    assert away.delete("a") is True
    assert away.get("a") is None
    assert ABSENCE.changed == {"a", "b"}
    away.clear()
    assert away.get("b") is None


def test_what_changed_without_redis_is_forgotten_there_before_it_is_asked_again(
    away: RedisOrMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    away.delete("session")
    there = {"session": "signed in", "other": "kept"}
    monkeypatch.setattr(RedisCache, "get", lambda self, key, *args: there.get(key))
    monkeypatch.setattr(RedisCache, "delete_many", lambda self, keys: [there.pop(key, None) for key in keys])
    assert away.get("session") is None
    ABSENCE.until = 0.0

    assert away.get("session") is None
    assert away.get("other") == "kept"
    assert there == {"other": "kept"}
    assert ABSENCE.changed == set()


def test_whoever_signed_out_by_another_process_is_signed_out_without_redis(away: RedisOrMemory) -> None:
    away.set(f"{KEY_PREFIX}some-session", {"_auth_user_id": "1"})

    assert away.get(f"{KEY_PREFIX}some-session") is None
    assert ABSENCE.changed == {f"{KEY_PREFIX}some-session"}


def test_while_redis_hangs_one_asks_for_all(away: RedisOrMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def hang(self: RedisCache, key: str, *args: Any) -> None:
        asked.append(key)
        raise NoAnswer

    monkeypatch.setattr(RedisCache, "get", hang)
    for name in "abc":
        away.get(name)
    ABSENCE.until = time.monotonic()
    for name in "def":
        away.get(name)

    assert asked == ["a", "d"]


def test_redis_is_asked_again_by_everybody_once_it_answered_one(
    away: RedisOrMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    away.get("a")
    assert ABSENCE.over() is False

    monkeypatch.setattr(RedisCache, "get", lambda self, key, *args: "there")
    ABSENCE.until = time.monotonic()

    assert away.get("a") == "there"
    assert ABSENCE.until == 0.0


# --- scripts ---


def test_every_module_the_pages_script_imports_is_fetched_with_it() -> None:
    script = (Path(settings.BASE_DIR) / "static/js/portal.js").read_text()
    page = Client().get("/", follow=True).content.decode()

    imported = set(re.findall(r'from "\./(\w+\.js)"', script))
    assert imported
    assert imported == set(re.findall(r'rel="modulepreload" href="[^"]*/js/(\w+\.js)"', page))
