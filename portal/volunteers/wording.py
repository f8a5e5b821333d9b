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
        "certificate.issued": _("issued a service record certificate"),
        "certificate.voided": _("voided a service record certificate"),
    }
)
wording.register_subjects({"certificate": wording.Subject(_("Service record certificates"))})
register_kinds({"certificate.issue": _("issue or refuse a service record certificate")})
wording.register(
    {
        "team.closed": _("closed a volunteer team"),
        "team.founded": _("founded a volunteer team"),
        "activity.posted": _("posted a volunteer activity"),
        "activity.changed": _("changed a posted volunteer activity"),
        "activity.called_off": _("called off a volunteer activity"),
        "shift.added": _("added times to a volunteer activity"),
        "shift.changed": _("changed the time or place of a volunteer activity"),
        "shift.called_off": _("called off one time of a volunteer activity"),
    }
)
register_kinds({"activity.approve": _("post a volunteer activity or send it back")})
wording.register(
    {
        "hours.entered": _("entered volunteer hours"),
        "hours.verified": _("verified volunteer hours"),
        "hours.posted": _("put volunteer hours on public notice"),
        "hours.booked": _("booked volunteer hours"),
        "hours.disputed": _("objected to volunteer hours"),
        "hours.dispute_answered": _("answered an objection to volunteer hours"),
        "hours.corrected": _("corrected volunteer hours"),
        "hours.rejected": _("rejected volunteer hours"),
        "hours.revoked": _("revoked volunteer hours"),
        "hours.imported": _("took volunteer hours in from a table"),
        "hours.exported": _("exported volunteer hours for the city's site"),
    }
)
register_kinds(
    {
        "hours.close": _("close the list and enter the hours"),
        "hours.verify": _("verify the hours"),
        "hours.answer": _("look at an objection to hours"),
        "hours.confirm": _("confirm what was found about hours"),
    }
)
wording.register_subjects(
    {
        "hours": wording.Subject(_("Volunteer hours")),
        "hourrecord": wording.Subject(_("Volunteer hours"), page="volunteers:record"),
    }
)
