"""What is coming up in a neighbourhood: the next dates of its calendar, as its home shows them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language

from portal.actions.dates import Dated, dated
from portal.community.models import Area
from portal.kit import clock
from portal.pages.home_blocks import MOST
from portal.record.fragments import kept

# Farther ahead nobody looks on a home; the calendar has it.
AHEAD = timedelta(days=31)


def coming(here: Area, most: int) -> tuple[Dated, ...]:
    """What takes place next: what everybody may read and is not called off; of a series only the next time.

    Not what ends: votes, surveys and notices say on the home themselves until when.
    Read once for each state of the neighbourhood where it is known, and again when the first of them has come.
    """
    if not here.mark:
        return _read(here)[:most]
    return kept(f"coming|{here.mark}|{get_language()}", lambda: _read(here))[:most]


def _read(here: Area) -> tuple[Dated, ...]:
    now = clock.now()
    found: dict[tuple[object, ...], Dated] = {}
    for line in dated(AnonymousUser(), here, now, now + AHEAD):
        if not (line.off or line.deadline):
            found.setdefault((line.kind, line.word, line.title), line)
    lines = tuple(found.values())[:MOST]
    for line in lines[:1]:
        clock.holds_until(line.starts_at)
    return lines
