"""Until when public notices hang, in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, Visitor
from portal.duties.models import PublicNotice
from portal.record.services import key


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    known = PublicNotice.objects.visible_to(user).filter(neighbourhood=here)
    for notice in known.filter(ends_at__gt=start, ends_at__lte=end).order_by("ends_at", "pk")[:MOST]:
        yield Dated(
            "notice",
            here.slug,
            key(notice),
            notice.title,
            notice.ends_at,
            notice.get_absolute_url(),
            word=_("Notice ends"),
            deadline=True,
            told_of=(notice.subject,),
        )


register_dates(DateKind("notice", _("Public notices"), "file", 30, _read))
