"""What phones subscribe to: a neighbourhood's calendar, and somebody's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.actions.dates import Dated, dated, entries, own_dates
from portal.community.models import Area, User
from portal.community.selectors import home_of
from portal.kit import clock
from portal.kit.calendar_file import attached
from portal.record.fragments import kept

# What was held lately stays in a subscribed calendar; what lies ahead comes into it.
BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)


def feed_of(request: HttpRequest, here: Area, kind: str = "") -> HttpResponse:
    """What everybody may read of a neighbourhood, of all kinds or one, whoever asks.

    Written once for each state of the neighbourhood, its record's head: phones ask for it again and again.
    """
    name = _("Volunteering · %(place)s") if kind == "activity" else _("Calendar · %(place)s")

    def write() -> bytes:
        lines = dated(AnonymousUser(), here, *_window(), {kind} if kind else ())
        return entries(request.build_absolute_uri, lines, name=name % {"place": here.name})

    asked = f"calendar|{here.mark}|{kind}|{get_language()}|{request.get_host()}"
    return attached(kept(asked, write), f"{kind or 'calendar'}-{here.slug}")


def own_feed(request: HttpRequest, user: User) -> HttpResponse:
    """What somebody takes part in, and what everybody may read of the neighbourhood that is theirs.

    Whoever has the address reads it, without the second factor: nothing an office alone may see is in it.
    """
    lines = {line.uid: line for line in _of_home(user)}
    lines |= {line.uid: line for line in own_dates(user, *_window())}
    return attached(entries(request.build_absolute_uri, lines.values(), name=_("My calendar")), "my-calendar")


def _of_home(user: User) -> list[Dated]:
    home = home_of(user)
    return dated(AnonymousUser(), home, *_window()) if home else []


def _window() -> tuple[datetime, datetime]:
    return clock.now() - BEHIND, clock.now() + AHEAD
