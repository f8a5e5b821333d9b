"""The news of topics: to those who stand behind one, and sometimes to all whom it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.deliberation.states import State
from portal.notifications.services import Kind

_REASON = _("%(reason)s")

# What followers (the proposer and the seconders) are told when their topic reaches a state.
NEWS: dict[State, Kind] = {
    State.SCREENING: Kind(
        "topic.screening",
        _("“%(title)s” is now before the committee"),
        _("It decides within the screening period and publishes its reason."),
    ),
    State.RETURNED: Kind("topic.returned", _("Please complete your topic “%(title)s”"), _REASON),
    State.REJECTED: Kind("topic.rejected", _("“%(title)s” was not accepted"), _REASON),
    State.MERGED: Kind("topic.merged", _("“%(title)s” was merged into another topic"), _REASON),
    State.REDIRECTED: Kind("topic.redirected", _("“%(title)s” was passed on"), _REASON),
    State.ANNOUNCED: Kind("topic.announced", _("“%(title)s” was accepted and is on public notice")),
    State.DISCUSSING: Kind("topic.discussing", _("“%(title)s” is open for discussion"), mail=False),
    State.SUSPENDED: Kind("topic.suspended", _("“%(title)s” is suspended"), _REASON),
    State.VOTING: Kind("topic.voting", _("“%(title)s” goes to a vote")),
    State.ADOPTED: Kind("topic.adopted", _("“%(title)s” was adopted")),
    State.NOT_ADOPTED: Kind("topic.not_adopted", _("“%(title)s” was not adopted"), _REASON),
    State.EXECUTING: Kind("topic.executing", _("“%(title)s” is being carried out")),
    State.EVALUATING: Kind(
        "topic.evaluating",
        _("“%(title)s” is done. How do you judge it?"),
        _("One tap is enough; you can change it until the topic is closed."),
    ),
    State.CLOSED: Kind("topic.closed", _("“%(title)s” is closed"), _REASON),
    State.EXPIRED: Kind("topic.expired", _("“%(title)s” ran out of time")),
    State.WITHDRAWN: Kind("topic.withdrawn", _("“%(title)s” was withdrawn"), _REASON),
}

# These states ask all who live or own where the topic applies.
CONCERN_ALL = frozenset({State.DISCUSSING, State.EVALUATING})

APPEAL_REFUSED = Kind("topic.appeal_refused", _("The refusal of “%(title)s” stands"), _REASON)
STEP_DONE = Kind("topic.step_done", _("Progress on “%(title)s”: %(step)s"), mail=False)
STEP_MOVED = Kind("topic.step_moved", _("A date changed in “%(title)s”: %(step)s"), _REASON, mail=False)
WITHDRAWAL_REFUSED = Kind("topic.withdrawal_refused", _("“%(title)s” goes on"), _REASON)
