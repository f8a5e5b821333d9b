"""Dates as an iCalendar file (RFC 5545), which phones and desktops take over into their calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpResponse

from portal.kit import clock

OCTETS = 75


@dataclass(frozen=True)
class Event:
    """One entry. The same `uid` replaces the entry when it moves; moments are aware, `page` a whole address."""

    uid: str
    starts_at: datetime
    title: str
    place: str = ""
    text: str = ""
    page: str = ""
    ends_at: datetime | None = None
    cancelled: bool = False


def attached(text: str, name: str) -> HttpResponse:
    """A file as it is taken along. `name`: without its ending."""
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def written(events: Iterable[Event], *, product: str, name: str = "") -> str:
    """The file of one or several entries. `name`: what a subscribed calendar is called."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//gongzhi portal//{product}//ZH"]
    if name:
        lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for event in events:
        lines += _lines(event)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _lines(event: Event) -> list[str]:
    ends = [f"DTEND:{_stamp(event.ends_at)}"] if event.ends_at else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_stamp(clock.now())}",
        f"DTSTART:{_stamp(event.starts_at)}",
        *ends,
        f"SUMMARY:{_escaped(event.title)}",
        f"LOCATION:{_escaped(event.place)}",
        f"DESCRIPTION:{_escaped(event.text)}",
        f"URL:{event.page}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines have at most 75 octets; what follows begins with a space. No character is cut in two."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > OCTETS:
            parts.append(part)
            part = " "
        part += sign
    return "\r\n".join([*parts, part])
