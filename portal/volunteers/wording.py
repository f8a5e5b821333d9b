"""What the public record and the workbench call the steps of volunteering."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record import wording

wording.register_subjects(
    {
        "team": wording.Subject(_("Volunteer teams"), page="volunteers:team"),
        "activity": wording.Subject(_("Volunteer activities"), page="volunteers:activity"),
        "shift": wording.Subject(_("Volunteer activities"), page="volunteers:shift"),
    }
)
wording.register(
    {
        "certificate.issued": _("issued service record certificate %(number)s"),
        "certificate.voided": _("voided service record certificate %(number)s"),
    }
)
wording.register_subjects({"certificate": wording.Subject(_("Service record certificates"))})
register_kinds({"certificate.issue": _("issue or refuse a service record certificate")})
