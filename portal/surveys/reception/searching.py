"""Reception days to come are found by everybody. What was asked on them and on visits is never in the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.search.kinds import Kind, register
from portal.search.rooms import register_room
from portal.surveys.models import ReceptionDay

register(
    Kind(
        name="reception",
        label=_("Reception days"),
        model=ReceptionDay,
        things=lambda: ReceptionDay.objects.select_related("neighbourhood", "host"),
        visible_to=lambda user: ReceptionDay.objects.visible_to(user),
        title=lambda day: day.title,
        text=lambda day: f"民情接待日 {day.about} {day.place} {day.host.public_name}",
        url=lambda day: day.get_absolute_url(),
        when=lambda day: day.starts_at,
        note=lambda day: day.place,
        shown=lambda day: day.called_off_at is None,
    )
)
register_room("surveys:reception_days", _("Reception days"))
