"""Calendar files are read by anybody's calendar as they were meant: zone, folding, what is called off, whole days."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal.kit import clock
from portal.kit.calendar_file import Event, written

AT = datetime(2026, 12, 1, 6, tzinfo=UTC)
# What a form can take in and a database keep: no signs that are none, no halves of others.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"), max_size=200
)


def read(event: Event) -> Calendar:
    return Calendar.from_ical(written([event]))


@given(title=TEXTS, place=TEXTS, text=TEXTS)
def test_lines_are_short_and_lose_nothing(title: str, place: str, text: str) -> None:
    file = written([Event("a@b", AT, title, place, f"{text}\r\n{text}")])

    # Each line is whole by itself: no character is cut in two.
    assert [line for line in file.split(b"\r\n") if len(line) > 75 or not line.decode()] == [b""]
    entry = Calendar.from_ical(file).events[0]
    assert [str(entry.get(name, "")) for name in ("SUMMARY", "LOCATION")] == [title, place]
    assert str(entry["DESCRIPTION"]) == f"{text}\n{text}"


def test_signs_that_are_none_end_no_line() -> None:
    entry = read(Event("a@b", AT, "一\x00二\x07三\u2028BEGIN:VEVENT\x0bEND:VCALENDAR\x85四\ud800")).events[0]

    assert str(entry["SUMMARY"]) == "一二三\nBEGIN:VEVENT\nEND:VCALENDAR\n四"


def test_times_name_their_zone_and_the_zone_is_said() -> None:
    file = written([Event("a@b", AT, "会", ends_at=datetime(2026, 12, 1, 7, 30, tzinfo=UTC))])

    text = file.decode()
    assert "DTSTART;TZID=Asia/Shanghai:20261201T140000\r\n" in text
    assert "DTEND;TZID=Asia/Shanghai:20261201T153000\r\n" in text
    zones = Calendar.from_ical(file).timezones
    assert [zone.tz_name for zone in zones] == ["Asia/Shanghai"]
    assert "TZOFFSETTO:+0800" in text
    assert "None" not in text


def test_what_is_called_off_keeps_its_date_and_takes_nobodys_time() -> None:
    entry = read(Event("a@b", AT, "会", cancelled=True, sequence=7)).events[0]

    assert (entry.start, str(entry["STATUS"]), entry["SEQUENCE"]) == (AT, "CANCELLED", 7)
    assert str(entry["TRANSP"]) == "TRANSPARENT"


def test_a_whole_day_is_the_one_in_shanghai_and_ends_where_the_next_begins() -> None:
    late = clock.at_time(date(2026, 12, 3), 23, 59)

    entry = read(Event("a@b", late, "截止", whole_day=True)).events[0]

    assert (entry.start, entry.end) == (date(2026, 12, 3), date(2026, 12, 4))


def test_a_subscribed_calendar_has_a_name_and_says_when_to_ask_again() -> None:
    text = written([], name="日历 · 红林").decode()

    assert "X-WR-CALNAME:日历 · 红林\r\n" in text
    assert "REFRESH-INTERVAL:PT2H\r\n" in text
    assert Calendar.from_ical(text).events == []
