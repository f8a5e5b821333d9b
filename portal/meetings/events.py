"""What happens to a hearing, in the public record and to those it affects, the panel, and those who registered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.meetings.minutes.events import MinuteEvents

_NEXT_ROUND = _("%(starts_at)s, %(place)s. %(reason)s")

CHAIR_TAKEN = Event(
    "meeting.chair_taken",
    record=_("another chair named: %(chair)s"),
    title=_("You chair a meeting: %(title)s"),
)
CHAIR_LEFT = Event(
    "meeting.chair_left",
    record=_("the chair left; the committee names another"),
    title=_("Please name another chair: %(title)s"),
    body=_("%(who)s has left the post. Please name another chair by %(due_at)s."),
)
SEAT_LEFT = Event(
    "meeting.seat_left",
    record=_("somebody who was invited has left"),
    title=_("Somebody who was invited has left: %(title)s"),
    body=_("%(who)s has left and is off the list. Still invited: %(n)s. Please see whether that is enough."),
)
SEAT_TAKEN = Event(
    "meeting.seat_taken",
    record=_("a seat passed to the successor in the post"),
    title=_("You are invited in place of who held the post: %(title)s"),
)
REVIEWED_LEFT = Event(
    "meeting.reviewed_left",
    record=_("the member who is reviewed has left the post"),
    title=_("The member who is reviewed has left: %(title)s"),
    body=_("%(who)s has left the post. Please cancel the review, or go on and enter what is owed on paper."),
)

PLANNED = Event("hearing.planned", record=_("hearing planned"))
PANEL_SET = Event(
    "hearing.panel_set",
    record=_("hearing panel named"),
    title=_("You were named to the hearing panel: %(title)s"),
    body=_("You speak there for neighbours in the same position. The date follows."),
)
REPLACED = Event(
    "hearing.replaced",
    record=_("a delegate's seat (%(group)s) passed to somebody else"),
    title=PANEL_SET.title,
    body=_("You take over a seat and speak there for neighbours in the same position."),
)
SEAT_PASSED = Event("hearing.seat_passed", title=_("Somebody else has your seat on the panel now: %(title)s"))
SEAT_VACANT = Event(
    "hearing.seat_vacant",
    record=_("a delegate (%(group)s) left; the committee names another"),
    title=_("Please name another delegate: %(title)s"),
    body=_(
        "%(who)s has left and makes no quorum any more. Please give the seat to somebody else by %(due_at)s."
    ),
)
CHAIR_NAMED = Event(
    "hearing.chair_named",
    record=_("another chair named: %(chair)s"),
    title=_("You chair the hearing: %(title)s"),
)
CHAIR_VACANT = Event(
    "hearing.chair_vacant",
    record=_("the chair left; the committee names another"),
    title=_("Please name another chair: %(title)s"),
    body=_("%(who)s has left the post. Please name another chair by %(due_at)s."),
)
ANNOUNCED = Event(
    "hearing.announced",
    record=_("hearing announced"),
    title=_("Hearing: %(title)s"),
    body=_("%(starts_at)s, %(place)s. Please read the agenda and the papers beforehand."),
)
REGISTRATION = Event(
    "hearing.registration",
    record=_("registration for the hearing opened"),
    title=_("Seats for the hearing can be taken now: %(title)s"),
    mail=False,
)
REGISTERED = Event(
    "hearing.registered",
    record=_("took seat %(seat)s for the hearing"),
    title=_("You have seat %(seat)s at the hearing: %(title)s"),
)
UNREGISTERED = Event("hearing.unregistered", record=_("gave seat %(seat)s back"))
CONFIRMED = Event(
    "hearing.confirmed",
    record=_("list published: panel %(panel)s, observers %(registered)s"),
    title=_("The hearing takes place as announced: %(title)s"),
    body=_("%(starts_at)s, %(place)s"),
)
ATTENDANCE = Event(
    "hearing.attendance", record=_("attendance, round %(round)s: %(attended)s of %(panel)s delegates")
)
IN_SESSION = Event(
    "hearing.in_session", record=_("round %(round)s opened with %(attended)s of %(panel)s delegates")
)
ADJOURNED = Event(
    "hearing.adjourned",
    record=_("hearing adjourned: %(reason)s"),
    title=_("The hearing continues on another day: %(title)s"),
    body=_NEXT_ROUND,
)
RESCHEDULED = Event(
    "hearing.rescheduled",
    record=_("next round given another date: %(reason)s"),
    title=_("New date for the next round: %(title)s"),
    body=_NEXT_ROUND,
)
MINUTED = MinuteEvents("hearing")
OPINION_ISSUED = Event(
    "hearing.opinion_issued",
    record=_("hearing opinion: %(for)s for, %(conditional)s with conditions, %(against)s against"),
)
ANSWER_DUE = Event(
    "hearing.answer_due",
    record=_("opinion sent to the decision-maker"),
    title=_("A hearing opinion waits for your answer: %(title)s"),
    body=_("Answer each item: taken up, in part or not, with the reason."),
)
ANSWERED = Event(
    "hearing.answered",
    record=_("opinion answered: %(adopted)s taken up, %(partly)s in part, %(not)s not"),
    title=_("The hearing opinion was answered: %(title)s"),
    mail=False,
)
PUBLISHED = Event(
    "hearing.published",
    record=_("hearing published and filed"),
    title=_("What became of the hearing: %(title)s"),
)
POSTPONED = Event(
    "hearing.postponed",
    record=_("hearing postponed: %(reason)s"),
    title=_("Hearing postponed: %(title)s"),
    body=_("%(reason)s"),
)
REINSTATED = Event(
    "hearing.reinstated",
    record=_("hearing takes place after all: %(reason)s"),
    title=_("The hearing takes place after all: %(title)s"),
    body=_("What was announced stands again. %(reason)s"),
)
CANCELLED = Event(
    "hearing.cancelled",
    record=_("hearing cancelled: %(reason)s"),
    title=_("Hearing cancelled: %(title)s"),
    body=_("%(reason)s"),
)


def _reminded(params: dict[str, Any]) -> dict[str, str]:
    """What to bring, where somebody said it."""
    bring = params.get("bring", "")
    return {"brought": gettext("Please bring: %(bring)s.") % {"bring": bring} if bring else ""}


# Of a meeting of any kind; nothing of the sort is sent of one that is not held (services.reminding).
REMINDER = Event(
    "meeting.reminder",
    title=_("Soon: %(title)s"),
    body=_("%(starts_at)s, %(place)s. %(brought)s"),
    words=_reminded,
)
