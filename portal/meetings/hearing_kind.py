"""The hearing as one of the kinds of meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.events import MINUTED
from portal.meetings.kinds import Kind, register
from portal.meetings.models import Hearing
from portal.meetings.permissions import HEARINGS

register(
    Kind(
        model=Hearing,
        label=_("Hearing"),
        plural=_("Hearings"),
        icon="meeting",
        door=HEARINGS,
        route="meetings:act",
        minuted=MINUTED,
        what=_(
            "Before something is decided that touches many: their delegates are heard, and get an answer."
        ),
    )
)
