"""What happens to topics, in the record and to those who stand behind one, or whom it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.deliberation.states import State

_REASON = _("%(reason)s")

# What is recorded when a topic comes to a state, and what the proposer and the seconders are told.
CAME_TO: dict[State, Event] = {
    State.SECONDING: Event("topic.seconding", _("proposed; looking for seconders")),
    State.SCREENING: Event(
        "topic.screening",
        _("before the committee for screening"),
        _("“%(title)s” is now before the committee"),
        _("It decides within the screening period and publishes its reason."),
    ),
    State.RETURNED: Event(
        "topic.returned",
        _("returned for completion"),
        _("Please complete your topic “%(title)s”"),
        _REASON,
    ),
    State.REJECTED: Event(
        "topic.rejected",
        _("not accepted"),
        _("“%(title)s” was not accepted"),
        _(
            "The reason: “%(reason)s”. Whoever proposed it can appeal to the subdistrict once, on the topic's page."
        ),
    ),
    State.MERGED: Event(
        "topic.merged",
        _("merged into another topic"),
        _("“%(title)s” was merged into “%(into)s”"),
        _(
            "It goes on as No. %(number)s. Your household counts there where it may second it, and you hear how it "
            "goes on. %(reason)s"
        ),
    ),
    State.REDIRECTED: Event(
        "topic.redirected",
        _("passed on"),
        _("“%(title)s” was passed on"),
        _("It went to: %(whom)s. What they answer stands on the topic's page by %(due_at)s. %(reason)s"),
    ),
    State.ANNOUNCED: Event(
        "topic.announced",
        _("accepted; public notice begins"),
        _("“%(title)s” was accepted and is on public notice"),
    ),
    State.DISCUSSING: Event(
        "topic.discussing", _("discussion opened"), _("“%(title)s” is open for discussion"), mail=False
    ),
    State.IN_FORUM: Event("topic.in_forum", _("taken to a hearing")),
    State.SUSPENDED: Event("topic.suspended", _("suspended"), _("“%(title)s” is suspended"), _REASON),
    State.VOTING: Event("topic.voting", _("put to the vote"), _("“%(title)s” goes to a vote")),
    State.ADOPTED: Event("topic.adopted", _("adopted"), _("“%(title)s” was adopted")),
    State.NOT_ADOPTED: Event(
        "topic.not_adopted", _("not adopted"), _("“%(title)s” was not adopted"), _REASON
    ),
    State.EXECUTING: Event(
        "topic.executing", _("carrying out begins"), _("“%(title)s” is being carried out")
    ),
    State.EVALUATING: Event(
        "topic.evaluating",
        _("done; neighbours judge the result"),
        _("“%(title)s” is done. How do you judge it?"),
        _("One tap is enough; you can change it until the topic is closed."),
    ),
    State.CLOSED: Event("topic.closed", _("closed"), _("“%(title)s” is closed"), _REASON),
    State.EXPIRED: Event("topic.expired", _("time ran out"), _("“%(title)s” ran out of time")),
    State.WITHDRAWN: Event("topic.withdrawn", _("withdrawn"), _("“%(title)s” was withdrawn"), _REASON),
}
# These states ask all who live or own where the topic applies.
CONCERN_ALL = frozenset({State.DISCUSSING, State.EVALUATING})

CONTACT_NAMED = Event(
    "topic.contact_named",
    _("first contact named: %(contact)s"),
    _("You are now the first contact of “%(title)s”"),
    _("Its page says so until the topic is closed. What is owed about it stays with the committee."),
)
CONTACT_LEFT = Event(
    "topic.contact_left",
    _("the first contact left; the committee names another"),
    _("Please name another first contact: %(title)s"),
    _(
        "%(who)s has left the post. Until somebody is named the page says: the residents’ committee. By %(due_at)s."
    ),
)
SCREENED_ANEW = Event(
    "topic.screened_anew",
    _("decision taken back; before the committee again"),
    _("The decision on “%(title)s” was taken back; the committee decides anew"),
    _REASON,
)
JOINED = Event(
    "topic.joined",
    _("“%(merged)s” (%(merged_number)s) was merged into it; households that came along: %(households)s"),
    _("“%(merged)s” was merged into “%(title)s”"),
    _("Households that stood behind it and count here from now on: %(households)s."),
    mail=False,
)
PARTED = Event(
    "topic.parted",
    _("“%(merged)s” (%(merged_number)s) was taken out again; households that left with it: %(households)s"),
    _("“%(merged)s” was taken out of “%(title)s” again"),
    _REASON,
    mail=False,
)
PASSED_ON_TO_YOU = Event(
    "topic.passed_on_to_you",
    title=_("“%(title)s” was passed on to you"),
    body=_("The residents’ committee asks you for an answer by %(due_at)s, on the topic's page. %(reason)s"),
)
PASSED_ON_ANSWERED = Event(
    "topic.passed_on_answered",
    _("answered by whom it was passed on to: %(text)s"),
    _("There is an answer on “%(title)s”, which was passed on"),
    "%(text)s",
)
ANSWER_CORRECTED = Event(
    "topic.answer_corrected",
    _("the answer was put right: %(text)s (%(reason)s)"),
    _("The answer on “%(title)s”, which was passed on, was put right"),
    "%(text)s",
)
REOPENED = Event("topic.reopened", _("opened again"), _("“%(title)s” was opened again"), _REASON)
RECLASSIFIED = Event(
    "topic.reclassified",
    _("whose matter it is, put right: %(was)s → %(is)s (%(reason)s)"),
    _("Whose matter “%(title)s” is was put right"),
    _REASON,
)
APPEALED = Event("topic.appealed", _("appealed to the subdistrict"))
APPEAL_REFUSED = Event(
    "topic.appeal_refused",
    _("appeal decided: the refusal stands"),
    _("The refusal of “%(title)s” stands"),
    _REASON,
)
OBJECTED = Event("topic.objected", _("objection to the committee's decision: %(text)s"))
DECISION_STANDS = Event(
    "topic.decision_stands",
    _("objections answered; the decision stands (%(reason)s)"),
    _("The decision on “%(title)s” stands; the objections are answered"),
    _REASON,
)
OBJECTION_ANSWERED = Event(
    "topic.objection_answered",
    title=_("Your objection to the decision on “%(title)s” was answered"),
    body="%(text)s",
)
DECISION_TAKEN_BACK = Event(
    "topic.decision_taken_back",
    _("decision taken back; discussed again"),
    _("The decision on “%(title)s” was taken back; it is discussed again"),
    _REASON,
)
END_CHANGED = Event(
    "topic.end_changed",
    _("the discussion ends on %(ends_on)s (%(reason)s)"),
    _("The discussion of “%(title)s” ends on %(ends_on)s"),
    _REASON,
)
SUMMARISED = Event("topic.summarised", _("discussion summarised"))
WITHDRAWAL_ASKED = Event("topic.withdrawal_asked", _("proposer asks to withdraw"))
WITHDRAWAL_REFUSED = Event(
    "topic.withdrawal_refused", _("withdrawal not agreed"), _("“%(title)s” goes on"), _REASON
)
STEP_ADDED = Event("topic.step_added", _("step added"))
STEP_DONE = Event("topic.step_done", _("step done"), _("Progress on “%(title)s”: %(step)s"), mail=False)
PICTURED = Event("topic.pictured", _("other pictures"))
STEP_MOVED = Event(
    "topic.step_moved",
    _("step given another date"),
    _("A date changed in “%(title)s”: %(step)s"),
    _REASON,
    mail=False,
)
