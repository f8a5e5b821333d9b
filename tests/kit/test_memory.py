"""What is kept in memory: by bytes, by time, by the thread that asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.utils import translation

from portal.kit import clock, wording
from portal.kit.memory import MEGABYTE, Memory

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Memory]:
    made = Memory("test-memory", {"OPTIONS": {"MEGABYTES": 1}})
    yield made
    made.clear()


def test_a_value_is_given_back_as_it_was_and_nothing_where_there_is_none(store: Memory) -> None:
    store.set("a", ("text", b"bytes"))

    assert store.get("a") == ("text", b"bytes")
    assert store.get("b") is None
    assert store.get("b", "else") == "else"
    assert store.get_many(["a", "b"]) == {"a": ("text", b"bytes")}
    assert store.add("a", "other") is False
    assert store.delete("a") is True
    assert store.delete("a") is False
    assert store.bytes == 0


def test_a_value_ends_with_its_time(store: Memory) -> None:
    with time_machine.travel(NOW, tick=False) as now:
        store.set("a", "x", timeout=10)
        now.shift(9)
        assert store.get("a") == "x"
        now.shift(1)
        assert store.get("a") is None
    assert store.bytes == 0


def test_the_ceiling_holds_in_bytes_and_what_nobody_asked_for_goes_first(store: Memory) -> None:
    chinese = "治" * 20_000  # two bytes a sign
    for at in range(20):
        store.set(f"key{at}", chinese)
    assert store.get("key0") == chinese

    for at in range(20, 100):
        store.set(f"key{at}", chinese)
        store.get("key0")

    assert store.bytes <= MEGABYTE
    assert store.get("key0") == chinese
    assert store.get("key1") is None
    assert store.get("key99") == chinese


def test_what_is_too_large_for_the_store_is_not_kept_and_pushes_nothing_out(store: Memory) -> None:
    store.set("small", "x")
    store.set("large", "x" * MEGABYTE)

    assert store.get("large") is None
    assert store.get("small") == "x"


def test_threads_and_instances_share_what_is_kept_under_one_name(store: Memory) -> None:
    said: dict[str, Any] = {"OPTIONS": {"MEGABYTES": 1}}
    other = [Memory("test-memory", said) for _thread in range(2)][-1]
    writers = [
        Thread(target=lambda at=at: [other.set(f"{at}.{n}", "x" * n) for n in range(300)]) for at in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert store.get("3.299") == "x" * 299
    store.clear()
    assert other.get("3.299") is None
    assert store.bytes == 0


# --- how long what is made says the same ---


def test_what_says_nothing_of_time_holds_until_the_day_ends() -> None:
    with clock.at(NOW), clock.holding() as held:
        wording.day(NOW)

    assert held.until == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)


def test_a_leaf_says_what_is_left_and_then_what_has_gone_by() -> None:
    with clock.at(NOW), translation.override("en"):
        assert wording.leaf_left(NOW + timedelta(days=6, hours=2)) == (6, "days", False, False)
        assert wording.leaf_left(NOW + timedelta(hours=3)) == (3, "hours", True, False)
        assert wording.leaf_left(NOW - timedelta(days=39, hours=2)) == (39, "days", True, True)


@pytest.mark.parametrize(
    "ahead",
    [
        timedelta(days=9, hours=7),
        timedelta(days=1, hours=3, minutes=5),
        timedelta(hours=4, minutes=59),
        timedelta(hours=2, minutes=30, seconds=10),
        timedelta(seconds=40),
    ],
)
def test_words_about_what_is_left_hold_exactly_until_they_change(ahead: timedelta) -> None:
    with clock.at(NOW), clock.holding() as held:
        words = wording.left(NOW + ahead)

    if held.until == clock.end_of(clock.day_of(NOW)):
        return  # the day ends first
    with clock.at(held.until - timedelta(seconds=1)):
        assert wording.left(NOW + ahead) == words
    with clock.at(held.until + timedelta(seconds=1)):
        assert wording.left(NOW + ahead) != words


@pytest.mark.parametrize(
    "since",
    [
        timedelta(seconds=20),
        timedelta(minutes=5, seconds=3),
        timedelta(hours=3, minutes=7),
        timedelta(days=2),
    ],
)
def test_words_about_what_was_hold_until_they_change(since: timedelta) -> None:
    with clock.at(NOW), clock.holding() as held:
        words = wording.ago(NOW - since)

    with clock.at(held.until - timedelta(seconds=1)):
        assert wording.ago(NOW - since) == words
    if held.until < clock.end_of(clock.day_of(NOW)):
        with clock.at(held.until):
            assert wording.ago(NOW - since) != words


def test_a_moment_that_passes_ends_what_is_made_and_what_that_stands_in() -> None:
    with clock.at(NOW), clock.holding() as outer:
        with clock.holding() as inner:
            assert clock.passed(NOW - timedelta(minutes=1))
            assert not clock.passed(NOW + timedelta(minutes=7))
        assert inner.until == NOW + timedelta(minutes=7)

    assert outer.until == NOW + timedelta(minutes=7)
