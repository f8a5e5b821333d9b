"""The summons as one of the kinds of meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.kinds import Kind, register
from portal.meetings.models import Summons
from portal.meetings.summons.actions import ROUTE
from portal.meetings.summons.events import MINUTED
from portal.meetings.summons.permissions import SUMMONS, visible

register(
    Kind(
        model=Summons,
        label=_("Summons"),
        plural=_("Summons of departments"),
        icon="meeting",
        door=SUMMONS,
        route=ROUTE,
        minuted=MINUTED,
        plan="meetings:write_summons",
        visible=visible,
        what=_("The committee asks a department to come and settle what the committee cannot."),
    )
)
