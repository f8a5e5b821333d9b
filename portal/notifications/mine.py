"""What the own page keeps of following: the latest that somebody chose to follow."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, register
from portal.notifications.following import Followed, chosen, followed
from portal.notifications.models import Follow


def _wanted(user: User) -> QuerySet[Follow]:
    return chosen(user).filter(wanted=True)


def _lines(user: User, rows: list[Follow]) -> list[Line]:
    return [_line(seen) for seen in followed(user, rows)]


def _line(seen: Followed | None) -> Line:
    if seen is None:
        return Line(_("what you may not open any more"), "")
    return Line(seen.title, seen.url, seen.kind.label, choose=seen.choose_url)


register("following", Source(_wanted, "at", _lines))
