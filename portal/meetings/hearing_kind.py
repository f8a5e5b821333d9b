"""The hearing as one of the kinds of meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.chairs import Chairs
from portal.meetings.events import CHAIR_NAMED, CHAIR_VACANT, MINUTED
from portal.meetings.kinds import Kind, register
from portal.meetings.models import Hearing
from portal.meetings.permissions import HEARINGS


def _on_one_side(hearing: Hearing) -> set[int | None]:
    """Who presents the plan, and the delegates."""
    return {hearing.plan_person_id, *hearing.participants.sitting().values_list("person", flat=True)}


register(
    Kind(
        model=Hearing,
        label=_("Hearing"),
        plural=_("Hearings"),
        icon="meeting",
        door=HEARINGS,
        route="meetings:act",
        minuted=MINUTED,
        chairs=Chairs(
            barred=_on_one_side,
            why=_("The chair holds a post here, sits not on the panel, and is not who presents the plan."),
            duty="hearing.chair",
            taken=CHAIR_NAMED,
            left=CHAIR_VACANT,
        ),
        what=_(
            "Before something is decided that touches many: their delegates are heard, and get an answer."
        ),
    )
)
