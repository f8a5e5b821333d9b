"""What can be done to a review: its words, service and form, in the order of the work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Offer, WayBack
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.community.permissions import Role
from portal.meetings.forms.reasons import ReasonForm
from portal.meetings.minutes.actions import minutes_rows
from portal.meetings.models import Review
from portal.meetings.reviews import forms
from portal.meetings.reviews.selectors import came_to
from portal.meetings.reviews.services import following, planning, sessions
from portal.meetings.rows import NAME_CHAIR, attendance
from portal.meetings.services.attending import require_hour
from portal.meetings.services.transitions import cancelled_for_good_at
from portal.meetings.states.review import ReviewState as R

ROUTE = "meetings:review_act"
OPENS = (require_hour, sessions.require_quorum)
PAGE = "meetings/reviews/action.html"


def _quorum(review: Review, user: User) -> dict[str, Any]:
    came, invited = came_to(review)
    return {"came": came, "invited": invited}


def _reported(review: Review, user: User) -> dict[str, Any]:
    return {"report": review.report, "papers": list(review.papers.filter(public=True))}


ACTIONS: dict[str, Action] = {
    "announce": Action(
        _("Announce the review"),
        planning.announce,
        forms.AnnounceForm,
        submit=_("Announce"),
        text=_(
            "A public notice begins, all delegates are invited, and whoever is reviewed owes a report before the day."
        ),
        done=_("The review is announced."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back, but until its day the review can be cancelled."),
    ),
    "report": Action(
        _("Hand in the report"),
        planning.report,
        forms.ReportForm,
        text=_("It is published with the remarks of the oversight committee."),
        done=_("The report is handed in."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("report"),
    ),
    "report_on_paper": Action(
        _("Enter a report brought on paper"),
        planning.report_on_paper,
        forms.ReportForm,
        text=_("For whoever is reviewed and has no account here. The page says that it came on paper."),
        done=_("The report is entered."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("report_on_paper"),
    ),
    "check": Action(
        _("Check the report"),
        planning.check,
        forms.CheckForm,
        submit=_("Publish the remarks"),
        text=_("The report is not changed any more; your remarks stand beside it."),
        done=_("The report is checked."),
        template=PAGE,
        shows=_reported,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "take_attendance": Action(
        _("Note who is here"),
        sessions.take_attendance,
        forms.AttendanceForm,
        text=_("Tick who is here. The quorum counts those who have a ballot."),
        done=_("Attendance is noted."),
        template=PAGE,
        shows=_quorum,
        **attendance(ROUTE, OPENS),
    ),
    "begin": Action(
        _("Open the meeting"),
        sessions.begin,
        text=_("The meeting can be opened when enough delegates are here."),
        done=_("The meeting is open."),
        template=PAGE,
        shows=_quorum,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        waits=until(*OPENS),
    ),
    "no_quorum": Action(
        _("Too few came"),
        sessions.no_quorum,
        text=_("All who were invited are told. The committee then announces another day."),
        done=_("Noted. Please announce another day."),
        tone="quiet",
        template=PAGE,
        shows=_quorum,
        effect=Effect.ENDS,
        way_back=WayBack("announce"),
        waits=until(require_hour, sessions.require_too_few),
    ),
    "open_ballot": Action(
        _("Open the secret ballot"),
        sessions.open_ballot,
        forms.BallotForm,
        text=_(
            "Every delegate who is here votes by phone or on paper; nobody can see who chose what. Whoever works "
            "for whom is reviewed has no ballot."
        ),
        done=_("The ballot is open."),
        template=PAGE,
        shows=_quorum,
        effect=Effect.COUNTS,
        way_back=_("There is no way back. A ballot that was annulled is held once more."),
    ),
    "publish": Action(
        _("Publish the result"),
        sessions.publish,
        text=_("It is posted for some days, and all who live or own here are told."),
        done=_("The result is published."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    **minutes_rows(),
    "send_opinion": Action(
        _("Send the opinion of the review"),
        following.send_opinion,
        forms.OpinionForm,
        text=_("What the residents said goes to whom it concerns, and is published."),
        done=_("The opinion is sent."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "receive": Action(
        _("Confirm that the opinion was received"),
        following.receive,
        text=_("From now on the plan for putting right is due, with its day."),
        done=_("Noted. The plan is due now."),
        ready=lambda review, user: review.asks_plan,
        not_ready=_("No plan was asked for."),
        effect=Effect.COUNTS,
        way_back=STAYS,
    ),
    "file_plan": Action(
        _("File the plan"),
        following.file_plan,
        forms.FilePlanForm,
        text=_("Targets, measures with their days, and who signs. Everybody can read it."),
        done=_("The plan is filed."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back, but the oversight committee can give it back to be changed."),
    ),
    "accept_plan": Action(
        _("Accept the plan"),
        following.accept_plan,
        text=_("Each measure is owed from now on until its day."),
        done=_("The plan is accepted."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back; what is not enough is asked for when it is checked again."),
    ),
    "return_plan": Action(
        _("Give the plan back"),
        following.return_plan,
        ReasonForm,
        text=_("For a plan without clear measures. It is due again, with the whole time for it."),
        done=_("The plan was given back."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=WayBack("file_plan"),
    ),
    "measure_done": Action(
        _("Report a measure"),
        following.measure_done,
        forms.MeasureForm,
        text=_("Say what was done. The oversight committee checks it."),
        done=_("The measure is reported."),
        ready=lambda review, user: review.measures.standing().exists(),
        not_ready=_("Every measure is reported."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back; what is not enough is asked for when it is checked again."),
    ),
    "re_check": Action(
        _("Check what was put right"),
        following.re_check,
        forms.ReCheckForm,
        submit=_("Publish what was found"),
        text=_("Look at it on the spot if you can. What you write is published."),
        done=_("What was found is published."),
        ready=lambda review, user: not review.measures.standing().exists(),
        not_ready=_("Not every measure is reported yet."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "more": Action(
        _("Ask for more"),
        following.more,
        forms.MoreForm,
        text=_("One more measure, owed until its day."),
        done=_("It is owed now."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back; it can be reported as done at once."),
    ),
    "close": Action(
        _("Close the review"),
        following.close,
        text=_("All who were invited, and all neighbours, are told what became of it."),
        done=_("The review is closed."),
        ready=lambda review, user: review.state == R.RE_CHECKED or not review.asks_plan,
        not_ready=_("A plan was asked for; it has to come first."),
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "name_chair": NAME_CHAIR,
    "cancel": Action(
        _("Cancel the review"),
        planning.cancel,
        ReasonForm,
        text=_("It does not take place at all. The reason is published."),
        done=_("The review is cancelled."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "reinstate": Action(
        _("Let it take place after all"),
        planning.reinstate,
        ReasonForm,
        text=_(
            "For a review that was cancelled by mistake. It goes on where it stood, and all are told again."
        ),
        done=_("It takes place after all."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("cancel"),
        until=cancelled_for_good_at,
        ready=lambda review, user: bool(review.cancelled_from),
    ),
}
# What leads onwards where several things can be done, in front of who owes it.
ONWARD = {
    R.ANNOUNCED: "report",
    R.SELF_REPORT_IN: "check",
    R.CHECKED: "take_attendance",
    R.IN_SESSION: "open_ballot",
    R.RESULT_PUBLISHED: "draft_minutes",
    R.MINUTES_DRAFT: "mark_minutes",
    R.PLAN_FILED: "accept_plan",
    R.RECTIFYING: "measure_done",
    R.RE_CHECKED: "close",
}
# What whoever is reviewed does; the committee enters it only where they bring it on paper.
OF_THE_REVIEWED = frozenset({"report_on_paper", "receive", "file_plan", "measure_done"})


def in_front(listed: list[Offer], roles: frozenset[Role]) -> str:
    """The name of the offer that is the next step of a reader with these roles; empty where all are done besides."""
    if Role.RESPONSIBLE in roles:
        return listed[0].name if listed else ""
    own = [offer.name for offer in listed if offer.name not in OF_THE_REVIEWED and not offer.action.tone]
    return own[0] if own and own[0] == listed[0].name else ""
