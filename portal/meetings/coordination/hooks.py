"""The coordination meeting as one of the kinds of meetings, for those it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.coordination.events import MINUTED
from portal.meetings.coordination.permissions import COORDINATIONS, visible
from portal.meetings.kinds import Kind, register
from portal.meetings.models import Coordination

register(
    Kind(
        model=Coordination,
        label=_("Coordination meeting"),
        plural=_("Coordination meetings"),
        icon="people",
        door=COORDINATIONS,
        route="meetings:coordination_act",
        what=_(
            "A dispute among neighbours is settled by talks. Only the parties and who mediates read about it."
        ),
        minuted=MINUTED,
        closed=True,
        plan="meetings:coordination_counter",
        visible=visible,
    )
)
