"""From when until when rounds of the fund take applications, in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, Visitor
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.record.services import key


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    opens = Q(opens_at__gte=start, opens_at__lt=end)
    closes = Q(closes_at__gt=start, closes_at__lte=end)
    # Before it opens only the office knows of it.
    known = Call.objects.visible_to(user).filter(
        opens | closes, fund__neighbourhood=here, opened_at__isnull=False
    )
    for call in known.order_by("opens_at", "pk")[:MOST]:
        if call.opens_at and start <= call.opens_at < end:
            yield _line(call, here, "opens", call.opens_at)
        if call.closes_at and start < call.closes_at <= end:
            yield _line(call, here, "closes", call.closes_at)


def _line(call: Call, here: Area, mark: str, at: datetime) -> Dated:
    ends = mark == "closes"
    return Dated(
        "fund",
        here.slug,
        key(call),
        call.title,
        at,
        call.get_absolute_url(),
        word=_("Applications end") if ends else _("Applications open"),
        mark=mark,
        off=_("called off") if call.state == CallState.CANCELLED else "",
        deadline=ends,
    )


register_dates(DateKind("fund", _("Micro-fund"), "plus", 70, _read))
