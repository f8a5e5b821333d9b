"""What a meeting decided becomes somebody's duty with a day: done, put off once, or not done, always with words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import kinds
from portal.meetings.minutes import events
from portal.meetings.minutes.permissions import DECISIONS
from portal.meetings.minutes.services import accounts, came
from portal.meetings.models import Decision, Meeting
from portal.meetings.states.decision import DecisionState

DUTY = "decision.do"


@transaction.atomic
def decide(
    user: User,
    pk: int,
    *,
    text: str,
    due_on: date,
    post: Post | str = "",
    person: Person | None = None,
    body: str = "",
) -> Meeting:
    """Note what was decided, and whose it is to do until the end of a day: a post's, a person's, or a named body's.

    What a body outside the portal promised the committee's worker watches. Raises NotPossible for no owner or several,
    a post that nobody holds, and a day that is past.
    """
    meeting = kinds.take(user, pk, "decide")
    _check_owner(meeting, post, person, body)
    if due_on < clock.today():
        raise NotPossible(_("That day is past. Choose one that can be kept."))
    number = (meeting.decisions.aggregate(last=Max("number"))["last"] or 0) + 1
    decision = Decision.objects.create(
        meeting=meeting, number=number, text=text, post=post, person=person, body=body, due_on=due_on
    )
    _owe(decision)
    data = {"text": text, "owner": decision.owner, "due_on": due_on.isoformat()}
    announce(events.DECIDED, decision, by=user, to=_owners(decision), data=data, due_on=due_on.isoformat())
    return meeting


@transaction.atomic
def done(user: User, pk: int, *, note: str) -> Decision:
    """What was decided is done; `note` says how. Those who took part are told."""
    decision = DECISIONS.take(user, pk, "done")
    _end(decision, DecisionState.DONE, note)
    duties.close(DUTY, decision, by=user)
    announce(
        events.DONE, decision, by=user, to=_concerned(decision), data={"text": decision.text}, reason=note
    )
    return decision


def done_by_body(decision: Decision, by: str, note: str) -> None:
    """A body outside the portal says, by its own way in, that its promise is kept. In the caller's transaction."""
    _end(decision, DecisionState.DONE, note)
    duties.close(DUTY, decision)
    announce(events.DONE, decision, by=by, to=_concerned(decision), data={"text": decision.text}, reason=note)


@transaction.atomic
def move(user: User, pk: int, *, due_on: date, why: str) -> Decision:
    """Give it a later day, once, with a reason. Raises NotPossible the second time, and for an earlier day."""
    decision = DECISIONS.take(user, pk, "move")
    if decision.moved_on:
        raise NotPossible(_("It was put off once already. Say how it stands, or that it is not done."))
    if due_on <= decision.due_on:
        raise NotPossible(_("Choose a day after the one that was promised."))
    decision.moved_on, decision.due_on, decision.moved_why = decision.due_on, due_on, why
    decision.save(update_fields=["moved_on", "due_on", "moved_why"])
    duties.drop(decision, DUTY)
    _owe(decision)
    data = {"text": decision.text, "due_on": due_on.isoformat(), "why": why}
    told = {"due_on": due_on.isoformat(), "why": why}
    announce(events.MOVED, decision, by=user, to=_concerned(decision), data=data, **told)
    return decision


@transaction.atomic
def drop(user: User, pk: int, *, note: str) -> Decision:
    """It is not done after all; `note` says why, and everybody who took part reads it."""
    decision = DECISIONS.take(user, pk, "drop")
    _end(decision, DecisionState.DROPPED, note)
    duties.drop(decision)
    data = {"text": decision.text, "note": note}
    announce(events.DROPPED, decision, by=user, to=_concerned(decision), data=data, note=note)
    return decision


@transaction.atomic
def owe_again(user: User, pk: int, *, due_on: date, why: str) -> Decision:
    """Said to be done, or dropped, by mistake: it is to be done after all, until a day to come."""
    decision = DECISIONS.take(user, pk, "owe_again")
    if due_on < clock.today():
        raise NotPossible(_("That day is past. Choose one that can be kept."))
    advance(decision, DecisionState.OWED, ended_at=None, done_note="", due_on=due_on)
    _owe(decision)
    data = {"text": decision.text}
    told = {"due_on": due_on.isoformat(), "why": why}
    announce(events.OWED_AGAIN, decision, by=user, to=_owners(decision), data=data, **told)
    return decision


def taken_up_until(decision: Decision) -> datetime | None:
    """Until when what ended can be taken up again; None while it is owed."""
    if decision.ended_at is None:
        return None
    return decision.ended_at + timedelta(days=rule("undo.decision_days", decision.neighbourhood))


def _check_owner(meeting: Meeting, post: Post | str, person: Person | None, body: str) -> None:
    if sum(map(bool, (post, person, body))) != 1:
        raise NotPossible(_("Please say who does it: one post, one person, or one body."))
    if post and not holders(post, meeting.neighbourhood):
        raise NotPossible(_("Nobody holds that post here, so nobody would do it. Choose somebody else."))


def _owe(decision: Decision) -> None:
    due = Deadline(clock.end_of(decision.due_on), provisional=False)
    post = "" if decision.person else decision.post or Post.WORKER
    duties.open_duty(DUTY, decision, due=due, person=decision.person, post=post)


def _end(decision: Decision, state: DecisionState, note: str) -> None:
    advance(decision, state, ended_at=clock.now(), done_note=note)


def _owners(decision: Decision) -> Iterable[User]:
    if decision.person:
        return User.objects.filter(is_active=True, person=decision.person)
    return post_users(decision.post or Post.WORKER, decision.neighbourhood)


def _concerned(decision: Decision) -> Iterable[User]:
    return accounts(came(decision.meeting))
