"""What the record and the workbench call applications, and what is owed about them up to the check."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.steps import register_page, register_steps
from portal.record.wording import Subject, register_subjects

# Whoever was asked to apply together; what was given back is completed; somebody without an account signs at the desk;
# the check of what was handed in; a project whose lead has left.
JOIN, COMPLETE = "funds.join", "funds.complete"
SIGN, ELIGIBILITY, LEAD = "funds.sign", "funds.eligibility", "funds.lead"

register_subjects(
    {
        "application": Subject(_("Projects"), "funds:project"),
        "coapplicant": Subject(_("Applying together")),
    }
)
register_kinds(
    {
        JOIN: _("say whether you apply together"),
        COMPLETE: _("complete what is missing in an application"),
    }
)
register_kinds(
    {
        SIGN: _("let somebody without an account sign an application"),
        ELIGIBILITY: _("check whether an application is eligible"),
        LEAD: _("find out who carries a project whose applicant has left"),
    },
    falls_to=Post.WORKER,
)
register_readers((), "funds.join")
register_steps("funds:joining_act", {JOIN: ("agree", "decline"), SIGN: ("sign_paper",)})
register_steps("funds:applying_act", {COMPLETE: ("hand_in",)})
register_steps(
    "funds:review_application_act", {ELIGIBILITY: ("judge_eligible", "give_back", "judge_ineligible")}
)
register_page(LEAD)
