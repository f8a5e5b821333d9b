"""What the public record and the duties call a review and what is owed about it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_page, register_steps
from portal.meetings.models import ReviewMeasure
from portal.record import wording
from portal.record.wording import Subject


def _of_measure(duty: Duty) -> list[int]:
    return list(ReviewMeasure.objects.filter(pk=number_of(duty)).values_list("review", flat=True))


def _plan_page(duty: Duty) -> str:
    return reverse("meetings:review_plan", args=[duty.neighbourhood.slug])


def _plan_page_about(duty: Duty) -> str:
    return f"{_plan_page(duty)}?about={duty.subject}"


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
register_steps(
    "meetings:review_act",
    {
        "review.announce": ("announce",),
        "review.report": ("report", "report_on_paper"),
        "review.check": ("check",),
        "review.begin": ("begin", "take_attendance"),
        "review.open_ballot": ("open_ballot",),
        "review.publish": ("publish",),
        "review.draft_minutes": ("draft_minutes",),
        "review.sign_minutes": ("reply_to_corrections", "sign_minutes", "mark_minutes_on_paper"),
        "review.send_opinion": ("send_opinion",),
        "review.receive": ("receive",),
        "review.plan": ("file_plan",),
        "review.accept_plan": ("accept_plan", "return_plan"),
        "review.re_check": ("re_check",),
        "review.close": ("close",),
        "meeting.mark": ("mark_minutes",),
        "meeting.chair": ("name_chair",),
    },
)
register_steps("meetings:review_act", {"review.measure": ("measure_done",)}, keys=_of_measure)
# The subdistrict sees to it that whoever was reviewed files the plan: its page says who that is.
register_page("review.late")
register_page("review.matter", _plan_page_about)
register_page("review.yearly", _plan_page)
