"""How a hearing goes from one state to the next, and what that makes somebody owe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.community.models import Person, Post, User
from portal.community.rules import rule
from portal.community.selectors import signature
from portal.duties import calendar
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.hooks import subject_of
from portal.meetings.models import Hearing
from portal.meetings.permissions import NEEDS, hearing_for
from portal.meetings.states import NEXT
from portal.meetings.states import HearingState as H
from portal.record import services as record

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


def take(user: User, pk: int, action: str) -> Hearing:
    """The hearing, locked, for an action of a user. Raises NotPossible where its state does not allow it."""
    hearing = hearing_for(user, pk, action, lock=True)
    if H(hearing.state) not in NEEDS[action][1]:
        raise moved_on(hearing)
    return hearing


def moved_on(hearing: Hearing) -> NotPossible:
    """What somebody reads whose page was older than the hearing."""
    return NotPossible(
        _("The hearing has moved on: it is now at “%(state)s”. Please look at its page again.")
        % {"state": H(hearing.state).label}
    )


def step(hearing: Hearing, to: H, *, by: User, data: dict[str, Any] | None = None) -> Hearing:
    """Bring a locked hearing into its next state: save it whole, write `hearing.<state>`, pass the duty on.

    Raises NotPossible where the life cycle has no such step.
    """
    was = H(hearing.state)
    if to not in NEXT[was]:
        raise moved_on(hearing)
    hearing.state = to
    hearing.save()
    note(hearing, to.value, by=by, data=data)
    if was in OWED:
        duties.close(OWED[was], hearing, by=by)
    owe_next(hearing)
    return hearing


def note(hearing: Hearing, action: str, *, by: User, data: dict[str, Any] | None = None) -> None:
    """Write `hearing.<action>` into the neighbourhood's record, signed as the public reads it."""
    record.write(
        hearing.neighbourhood.slug,
        f"hearing.{action}",
        actor=signature(by, hearing.neighbourhood).name,
        subject=hearing,
        title=hearing.title,
        data=data,
    )


def owe_next(hearing: Hearing) -> None:
    """Open the committee's duty for the state the hearing is in, if it has one."""
    state = H(hearing.state)
    if state in OWED:
        owe(hearing, OWED[state], post=Post.WORKER, due=_due(hearing, state))


def owe(hearing: Hearing, kind: str, *, due: Deadline, post: str = "", person: Person | None = None) -> None:
    """Open a duty about a hearing, owed by a post of the neighbourhood or by a person."""
    duties.open_duty(
        kind,
        hearing,
        neighbourhood=hearing.neighbourhood,
        title=hearing.title,
        url=hearing.get_absolute_url(),
        due=due,
        post=post,
        person=person,
        area=hearing.neighbourhood if post else None,
    )


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
