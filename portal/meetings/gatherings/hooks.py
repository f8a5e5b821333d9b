"""The gathering as one of the kinds of meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.gatherings.actions import ROUTE
from portal.meetings.gatherings.events import MINUTED
from portal.meetings.gatherings.forms_of import hall_of
from portal.meetings.gatherings.permissions import GATHERINGS
from portal.meetings.kinds import Kind, register
from portal.meetings.models import Gathering

register(
    Kind(
        model=Gathering,
        label=_("Assembly or joint meeting"),
        plural=_("Assemblies and joint meetings"),
        icon="meeting",
        door=GATHERINGS,
        route=ROUTE,
        minuted=MINUTED,
        plan="meetings:plan_gathering",
        hall=hall_of,
        what=_(
            "Joint meeting, residents’ assembly, delegates’ meeting, building convenors’ meeting and open talk."
        ),
    )
)
