"""When votes open and end, in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, Visitor
from portal.record.services import key
from portal.voting.models import HALL, Vote


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    opens = Q(opens_at__gte=start, opens_at__lt=end)
    closes = Q(closes_at__gt=start, closes_at__lte=end)
    known = Vote.objects.visible_to(user).filter(opens | closes, neighbourhood=here)
    for vote in known.exclude(matter=HALL).order_by("opens_at", "pk")[:MOST]:
        if start <= vote.opens_at < end:
            yield _line(vote, here, "opens")
        if start < vote.closes_at <= end:
            yield _line(vote, here, "closes")


def _line(vote: Vote, here: Area, mark: str) -> Dated:
    ends = mark == "closes"
    return Dated(
        "vote",
        here.slug,
        key(vote),
        vote.title,
        vote.closes_at if ends else vote.opens_at,
        vote.get_absolute_url(),
        word=_("Voting ends") if ends else _("Voting opens"),
        mark=mark,
        off=_("called off") if vote.aborted_at else "",
        deadline=ends,
    )


register_dates(DateKind("vote", _("Votes"), "vote", 20, _read))
