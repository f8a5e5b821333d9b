"""What the public record and those concerned read of the review. Before the public notice: numbers, no names."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.kit import wording


def _money(params: dict[str, Any]) -> dict[str, Any]:
    return {"amount": wording.yuan(params["fen"])}


BEGUN = Event("fundreview.begun", record=_("began the review of a round with %(count)s applications"))
ELIGIBLE = Event(
    "fundreview.eligible",
    record=_("found an application eligible: %(number)s"),
    title=_("“%(title)s” is eligible"),
    body=_("The office looks next whether the need is there, by %(due_at)s."),
)
RETURNED = Event(
    "fundreview.returned",
    title=_("“%(title)s” is to be completed"),
    body=_("What is missing: “%(reason)s”. Please complete it and hand it in again by %(due_at)s."),
    urgent=True,
)
INELIGIBLE = Event(
    "fundreview.ineligible",
    record=_("found an application not eligible: %(number)s"),
    title=_("“%(title)s” is not eligible"),
    body=_("The reason: “%(reason)s”. Please ask the committee where you think this is wrong."),
)
TAKEN_BACK = Event(
    "fundreview.taken_back",
    record=_("took a check of an application back: %(number)s"),
    title=_("The check of “%(title)s” was taken back"),
    body=_("The reason: “%(reason)s”. It is checked again by %(due_at)s."),
)
NEED_CONFIRMED = Event(
    "fundreview.need_confirmed",
    record=_("confirmed the need of an application: %(number)s"),
    title=_("The need of “%(title)s” is confirmed"),
    body=_("The reviewers score it next."),
)
NAMED = Event(
    "fundreview.named",
    record=_("named a reviewer for a round: %(quality)s"),
    title=_("You were named to review applications: %(title)s"),
    body=_("You are told when there is something to score. Please say first to whom you have ties."),
)
ENDED = Event(
    "fundreview.ended",
    record=_("A reviewer of a round stopped: %(quality)s"),
    title=_("You do not review this round any more: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
CALLED_OFF = Event(
    "fundreview.called_off",
    title=_("The round was called off: %(title)s"),
    body=_("The reason: “%(reason)s”. There is nothing to score any more."),
)
TO_REVIEWERS = Event(
    "fundreview.to_reviewers",
    record=_("handed %(count)s applications to the reviewers"),
    title=_("Applications wait for your scores: %(title)s"),
    body=_(
        "Please say first to whom you have ties, and score the others by %(due_at)s, one after the other."
    ),
)
TIE = Event(
    "fundreview.tie",
    record=_("A reviewer has a tie to an application and does not score it: %(number)s"),
)
TIE_BY_OFFICE = Event(
    "fundreview.tie_by_office",
    title=_("You do not score one of the applications: %(title)s"),
    body=_("The office wrote down a tie of yours: “%(reason)s”."),
)
SCORED = Event("fundreview.scored", record=_("All scores of a round are in"))
SHORTLISTED = Event("fundreview.shortlisted", record=_("made the shortlist of a round: %(count)s projects"))
POSTED = Event(
    "fundreview.posted",
    record=_("put %(count)s projects on public notice until %(until_on)s"),
    title=_("Projects are on public notice: %(title)s"),
    body=_(
        "%(count)s projects, with their scores and the reasons. Objections can be raised until %(until_at)s."
    ),
)
ON_NOTICE = Event(
    "fundreview.on_notice",
    title=_("“%(title)s” is on the shortlist"),
    body=_("It stands on public notice until %(until_at)s. Your scores and their reasons are on its page."),
)
NOT_SHORTLISTED = Event(
    "fundreview.not_shortlisted",
    title=_("“%(title)s” is not on the shortlist"),
    body=_("The scores and their reasons are on its page. You can object until %(until_at)s."),
)
OBJECTED = Event(
    "fundreview.objected",
    record=_("An objection to a project was raised"),
    title=_("An objection to “%(title)s”"),
    body=_("“%(text)s” It has to be answered in writing by %(due_at)s."),
)
OBJECTION_KNOWN = Event(
    "fundreview.objection_known",
    title=_("Somebody objects to “%(title)s”"),
    body=_("“%(text)s” The office answers in writing by %(due_at)s."),
)
OBJECTION_WITHDRAWN = Event(
    "fundreview.objection_withdrawn", record=_("An objection to a project was withdrawn")
)
ANSWERED = Event(
    "fundreview.answered",
    record=_("answered an objection to a project: the notice goes on"),
    title=_("The objection to “%(title)s” was answered"),
    body=_("“%(answer)s”"),
)
UPHELD = Event(
    "fundreview.upheld",
    record=_("answered an objection to a project: it is right, and the project goes back to the review"),
    title=_("The objection to “%(title)s” is right"),
    body=_("“%(answer)s” The project goes back to the review."),
)
APPROVED = Event("fundreview.approved", record=_("approved a project with %(yuan)s yuan: %(number)s"))
DECIDED = Event(
    "fundreview.decided", record=_("decided a round without a vote: %(count)s projects get money")
)
CHOSEN = Event(
    "fundreview.chosen",
    title=_("“%(title)s” gets %(amount)s"),
    body=_("The agreement comes next. Its page says who owes what by when."),
    words=_money,
)
NOT_CHOSEN = Event(
    "fundreview.not_chosen",
    title=_("“%(title)s” gets no money in this round"),
    body=_("The reason: “%(reason)s”."),
)
