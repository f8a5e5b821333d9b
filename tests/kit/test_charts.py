"""Geometry of charts: nothing is drawn outside, nothing overlaps, what does not fit is not written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit import charts

PERCENT = st.integers(0, 100)


def value(length: str) -> float:
    assert length.endswith("%")
    return float(length[:-1])


@given(st.lists(PERCENT, min_size=1, max_size=4))
def test_parts_of_a_bar_follow_each_other_and_stay_inside(percents: list[int]) -> None:
    parts = charts.stack(percents)

    ends = [(value(part.x), value(part.x) + value(part.width)) for part in parts]
    assert len(parts) == len(percents)
    assert sum(value(part.width) for part in parts) <= 100
    assert all(0 <= start <= end <= 100.02 for start, end in ends)
    assert all(one[1] <= two[0] + 0.02 for one, two in zip(ends, ends[1:], strict=False))


@given(st.lists(PERCENT, min_size=1, max_size=4))
def test_a_number_stands_only_where_it_fits_and_on_hatching_on_a_plate(percents: list[int]) -> None:
    for part, percent in zip(charts.stack(percents), percents, strict=True):
        assert part.number in ("", f"{percent}%")
        assert not part.number or percent >= charts.FITS
        assert part.plate == bool(part.fill and part.number)


def test_parts_differ_in_more_than_colour() -> None:
    surfaces = [(part.surface, part.fill) for part in charts.stack([25, 25, 25, 25])]

    assert surfaces == [("s1", ""), ("o2", "url(#p2)"), ("o3", "url(#p3)"), ("rest", "")]


def test_more_than_three_series_and_a_rest_are_refused() -> None:
    with pytest.raises(ValueError, match="5 parts"):
        charts.stack([20] * 5)
    with pytest.raises(ValueError, match="4 series"):
        charts.lines([[1]] * 4, ["2026"])
    assert [charts.can_stack(parts) for parts in (0, 1, 4, 5)] == [False, True, True, False]


@given(st.lists(st.lists(st.none() | PERCENT, min_size=3, max_size=3), max_size=3))
def test_lines_stay_inside_and_their_last_numbers_apart(series: list[list[int | None]]) -> None:
    plot = charts.lines(series, ["2024", "2025", "2026"])

    for line, values in zip(plot.lines, series, strict=True):
        assert len(line.points) == sum(one is not None for one in values)
        assert all(0 <= value(point.x) <= 100 and 0 <= value(point.y) <= 100 for point in line.points)
        assert bool(line.last) == (values[-1] is not None)
    ends = sorted(value(line.last_y) for line in plot.lines if line.last)
    assert all(two - one >= charts.APART - 0.02 for one, two in zip(ends, ends[1:], strict=False))
    assert all(0 <= end <= 100 for end in ends)
    assert 2 <= len(plot.grid) <= charts.MOST_GRID_LINES + 1


@given(PERCENT, PERCENT)
def test_more_is_drawn_higher(one: int, two: int) -> None:
    (line,) = charts.lines([[one, two]], ["2025", "2026"]).lines

    first, second = (value(point.y) for point in line.points)
    assert (one > two) == (first < second)


def test_a_wave_that_did_not_ask_breaks_the_line() -> None:
    (line,) = charts.lines([[30, None, 40]], ["2024", "2025", "2026"]).lines

    assert (len(line.points), line.strokes) == (2, ())


def test_a_bar_says_where_it_was_and_what_is_needed() -> None:
    assert charts.bar(41, was=33, need=30) == charts.Bar("41%", "33%", "30%")
    assert charts.bar(41) == charts.Bar("41%")
    assert charts.dots(41, None, 37) == charts.Dots("41%", "", "37%", "37%", "41%")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_shares_are_whole_and_half_up(part: int, whole: int) -> None:
    assert abs(charts.share(part, whole) - (100 * part / whole if whole else 0)) <= 0.5
