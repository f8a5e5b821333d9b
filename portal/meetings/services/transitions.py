"""How a meeting goes from one state to the next, and what that makes somebody owe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import TextChoices

from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import calendar
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.meetings.hooks import subject_of
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting
from portal.search import services as search

ANSWER_DUTY = "hearing.answer"
MINUTES_DUTY = "meeting.mark"
M = TypeVar("M", bound=Meeting)
# What follows a step of any kind of meeting, in its transaction: the meeting, the state it left, the round it had.
_FOLLOWING: list[Callable[[Meeting, str, int], None]] = []


def register_following(follow: Callable[[Meeting, str, int], None]) -> None:
    """Let a room hear of every step, such as the screens of the hall of a session that ends."""
    _FOLLOWING.append(follow)


def step(meeting: M, to: TextChoices, *, by: User | None, **changes: Any) -> M:
    """Bring a locked meeting into its next state with these changes, and pass the committee's duty on.

    `by`: None where time or the system does it. Raises NotPossible where the life cycle of its kind has no such step.
    """
    round_was = meeting.round
    was = advance(meeting, to, **changes)
    if not kind_of(meeting).closed:
        search.index(meeting)
    for follow in _FOLLOWING:
        follow(meeting, was, round_was)
    owed = meeting.course.owed
    if was in owed:
        duties.close(owed[was], meeting, by=by)
    open_next_duty(meeting)
    return meeting


def open_next_duty(meeting: Meeting) -> None:
    """What the committee owes in the state the meeting is in, if anything."""
    kind = meeting.course.owed.get(meeting.course.states(meeting.state))
    if kind:
        person = meeting.owed_by
        duties.open_duty(kind, meeting, due=_due(meeting), person=person, post="" if person else Post.WORKER)


def in_working_days(meeting: Meeting, key: str) -> Deadline:
    """The end of a working period that begins now, by its rule."""
    return calendar.add_working_days(clock.now(), rule(key, meeting.neighbourhood))


def require_ready(meeting: Meeting) -> None:
    """Refuse what brings a meeting nearer while what it is about does not allow it."""
    if subject := subject_of(meeting.subject):
        subject.require_ready()


def after_meeting(meeting: Meeting) -> None:
    """Let what a meeting was about go on: the meeting was published or cancelled."""
    if subject := subject_of(meeting.subject):
        subject.over()


def call_off(meeting: M, *, by: User, reason: str) -> M:
    """Cancel a locked meeting for a reason; where it stood is kept. Nobody owes anything about it any more."""
    stood = {"cancelled_at": clock.now(), "cancelled_from": meeting.state}
    step(meeting, meeting.course.states("cancelled"), by=by, reason=reason, **stood)
    duties.drop(meeting)
    return meeting


def cancelled_for_good_at(meeting: Meeting) -> datetime:
    """When a meeting that was cancelled, or is cancelled now, can be taken up no more.

    At its planned beginning; without one when undo.hearing_days are over.
    """
    if meeting.starts_at is not None:
        return meeting.starts_at
    days = rule("undo.hearing_days", meeting.neighbourhood)
    return calendar.calendar_days(meeting.cancelled_at or clock.now(), days).at


def iso(moment: datetime | None) -> str:
    """A moment as the record and the notices keep it: ISO 8601, UTC."""
    return moment.isoformat(timespec="seconds") if moment else ""


def when_and_where(meeting: Meeting) -> dict[str, str]:
    """The date and the place for the record and for news."""
    return {"starts_at": iso(meeting.starts_at), "place": meeting.place}


def _due(meeting: Meeting) -> Deadline:
    if meeting.state in meeting.course.by_the_meeting and meeting.starts_at:
        return Deadline(clock.end_of(clock.day_of(meeting.starts_at)), provisional=False)
    return in_working_days(meeting, meeting.course.step)
