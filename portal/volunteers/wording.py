"""What the public record and the workbench call the steps of volunteering."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record import wording

wording.register_subjects(
    {
        "team": wording.Subject(_("Volunteer teams"), page="volunteers:team"),
        "activity": wording.Subject(_("Volunteer activities"), page="volunteers:activity"),
        "shift": wording.Subject(_("Volunteer activities"), page="volunteers:shift"),
    }
)
