"""How gatherings are found: by title, place and agenda, and by their minutes once these are closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.models import Gathering
from portal.meetings.states.gathering import OVER
from portal.search.kinds import Kind, Mark, register


def _text(gathering: Gathering) -> str:
    minutes = gathering.minutes if gathering.minutes_hash else ""
    return "\n".join([gathering.place, gathering.agenda, minutes])


register(
    Kind(
        name="gathering",
        label=_("Assemblies and joint meetings"),
        model=Gathering,
        things=Gathering.objects.all,
        # Public from the day they are planned (permissions.GATHERINGS).
        visible_to=lambda user: Gathering.objects.all(),
        title=lambda gathering: gathering.title,
        text=_text,
        url=lambda gathering: gathering.get_absolute_url(),
        when=lambda gathering: gathering.starts_at,
        mark=lambda gathering: Mark(gathering.state_label, "grey" if gathering.state in OVER else ""),
    )
)
