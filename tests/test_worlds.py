"""Worlds that are played once: rows, things and news are the same the second time, and only on the same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from portal.community.models import Area, Person
from portal.kit import clock
from tests import factories, worlds
from tests.deliberation.factories import BEGIN, World
from tests.worlds import kept, played

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL every world is played"),
]
plays: list[str] = []
news: list[str] = []


@kept
def make_hermit(name: str = "山人", *, friend: Person | None = None) -> Person:
    """Somebody, and whoever made them is noted."""
    plays.append(name)
    if friend is not None:
        friend.display_name = f"{name}的朋友"
        friend.save()
    transaction.on_commit(lambda: news.append(name))
    return Person.objects.create(real_name=name, display_name=name)


@kept
def make_keeper() -> Person:
    """Somebody with a key in a file."""
    plays.append("keeper")
    settings.KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = settings.KEYS_DIR / "keeper.test"
    key.write_bytes(b"a key")
    key.chmod(0o600)
    return Person.objects.create(real_name="守", display_name="守")


@kept
def make_careless() -> Person:
    """Somebody who loses the key."""
    plays.append("careless")
    (settings.KEYS_DIR / "keeper.test").unlink()
    return Person.objects.create(real_name="失", display_name="失")


@pytest.fixture(autouse=True)
def _nothing_was_played() -> Iterator[None]:
    plays.clear()
    news.clear()
    start = worlds.way.start
    worlds.way.start = worlds.Point(start.tables)
    yield
    worlds.way.start = start


@contextmanager
def a_test() -> Iterator[None]:
    """As if a test of its own ran in the block."""
    worlds.way.begin(worlds.way.patches, possible=True)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, Any]:
    """All rows of all tables."""
    return {name: worlds._contents(name) for name in worlds.tables()}


def test_a_world_is_played_once_and_is_the_same_again() -> None:
    with a_test(), clock.at(BEGIN):
        world = World()
        topic = world.discussing()
        rows = everything()
    with a_test(), clock.at(BEGIN):
        with CaptureQueriesContext(connection) as queries:
            second = World()
            same = second.discussing()
        assert everything() == rows

    assert (same, same.title, same.state) == (topic, topic.title, topic.state)
    assert (second.worker, second.neighbours) == (world.worker, world.neighbours)
    assert second.now == BEGIN + timedelta(days=8)
    assert len(queries) < 30
    assert not any("SELECT" in query["sql"] for query in queries)


def test_what_a_factory_changes_of_what_it_is_given_is_changed_again() -> None:
    for _time in range(2):
        with a_test():
            friend = make_hermit("甲")
            made = make_hermit("乙", friend=friend)
            assert friend.display_name == "乙的朋友"
            assert Person.objects.get(pk=friend.pk).display_name == "乙的朋友"
            assert made == Person.objects.get(real_name="乙")

    assert plays == ["甲", "乙"]


def test_other_arguments_or_another_time_are_another_world() -> None:
    for days, name in product((0, 1), "甲乙"):
        with a_test(), clock.at(BEGIN + timedelta(days=days)):
            make_hermit(name)

    assert plays == ["甲", "乙"] * 2


def test_what_a_test_writes_ends_the_way_and_a_rollback_leads_back() -> None:
    with a_test():
        make_hermit()
    with a_test():
        with transaction.atomic():
            Area.objects.filter(pk=0).update(name="")
            make_hermit()
            transaction.set_rollback(True)
        make_hermit()

    assert plays == ["山人"] * 2


def test_where_the_code_is_patched_it_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_test():
        make_hermit()
    with a_test():
        monkeypatch.setattr(factories, "ADULT_ON", None)
        make_hermit()

    assert plays == ["山人"] * 2


def test_where_settings_are_changed_it_plays(settings: Settings) -> None:
    with a_test():
        make_hermit()
    with a_test():
        settings.PORTAL_NOTHING = 1
        make_hermit()

    assert plays == ["山人"] * 2


def test_within_played_everything_plays() -> None:
    with a_test():
        make_hermit()
    with a_test(), played():
        make_hermit()

    assert plays == ["山人"] * 2


def test_news_on_commit_come_again(django_capture_on_commit_callbacks: Any) -> None:
    for _time in range(2):
        with a_test(), django_capture_on_commit_callbacks(execute=True):
            make_hermit()

    assert (plays, news) == (["山人"], ["山人"] * 2)


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_taken_out_and_what_was_there_stands_again() -> None:
    worlds.way.begin(worlds.way.patches, possible=False)
    before = everything()
    factories.make_resident()
    assert everything() != before

    worlds.put_back(None)  # type: ignore[arg-type]

    assert everything() == before
    assert any(before.values())


def test_files_come_again_as_they_were_even_if_another_test_took_them_away() -> None:
    with clock.at(BEGIN):
        with a_test():
            make_keeper()
        [key] = settings.KEYS_DIR.glob("*.test")
        key.unlink()
        with a_test():
            make_keeper()

    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (b"a key", 0o600)
    key.unlink()
    assert plays == ["keeper"]


def test_where_a_factory_takes_a_file_away_it_plays() -> None:
    for _test in range(2):
        with a_test(), clock.at(BEGIN):
            make_keeper()
            make_careless()

    assert plays == ["keeper", "careless", "careless"]
