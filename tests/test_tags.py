"""Times, sizes and shares in words: the edges of days and years, exact shares, both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.kit import clock, wording
from portal.templatetags import portal_tags as tags

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # Sunday 10:00 in Shanghai


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.SHANGHAI)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (shanghai(2026, 11, 28, 14), "11月28日（周六）", "Sat 28 Nov"),
        (date(2026, 11, 28), "11月28日（周六）", "Sat 28 Nov"),
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), "11月28日（周六）", "Sat 28 Nov"),
        (datetime(2026, 11, 27, 15, 59, tzinfo=UTC), "11月27日（周五）", "Fri 27 Nov"),
        (shanghai(2026, 12, 31, 23, 59), "12月31日（周四）", "Thu 31 Dec"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027年1月1日（周五）", "Fri 1 Jan 2027"),
        (date(2025, 11, 23), "2025年11月23日（周日）", "Sun 23 Nov 2025"),
        (None, "", ""),
    ],
)
def test_day(value: datetime | date | None, chinese: str, english: str) -> None:
    with clock.at(NOW):
        assert tags.day(value) == chinese
        with translation.override("en"):
            assert tags.day(value) == english


def test_this_year_turns_at_midnight_in_shanghai() -> None:
    with clock.at(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        assert tags.day(date(2027, 1, 1)) == "1月1日（周五）"
        assert tags.day(date(2026, 12, 31)) == "2026年12月31日（周四）"


def test_moment_deadline_and_span() -> None:
    with clock.at(NOW):
        assert tags.moment(shanghai(2026, 11, 28, 14)) == "11月28日（周六）14:00"
        assert tags.hm(datetime(2026, 11, 28, 6, 5, tzinfo=UTC)) == "14:05"
        assert tags.deadline(clock.end_of(date(2026, 11, 24))) == "11月24日（周二）24:00"
        assert tags.deadline(clock.end_of(date(2025, 12, 31))) == "2025年12月31日（周三）24:00"
        assert tags.deadline(shanghai(2026, 11, 24, 0, 0, 1)) == "11月24日（周二）00:00"
        assert (
            tags.span(shanghai(2026, 11, 28, 14), shanghai(2026, 11, 28, 16)) == "11月28日（周六）14:00–16:00"
        )
        two_days = tags.span(shanghai(2026, 11, 28, 14), clock.end_of(date(2026, 11, 29)))
        assert two_days == "11月28日（周六）14:00 – 11月29日（周日）24:00"
        with translation.override("en"):
            assert tags.moment(shanghai(2026, 11, 28, 14)) == "Sat 28 Nov, 14:00"
            assert tags.deadline(clock.end_of(date(2026, 11, 24))) == "Tue 24 Nov, 24:00"


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "已截止", "time is up"),
        (-1, "已截止", "time is up"),
        (1, "不到 1 分钟", "less than a minute left"),
        (60, "还剩 1 分钟", "1 minute left"),
        (3599, "还剩 59 分钟", "59 minutes left"),
        (3600, "还剩 1 小时", "1 hour left"),
        (2 * 3600 + 60, "还剩 2 小时 1 分钟", "2 hours 1 minute left"),
        (3 * 3600 + 60, "还剩 3 小时", "3 hours left"),
        (86399, "还剩 23 小时", "23 hours left"),
        (86400, "还剩 1 天", "1 day left"),
        (2 * 86400 + 6 * 3600, "还剩 2 天 6 小时", "2 days 6 hours left"),
        (3 * 86400 - 1, "还剩 2 天 23 小时", "2 days 23 hours left"),
        (3 * 86400 + 7200, "还剩 3 天", "3 days left"),
    ],
)
def test_left(seconds: int, chinese: str, english: str) -> None:
    end = NOW + timedelta(seconds=seconds)
    with clock.at(NOW):
        assert tags.left(end) == chinese
        with translation.override("en"):
            assert tags.left(end) == english


def test_a_day_lasts_until_24_00_in_shanghai() -> None:
    with clock.at(NOW):
        assert tags.left(date(2026, 11, 22)) == "还剩 14 小时"
        assert tags.left(date(2026, 11, 21)) == "已截止"


@given(st.integers(60, 40 * 86400))
def test_left_never_promises_more_than_there_is(seconds: int) -> None:
    with translation.override("en"):
        words = wording._length(seconds).split()
    unit = {"day": 86400, "hour": 3600, "minute": 60}
    said = sum(
        int(count) * unit[name.rstrip("s")] for count, name in zip(words[::2], words[1::2], strict=True)
    )
    assert said <= seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "刚刚"),
        (59, "刚刚"),
        (60, "1 分钟前"),
        (3600, "1 小时前"),
        (86400, "1 天前"),
        (7 * 86400 - 1, "6 天前"),
        (7 * 86400, "11月15日（周日）"),
    ],
)
def test_ago(seconds: int, words: str) -> None:
    with clock.at(NOW):
        assert tags.ago(NOW - timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("value", "square_metres", "money"),
    [
        (0, "0 ㎡", "0 元"),
        (5, "0.05 ㎡", "0.05 元"),
        (1250, "12.5 ㎡", "12.50 元"),
        (8642, "86.42 ㎡", "86.42 元"),
        (7521000, "75,210 ㎡", "75,210 元"),
        (-1250, "-12.5 ㎡", "-12.50 元"),
        (None, "", ""),
    ],
)
def test_area_and_money(value: int | None, square_metres: str, money: str) -> None:
    assert tags.area(value) == square_metres
    assert tags.yuan(value) == money


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        (873, 1143, "76.4%"),
        (590, 873, "67.6%"),
        (1, 2, "50%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0%"),
        (999_999, 1_000_000, "99.9%"),
        (1, 1, "100%"),
        (3, 2, "150%"),
        (0, 0, "0%"),
        (10**30 - 1, 10**30, "99.9%"),
    ],
)
def test_percent(numerator: int, denominator: int, words: str) -> None:
    assert tags.percent(numerator, denominator) == words


@given(st.integers(0, 10**20), st.integers(1, 10**20))
def test_percent_is_within_half_a_tenth(numerator: int, denominator: int) -> None:
    said = wording.per_mille(numerator, denominator)
    if said != 999:
        assert abs(2 * (said * denominator - 1000 * numerator)) <= denominator
    assert (said >= 1000) == (numerator >= denominator)


@pytest.mark.parametrize(
    ("numerator", "denominator", "need", "inclusive", "held"),
    [
        (2, 3, (2, 3), True, True),
        (2, 3, (2, 3), False, False),
        (1, 2, (1, 2), False, False),
        (6577600, 9866400, (2, 3), True, True),
        (6577599, 9866400, (2, 3), True, False),
        (0, 0, (1, 2), True, False),
    ],
)
def test_measure_says_what_the_law_says(
    numerator: int, denominator: int, need: tuple[int, int], inclusive: bool, held: bool
) -> None:
    assert tags.measure(numerator, denominator, need, inclusive).reached is held


def test_measure_draws_inside_its_rail() -> None:
    measure = tags.measure(873, 1143, [2, 3], True)
    assert (measure.length, measure.line, measure.anchor) == ("76.4%", "66.6%", "middle")
    assert (measure.share, measure.need) == ("76.4%", "不少于三分之二")
    assert tags.measure(3, 2).length == "100.0%"
    assert tags.measure(3, 2).reached is None


def test_fraction_in_words() -> None:
    assert tags.fraction((1, 2), False) == "超过半数"
    assert tags.fraction([2, 3], True) == "不少于三分之二"
    assert tags.fraction([5, 7], True) == "不少于5/7"


def test_small_words() -> None:
    assert [tags.num(value) for value in (0, 1143, 9866412, None)] == ["0", "1,143", "9,866,412", ""]
    assert [tags.hours(value) for value in (0, 30, 59, 2250, 60)] == [
        "0 小时",
        "0.5 小时",
        "0.9 小时",
        "37.5 小时",
        "1 小时",
    ]
    assert [tags.filesize_words(value) for value in (0, 1, 320_000, 1_468_006)] == [
        "0 KB",
        "1 KB",
        "313 KB",
        "1.4 MB",
    ]
    assert [tags.initial(value) for value in ("陈阿姨", " 周**", "", None)] == ["陈", "周", "·", "N"]
