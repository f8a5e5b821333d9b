from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.threads.limits import NEW, TRUSTED, Limit, free_at, links

START = datetime(2026, 11, 2, 6, tzinfo=UTC)
MINUTES = [START + timedelta(minutes=at) for at in range(10)]
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("posted", "now", "free"),
    [
        ([], START, START),
        (MINUTES[:2], MINUTES[2], MINUTES[2]),
        (MINUTES[:3], MINUTES[3], MINUTES[5]),
        (MINUTES[:3], MINUTES[4], MINUTES[5]),
        (MINUTES[:3], MINUTES[5], MINUTES[5]),
        (MINUTES[:4], MINUTES[4], MINUTES[6]),
        (list(reversed(MINUTES[:3])), MINUTES[3], MINUTES[5]),
    ],
)
def test_three_in_five_minutes(posted: list[datetime], now: datetime, free: datetime) -> None:
    assert free_at(posted, [Limit(3, FIVE)], now) == free


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 0),
        ("没有链接 a.b", 0),
        ("http://a.example", 1),
        ("HTTPS://A.example", 1),
        ("www.a.example", 1),
        ("https://www.a.example", 2),
        ("http://a http://b https://c", 3),
        ("awww. 真好", 0),
    ],
)
def test_links(body: str, count: int) -> None:
    assert links(body) == count


gaps = st.lists(st.integers(0, 20_000), min_size=1, max_size=60)


@given(gaps, st.sampled_from([NEW, TRUSTED]))
def test_whoever_waits_as_told_never_exceeds_a_limit(seconds: list[int], limits: tuple[Limit, ...]) -> None:
    now, posted = START, []
    for gap in seconds:
        now = free_at(posted, limits, now + timedelta(seconds=gap))
        posted.append(now)

    for limit in limits:
        for at, first in enumerate(posted):
            within = [post for post in posted[at:] if post < first + limit.window]
            assert len(within) <= limit.posts


@given(gaps, st.sampled_from([NEW, TRUSTED]))
def test_nobody_waits_longer_than_needed(seconds: list[int], limits: tuple[Limit, ...]) -> None:
    now, posted = START, []
    for gap in seconds:
        now += timedelta(seconds=gap)
        posted.append(now)
    free = free_at(posted, limits, now)

    just_before = free - timedelta(microseconds=1)
    assert free_at(posted, limits, free) == free
    assert free == now or free_at(posted, limits, just_before) > just_before
