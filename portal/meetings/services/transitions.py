"""How a hearing goes from one state to the next, and what that makes somebody owe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import calendar
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.meetings.hooks import subject_of
from portal.meetings.models import Hearing
from portal.meetings.states import HearingState as H
from portal.search import services as search

ANSWER_DUTY = "hearing.answer"
MINUTES_DUTY = "hearing.mark"

# What the committee owes while a hearing stands somewhere. The answer is the decision-maker's own duty.
OWED: dict[H, str] = {
    H.PLANNED: "hearing.set_panel",
    H.PANEL_SET: "hearing.announce",
    H.ANNOUNCED: "hearing.open_registration",
    H.REGISTRATION: "hearing.confirm_list",
    H.CONFIRMED: "hearing.begin",
    H.IN_SESSION: "hearing.draft_minutes",
    H.ADJOURNED: "hearing.begin",
    H.MINUTES_DRAFT: "hearing.sign_minutes",
    H.MINUTES_SIGNED: "hearing.issue_opinion",
    H.OPINION_ISSUED: "hearing.send_opinion",
    H.ANSWERED: "hearing.publish",
    H.POSTPONED: "hearing.announce",
}
# These wait for the meeting itself; all others for a working period of the committee.
BY_THE_MEETING = frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.ADJOURNED})


def step(hearing: Hearing, to: H, *, by: User, **changes: Any) -> Hearing:
    """Bring a locked hearing into its next state with these changes, and pass the committee's duty on.

    Raises NotPossible where the life cycle has no such step.
    """
    was = advance(hearing, to, **changes)
    search.index(hearing)
    if was in OWED:
        duties.close(OWED[was], hearing, by=by)
    open_next_duty(hearing)
    return hearing


def open_next_duty(hearing: Hearing) -> None:
    """What the committee owes in the state the hearing is in, if anything."""
    state = H(hearing.state)
    if state in OWED:
        duties.open_duty(OWED[state], hearing, due=_due(hearing, state), post=Post.WORKER)


def in_working_days(hearing: Hearing, key: str) -> Deadline:
    """The end of a working period that begins now, by its rule."""
    return calendar.add_working_days(clock.now(), rule(key, hearing.neighbourhood))


def require_ready(hearing: Hearing) -> None:
    """Refuse what brings a meeting nearer while what it is about does not allow it."""
    if subject := subject_of(hearing.subject):
        subject.require_ready()


def after_hearing(hearing: Hearing) -> None:
    """Let what a hearing was about go on: the hearing was published or cancelled."""
    if subject := subject_of(hearing.subject):
        subject.over()


def iso(moment: datetime | None) -> str:
    """A moment as the record and the notices keep it: ISO 8601, UTC."""
    return moment.isoformat(timespec="seconds") if moment else ""


def when_and_where(hearing: Hearing) -> dict[str, str]:
    """The date and the place for the record and for news."""
    return {"starts_at": iso(hearing.starts_at), "place": hearing.place}


def _due(hearing: Hearing, state: H) -> Deadline:
    if state in BY_THE_MEETING and hearing.starts_at:
        return Deadline(clock.end_of(clock.day_of(hearing.starts_at)), provisional=False)
    return in_working_days(hearing, "hearing.step_working_days")
