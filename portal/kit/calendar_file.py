"""Dates as an iCalendar file (RFC 5545), which phones and desktops take over into their calendars."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import icalendar
from django.http import HttpResponse
from icalendar.enums import STATUS, TRANSP
from icalendar.prop import vCalAddress, vDuration, vText

from portal.kit import clock

PRODUCT = "-//gongzhi portal//calendar//ZH"
# How often a phone that subscribed asks again.
AGAIN = timedelta(hours=2)
# Since then Shanghai keeps one time: the zone needs one line.
ONE_TIME_SINCE = date(2000, 1, 1)
# Signs that no text has, and that end a line of the file for one reader and not for another.
NO_SIGNS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class Event:
    """One entry. The same `uid` replaces the entry when it moves; moments are aware, `page` a whole address.

    `sequence` grows with every change of when, where and whether. `whole_day`: the Shanghai day of `starts_at`, for
    what ends on a day and takes nobody's time. A cancelled entry keeps its date.
    """

    uid: str
    starts_at: datetime
    title: str
    place: str = ""
    text: str = ""
    page: str = ""
    ends_at: datetime | None = None
    cancelled: bool = False
    sequence: int = 0
    whole_day: bool = False


def attached(text: bytes, name: str) -> HttpResponse:
    """A file as it is taken along. `name`: without its ending."""
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def written(
    events: Iterable[Event], *, name: str = "", method: str = "", organizer: tuple[str, str] = ("", "")
) -> bytes:
    """The file of one or several entries. `name`: what a subscribed calendar is called.

    Of a file that is mailed `method` says what the reader's calendar does with it (PUBLISH, CANCEL; RFC 5546), and
    `organizer`, a name and an address, from whom it has it.
    """
    file = icalendar.Calendar(prodid=PRODUCT, version="2.0")
    if method:
        file.method = method
    if name:
        file.calendar_name = _plain(name)
        file.refresh_interval = AGAIN
        file.add("x-published-ttl", vDuration(AGAIN))
    file.add_component(_zone())
    for event in events:
        entry = _entry(event)
        if method:
            entry.organizer = _organizer(*organizer)
        file.add_component(entry)
    return file.to_ical()


@cache
def _zone() -> icalendar.Timezone:
    zone = icalendar.Timezone.from_tzid(clock.SHANGHAI.key, first_date=ONE_TIME_SINCE)
    # It says until when the zone was looked up; Shanghai's has one line.
    del zone["comment"]
    return zone


def _entry(event: Event) -> icalendar.Event:
    starts, ends = _times(event)
    texts: dict[str, Any] = {"summary": event.title, "location": event.place, "description": event.text}
    entry = icalendar.Event.new(
        uid=event.uid,
        stamp=clock.now(),
        start=starts,
        end=ends,
        sequence=event.sequence,
        status=STATUS.CANCELLED if event.cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT if event.whole_day or event.cancelled else TRANSP.OPAQUE,
        url=event.page or None,
    )
    for key, text in texts.items():
        if text:
            entry.add(key, vText(_plain(text)))
    return entry


def _organizer(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = _plain(name)
    return found


def _times(event: Event) -> tuple[date, date | None]:
    """When it begins and ends, in Shanghai's time; a day ends where the next one begins."""
    if event.whole_day:
        day = clock.day_of(event.starts_at)
        return day, day + timedelta(days=1)
    ends = event.ends_at.astimezone(clock.SHANGHAI) if event.ends_at else None
    return event.starts_at.astimezone(clock.SHANGHAI), ends


def _plain(text: str) -> str:
    """A text without the signs that are none, its lines ended as one reads them everywhere."""
    return NO_SIGNS.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text))
