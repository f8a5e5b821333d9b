"""What the public record and the duties call a review and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record import wording
from portal.record.wording import Subject

register_kinds(
    {
        "review.announce": _("announce the review meeting"),
        "review.report": _("hand in the report before the review"),
        "review.check": _("check the report before the review"),
        "review.begin": _("hold the review meeting"),
        "review.open_ballot": _("open the secret ballot of the review"),
        "review.publish": _("publish the result of the review"),
        "review.draft_minutes": _("write the minutes of the review"),
        "review.sign_minutes": _("have the minutes of the review confirmed"),
        "review.send_opinion": _("send the opinion of the review"),
        "review.receive": _("confirm that the opinion was received"),
        "review.plan": _("file the plan for putting right"),
        "review.late": _("see to it that the late plan is filed"),
        "review.accept_plan": _("check the plan for putting right"),
        "review.measure": _("carry out a measure of the plan"),
        "review.re_check": _("check what was put right"),
        "review.close": _("close the review"),
        "review.matter": _("plan the review of what was carried out"),
        "review.yearly": _("plan the yearly review of the committee"),
    }
)

wording.register_subjects({"review": Subject(_("review meetings"), "meetings:review")})
