"""How hearings are found: by what they are about and, once they are public, by minutes and opinion."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.models import Hearing
from portal.meetings.states.hearing import OVER
from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room


def _text(hearing: Hearing) -> str:
    minutes = hearing.minutes if hearing.minutes_hash else ""
    return "\n".join([hearing.subject_title, hearing.place, hearing.agenda, hearing.opinion, minutes])


register(
    Kind(
        name="meeting",
        label=_("Meetings"),
        model=Hearing,
        things=Hearing.objects.all,
        # Public from the day they are planned (permissions.HEARINGS).
        visible_to=lambda user: Hearing.objects.all(),
        title=lambda hearing: hearing.title,
        text=_text,
        url=lambda hearing: hearing.get_absolute_url(),
        when=lambda hearing: hearing.starts_at,
        mark=lambda hearing: Mark(hearing.state_label, "grey" if hearing.state in OVER else ""),
    )
)
register_room("meetings:meetings", _("Meetings"))
