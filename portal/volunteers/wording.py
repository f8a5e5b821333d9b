"""What the public record and the workbench call the things of volunteering and what is owed about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.steps import register_page, register_steps
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "team": Subject(_("Volunteer teams"), page="volunteers:team"),
        "activity": Subject(_("Volunteer activities"), page="volunteers:activity"),
        "shift": Subject(_("Shifts of activities"), page="volunteers:shift"),
        "certificate": Subject(_("Service record certificates")),
        "hours": Subject(_("Volunteer hours")),
        "hourrecord": Subject(_("Volunteer hours"), page="volunteers:record"),
    }
)
register_kinds(
    {
        "team.lead": _("find another leader for a volunteer team"),
        "activity.approve": _("post a volunteer activity or send it back"),
        "certificate.issue": _("issue or refuse a service record certificate"),
    }
)
# What one keeper of a team owes and another could do is the committee's once that keeper has left.
register_kinds(
    {
        "hours.close": _("close the list and enter the hours"),
        "hours.verify": _("verify the hours"),
        "hours.answer": _("look at an objection to hours"),
        "hours.confirm": _("confirm what was found about hours"),
    },
    falls_to=Post.WORKER,
)
register_readers(
    COMMITTEE,
    "activity.approve",
    "certificate.issue",
    "hours.close",
    "hours.verify",
    "hours.answer",
    "hours.confirm",
)
register_page("team.lead")
register_steps("volunteers:activity_act", {"activity.approve": ("approve", "send_back")})
register_steps("volunteers:certificate_act", {"certificate.issue": ("issue", "refuse")})
register_steps("volunteers:shift_act", {"hours.close": ("close_list",), "hours.verify": ("verify_hours",)})
register_steps("volunteers:record_act", {"hours.answer": ("find",), "hours.confirm": ("confirm",)})
register_page("hours.close")
register_page("hours.verify")
