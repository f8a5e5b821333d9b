"""A meeting as an iCalendar file (RFC 5545), which phones and desktops take over into their calendars."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.deliberation.models import Hearing
from portal.deliberation.states import HearingState
from portal.record import clock

OCTETS = 75


def event(hearing: Hearing, *, uid: str, page: str) -> str:
    """The file of a hearing that has a date. The same `uid` replaces the entry when the hearing moves."""
    assert hearing.starts_at is not None  # noqa: S101 - the caller answers 404 without a date
    status = "CANCELLED" if hearing.state == HearingState.CANCELLED else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//gongzhi portal//hearings//ZH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(clock.now())}",
        f"DTSTART:{_stamp(hearing.starts_at)}",
        f"SUMMARY:{_escaped(hearing.title)}",
        f"LOCATION:{_escaped(hearing.place)}",
        f"DESCRIPTION:{_escaped(hearing.agenda)}",
        f"URL:{page}",
        f"STATUS:{status}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


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
