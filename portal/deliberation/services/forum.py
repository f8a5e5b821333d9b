"""Discussing a topic, choosing the forum that decides it, and what the forum's result does to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Area, Kind, User
from portal.community.rules import rule
from portal.deliberation.models import Topic
from portal.deliberation.permissions import topic_for
from portal.deliberation.services.transitions import (
    SYSTEM,
    move,
    next_step_due,
    no_open_hearing,
    note,
    owe,
    require,
    signed,
)
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.selectors import running_about
from portal.record.services import key
from portal.threads import services as threads
from portal.voting import services as voting
from portal.voting.matters import Question
from portal.voting.models import Electorate, Outcome


@dataclass(frozen=True)
class Motion:
    """What is put to the vote, to whom, from when to when."""

    question: str
    explanation: str
    electorate: str
    scope: Area
    matter: str
    opens_at: datetime
    closes_at: datetime
    legal_effect: str
    may_extend_to: datetime | None = None
    secret: bool = False


def discuss(topic: Topic, *, actor: str, by: User | None = None, data: dict[str, Any] | None = None) -> Topic:
    """Open the discussion of a locked topic, or open it again. At its fixed end a forum is owed.

    The thread stays open until the topic ends: a hearing, a vote and the works are talked about too.
    """
    ends = calendar_days(clock.now(), rule("topic.discussion_days", topic.area))
    topic.thread = threads.open_thread(
        key(topic),
        neighbourhood=topic.neighbourhood,
        title=topic.title,
        url=topic.get_absolute_url(),
    )
    move(topic, State.DISCUSSING, actor=actor, until=ends.at, by=by, data=data)
    owe(topic, "topic.forum", next_step_due(topic, ends.at))
    return topic


@transaction.atomic
def back_to_discussion(user: User, pk: int, reason: str) -> Topic:
    """Discuss again what was heard, such as after the plan was changed."""
    topic = _locked(user, pk, "back_to_discussion")
    no_open_hearing(topic)
    return discuss(topic, actor=signed(user, topic), by=user, data={"reason": reason})


@transaction.atomic
def summarise(user: User, pk: int, text: str) -> Topic:
    """Write the staff's summary of the discussion; #12 in the text leads to that post."""
    topic = _locked(user, pk, "summarise")
    topic.summary = text.strip()
    topic.save(update_fields=["summary"])
    note(topic, "summarised", actor=signed(user, topic), data={"summary": topic.summary})
    return topic


@transaction.atomic
def suspend(user: User, pk: int, reason: str) -> Topic:
    """Stop a topic for a published reason, such as a court case."""
    topic = _locked(user, pk, "suspend")
    return move(topic, State.SUSPENDED, actor=signed(user, topic), reason=reason)


@transaction.atomic
def resume(user: User, pk: int) -> Topic:
    """Take a suspended topic up again where it was stopped; a discussion gets its full time again."""
    topic = _locked(user, pk, "resume")
    if topic.suspended_from == State.IN_FORUM:
        move(topic, State.IN_FORUM, actor=signed(user, topic), by=user)
        after_hearing(topic)
        return topic
    return discuss(topic, actor=signed(user, topic), by=user)


@transaction.atomic
def call_vote(user: User, pk: int, motion: Motion) -> Topic:
    """Put a topic to the vote of one electorate, whose roll is frozen now.

    A matter of Civil Code art. 278 goes to the owners alone, under the rule of its matter.
    """
    topic = _locked(user, pk, "call_vote")
    no_open_hearing(topic)
    if topic.is_owners_matter and motion.electorate != Electorate.OWNERS:
        raise NotPossible(_owners_only())
    topic.vote = voting.call_vote(
        user,
        neighbourhood=topic.neighbourhood,
        scope=motion.scope,
        subject=key(topic),
        subject_url=topic.get_absolute_url(),
        title=motion.question,
        explanation=motion.explanation,
        electorate=motion.electorate,
        matter=motion.matter,
        opens_at=motion.opens_at,
        closes_at=motion.closes_at,
        legal_effect=motion.legal_effect,
        may_extend_to=motion.may_extend_to,
        question=Question(secret=motion.secret),
    )
    told = {
        "vote": key(topic.vote),
        "electorate": motion.electorate,
        "closes_at": motion.closes_at.isoformat(),
    }
    return move(topic, State.VOTING, actor=signed(user, topic), until=motion.closes_at, by=user, data=told)


