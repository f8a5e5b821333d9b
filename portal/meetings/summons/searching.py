"""How summonses are found, from the day they are sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.models import Summons
from portal.meetings.states.summons import OVER
from portal.meetings.summons.permissions import visible
from portal.search.kinds import Kind, Mark, register

register(
    Kind(
        name="summons",
        label=_("Summons of departments"),
        model=Summons,
        things=Summons.objects.all,
        visible_to=visible,
        title=lambda summons: summons.title,
        text=lambda summons: "\n".join(
            [summons.department, summons.matter, summons.tried, summons.conclusion]
        ),
        url=lambda summons: summons.get_absolute_url(),
        when=lambda summons: summons.starts_at or summons.sent_at,
        mark=lambda summons: Mark(summons.state_label, "grey" if summons.state in OVER else ""),
    )
)
