"""What the record and the workbench call the parts of the review, and what is owed in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.community.permissions import STAFF
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_page, register_steps
from portal.funds.applying.traces import register_traces
from portal.funds.models import Objection
from portal.record.wording import Subject, register_subjects

# Of the office, about an application, and about a round.
NEED, ANSWER = "funds.need", "funds.answer_objections"
BEGIN, NAME, HAND_ON = "funds.begin_review", "funds.name_reviewers", "funds.hand_to_reviewers"
SHORTLIST, POST, DECIDE = "funds.shortlist", "funds.post_notice", "funds.decide"
OF_ROUND = (BEGIN, NAME, HAND_ON, SHORTLIST, POST, DECIDE)
# Of a reviewer.
SCORES = "funds.scores"


def _objections(duty: Duty) -> list[int]:
    found = Objection.objects.filter(application=number_of(duty)).order_by("pk")
    return list(found.values_list("pk", flat=True))


register_subjects({"reviewer": Subject(_("Reviewers of a round"))})
register_kinds({SCORES: _("say which ties you have, and score the applications")})
register_kinds(
    {
        NEED: _("check whether a project is needed"),
        ANSWER: _("answer an objection to a project in writing"),
        BEGIN: _("begin the review of a round"),
        NAME: _("name reviewers for a round"),
        HAND_ON: _("hand the checked applications to the reviewers"),
        SHORTLIST: _("make the shortlist of a round"),
        POST: _("put the shortlist on public notice"),
        DECIDE: _("decide a round, or put it to the residents"),
    },
    falls_to=Post.WORKER,
)
register_traces(
    {
        "eligible": _("It was found eligible"),
        "returned": _("It was given back to be completed"),
        "ineligible": _("It was found not eligible"),
        "check_taken_back": _("The check was taken back"),
        "need_confirmed": _("The need was confirmed"),
        "to_reviewers": _("It was handed to the reviewers"),
        "tie": _("A reviewer has a tie to it and does not score it"),
        "late_tie": _("A reviewer declared a tie late: the scores were set aside"),
        "reviewer_gone": _("A reviewer who had not scored it stopped"),
        "scored": _("All its scores are in"),
        "shortlisted": _("It was put on the shortlist"),
        "off_shortlist": _("It was taken off the shortlist"),
        "on_notice": _("It was put on public notice"),
        "not_shortlisted": _("It was not put on the shortlist"),
        "approved": _("It was approved"),
        "not_approved": _("It was not approved"),
        "back_to_review": _("An objection was right: it goes back to the review"),
    }
)
register_readers(STAFF, "funds.scores")
register_steps("funds:reviewer_act", {SCORES: ("declare",)})
register_page(SCORES)
register_steps("funds:review_application_act", {NEED: ("confirm_need", "judge_ineligible")})
register_steps("funds:objection_act", {ANSWER: ("answer",)}, keys=_objections)
register_steps(
    "funds:review_act",
    {
        BEGIN: ("begin_review",),
        NAME: ("name_reviewer",),
        HAND_ON: ("hand_to_reviewers",),
        SHORTLIST: ("shortlist",),
        POST: ("post_notice",),
        DECIDE: ("decide",),
    },
)
register_steps("funds:ballot_act", {DECIDE: ("call_vote",)})