@transaction.atomic
def decide(user: User, pk: int, adopted: bool, reason: str) -> Topic:
    """The committee decides what is its to decide, with a published reason; never an owners' matter."""
    topic = _locked(user, pk, "decide")
    if topic.is_owners_matter:
        raise NotPossible(_owners_only())
    no_open_hearing(topic)
    return _decided(topic, adopted, actor=signed(user, topic), reason=reason, by=user)


@transaction.atomic
def settle_vote(pk: int) -> Topic:
    """Take a topic where its vote leads: follow a later end, count once it is closed, or do nothing yet.

    Too few votes cast decide nothing, nor does a vote that was called off: the topic goes back to discussion.
    """
    topic = (
        Topic.objects.select_for_update(of=("self",))
        .select_related("neighbourhood", "area", "vote")
        .get(pk=pk)
    )
    if topic.state != State.VOTING or topic.vote is None:
        return topic
    if topic.vote.aborted_at is not None:
        return discuss(topic, actor=SYSTEM, data={"vote": key(topic.vote), "aborted": topic.vote.ended_why})
    if clock.now() < topic.vote.closes_at:
        return _follow(topic, topic.vote.closes_at)
    try:
        vote = voting.count(topic.vote.pk)
    except NotPossible:  # the paper is not in yet, or the sealed ballots wait for their keys
        return topic
    told = {"vote": key(vote), "outcome": vote.outcome}
    if vote.outcome == Outcome.NO_QUORUM:
        return discuss(topic, actor=SYSTEM, data=told)
    return _decided(topic, vote.outcome == Outcome.PASSED, actor=SYSTEM, data=told)


def _follow(topic: Topic, until: datetime) -> Topic:
    """The vote was extended: the topic waits as long."""
    if topic.state_until != until:
        topic.state_until = until
        topic.save(update_fields=["state_until"])
    return topic


def hearing_called(topic: Topic, user: User) -> None:
    """Take a locked topic to the hearing that was called about it, where it is not there yet."""
    if topic.state == State.DISCUSSING:
        move(topic, State.IN_FORUM, actor=signed(user, topic), by=user)
    # What the committee owed after the last hearing is this one.
    duties.close("topic.decide", topic, by=user)


def require_forum(topic: Topic) -> None:
    """Refuse what brings a hearing nearer while its topic is suspended, decided or ended."""
    if topic.state != State.IN_FORUM:
        raise NotPossible(
            _("The topic is at “%(state)s”. The hearing can go on when the topic is back, or be cancelled.")
            % {"state": topic.state_label}
        )


def after_hearing(topic: Topic) -> None:
    """Promise the committee's decision once no hearing of a topic in the forum is under way any more."""
    if topic.state == State.IN_FORUM and not running_about(key(topic)).exists():
        owe(topic, "topic.decide", next_step_due(topic))


def scopes(topic: Topic) -> list[Area]:
    """Whose people can be asked about a topic: its own place, else the neighbourhood or an estate of it."""
    if topic.area.kind != Kind.NEIGHBOURHOOD:
        return [topic.area]
    estates = Area.objects.filter(path__startswith=topic.area.path, kind=Kind.ESTATE).order_by("path")
    return [topic.area, *estates]


def _decided(topic: Topic, adopted: bool, *, actor: str, **told: Any) -> Topic:
    if not adopted:
        return move(topic, State.NOT_ADOPTED, actor=actor, **told)
    due = next_step_due(topic)
    move(topic, State.ADOPTED, actor=actor, until=due.at, **told)
    owe(topic, "topic.execute", due)
    return topic


def _locked(user: User, pk: int, action: str) -> Topic:
    topic = topic_for(user, pk, action, lock=True)
    require(topic, action)
    return topic


def _owners_only() -> str:
    return _(
        "This is a joint matter of the owners (Civil Code art. 278): neither the committee nor a poll of "
        "residents can decide it. Please call a vote of the owners."
    )
