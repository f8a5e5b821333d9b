"""Who signed up twice, with two records of one human, is on the list once."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.meetings.models import Volunteered

uniting.register(
    "volunteered",
    Double(
        Volunteered,
        ("draw_id",),
        ("at",),
        lambda one: _("Both signed up for “%(draw)s”. The earlier stands.") % {"draw": one.draw.title},
    ),
)
