"""Discussing a topic, choosing the forum that decides it, and what the forum's result does to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, Event, announce, log
from portal.actions.versions import save_version
from portal.community.models import Area, Kind, Post, User
from portal.community.places import below
from portal.community.rules import rule
from portal.deliberation.events import END_CHANGED, SUMMARISED
from portal.deliberation.models import Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.selectors import concerned
from portal.deliberation.services.transitions import change, next_step_due, no_open_hearing
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.kit.wording import deadline
from portal.meetings.selectors import running_about
from portal.record.services import key
from portal.threads import services as threads
from portal.voting import services as voting
from portal.voting.matters import Question
from portal.voting.models import Electorate, Outcome, Vote
from portal.voting.states import BEFORE_END


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


def discuss(
    topic: Topic,
    *,
    by: User | str,
    data: dict[str, Any] | None = None,
    event: Event | None = None,
    reason: str = "",
) -> Topic:
    """Open the discussion of a locked topic, or open it again. At its fixed end a forum is owed.

    The thread stays open until the topic ends: a hearing, a vote and the works are talked about too.
    """
    ends = calendar_days(clock.now(), rule("topic.discussion_days", topic.area)).at
    thread = threads.open_thread(
        key(topic),
        neighbourhood=topic.neighbourhood,
        title=topic.title,
        url=topic.get_absolute_url(),
    )
    fresh: dict[str, Any] = {"thread": thread, "discussed_until": ends, "decided_at": None}
    change(topic, State.DISCUSSING, by=by, until=ends, data=data, event=event, reason=reason, **fresh)
    duties.open_duty("topic.forum", topic, due=next_step_due(topic, ends), post=Post.WORKER)
    return topic


@transaction.atomic
def change_end(user: User, pk: int, ends_on: date, reason: str) -> Topic:
    """Let a discussion end on another day, with notice and a published reason; everybody it concerns is told.

    Earlier no sooner than topic.end_notice_days from now, later by no more than another full discussion. Raises
    NotPossible outside of that, and once the discussion is over.
    """
    topic = TOPICS.take(user, pk, "change_end")
    was, ends = topic.discussed_until, clock.end_of(ends_on)
    _check_end(topic, ends)
    topic.discussed_until = topic.state_until = ends
    topic.save(update_fields=["discussed_until", "state_until"])
    duties.drop(topic, "topic.forum")
    duties.open_duty("topic.forum", topic, due=next_step_due(topic, ends), post=Post.WORKER)
    told = {"ends_on": ends_on.isoformat(), "reason": reason.strip()}
    before = {"was_on": clock.last_day(was).isoformat()} if was else {}
    announce(END_CHANGED, topic, by=user, to=concerned(topic), data={**told, **before}, **told)
    return topic


def earliest_end(topic: Topic) -> datetime:
    """When a discussion can end at the earliest, if that is said now (rule topic.end_notice_days)."""
    return calendar_days(clock.now(), rule("topic.end_notice_days", topic.area)).at


def require_discussed(topic: Topic) -> None:
    """Refuse to decide, or to call a vote, before the discussion's promised end and its summary."""
    if topic.discussed_until and not _had_its_time(topic):
        raise NotPossible(
            _(
                "Neighbours were promised that they can discuss until %(day)s. Please wait for it, or let the "
                "discussion end earlier, with notice and a reason."
            )
            % {"day": deadline(topic.discussed_until)}
        )
    if not topic.summary:
        raise NotPossible(
            _("Please publish the summary of the discussion first: it stands beside the ballot.")
        )


@transaction.atomic
def back_to_discussion(user: User, pk: int, reason: str) -> Topic:
    """Discuss again what was heard, such as after the plan was changed."""
    topic = TOPICS.take(user, pk, "back_to_discussion")
    no_open_hearing(topic)
    return discuss(topic, by=user, data={"reason": reason})


@transaction.atomic
def summarise(user: User, pk: int, summary: str, version: int | None = None) -> Topic:
    """Write the staff's summary of the discussion; #12 in the text leads to that post.

    `version`: the one that was opened to be changed; Overtaken where a colleague saved since.
    """
    topic = TOPICS.take(user, pk, "summarise")
    topic.summary = summary.strip()
    save_version(topic, version or topic.version, ["summary"])
    log(SUMMARISED, topic, by=user, data={"summary": topic.summary})
    return topic


@transaction.atomic
def suspend(user: User, pk: int, reason: str) -> Topic:
    """Stop a topic for a published reason, such as a court case."""
    return change(TOPICS.take(user, pk, "suspend"), State.SUSPENDED, by=user, reason=reason)


@transaction.atomic
def resume(user: User, pk: int) -> Topic:
    """Take a suspended topic up again where it was stopped; a discussion gets its full time again."""
    topic = TOPICS.take(user, pk, "resume")
    if topic.suspended_from == State.IN_FORUM:
        change(topic, State.IN_FORUM, by=user)
        after_hearing(topic)
        return topic
    return discuss(topic, by=user)


@transaction.atomic
def call_vote(user: User, pk: int, motion: Motion) -> Topic:
    """Put a topic to the vote of one electorate, whose roll is frozen now.

    A matter of Civil Code art. 278 goes to the owners alone, under the rule of its matter. Raises NotPossible before
    the discussion's promised end and its summary, and where the question is only the topic's title, or unexplained.
    """
    topic = TOPICS.take(user, pk, "call_vote")
    no_open_hearing(topic)
    require_discussed(topic)
    _check_words(topic, motion)
    if topic.is_owners_matter and motion.electorate != Electorate.OWNERS:
        raise NotPossible(owners_only())
    vote = voting.call_vote(
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
    ends = motion.closes_at
    told = {"vote": key(vote), "electorate": motion.electorate, "closes_at": ends.isoformat()}
    return change(topic, State.VOTING, by=user, until=ends, data=told, vote=vote)


@transaction.atomic
def settle_vote(pk: int) -> Topic:
    """Take a topic where its vote leads: follow a later end, count once it is closed, or do nothing yet.

    Too few votes cast decide nothing, nor does a vote that was called off: the topic goes back to discussion.
    """
    topic = Topic.objects.locked(pk)
    if topic.state != State.VOTING or topic.vote is None:
        return topic
    if topic.vote.aborted_at is not None:
        return discuss(topic, by=SYSTEM, data={"vote": key(topic.vote), "aborted": topic.vote.ended_why})
    if topic.vote.phase in BEFORE_END:
        return _follow(topic, topic.vote.closes_at)
    try:
        vote = voting.count(topic.vote.pk)
    except NotPossible:  # the paper is not in yet, or the sealed ballots wait for their keys
        return topic
    told = {"vote": key(vote), "outcome": vote.outcome}
    if vote.outcome == Outcome.NO_QUORUM:
        return discuss(topic, by=SYSTEM, data=told)
    return decided(topic, vote.outcome == Outcome.PASSED, by=SYSTEM, data=told)


def vote_came_back(topic: Topic, user: User, vote: Vote) -> None:
    """Take a locked topic to its vote again, which had been called off. NotPossible where it has gone on since."""
    if topic.vote_id != vote.pk or topic.state not in {State.DISCUSSING, State.VOTING}:
        raise NotPossible(
            _("The topic has gone on since: it is at “%(state)s”. Please call a vote anew.")
            % {"state": topic.state_label}
        )
    if topic.state == State.DISCUSSING:
        told = {"vote": key(vote), "closes_at": vote.closes_at.isoformat()}
        change(topic, State.VOTING, by=user, until=vote.closes_at, data=told)


def _follow(topic: Topic, until: datetime) -> Topic:
    """The vote was extended: the topic waits as long."""
    if topic.state_until != until:
        topic.state_until = until
        topic.save(update_fields=["state_until"])
    return topic


def hearing_called(topic: Topic, user: User) -> None:
    """Take a locked topic to the hearing that was called about it, where it is not there yet."""
    if topic.state == State.DISCUSSING:
        change(topic, State.IN_FORUM, by=user)
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
        duties.open_duty("topic.decide", topic, due=next_step_due(topic), post=Post.WORKER)


def scopes(topic: Topic) -> list[Area]:
    """Whose people can be asked about a topic: its own place, else the neighbourhood or an estate of it."""
    if topic.area.kind != Kind.NEIGHBOURHOOD:
        return [topic.area]
    return [topic.area, *below(topic.area, Kind.ESTATE)]


def _had_its_time(topic: Topic) -> bool:
    return topic.discussed_until is None or clock.now() >= topic.discussed_until


def _check_end(topic: Topic, ends: datetime) -> None:
    if _had_its_time(topic):
        raise NotPossible(_("The discussion is over already. Please go on with the summary."))
    latest = calendar_days(clock.now(), rule("topic.discussion_days", topic.area)).at
    if ends == topic.discussed_until:
        raise NotPossible(_("It ends on this day already. Please choose another one, or go back."))
    if not earliest_end(topic) <= ends <= max(latest, topic.discussed_until or latest):
        raise NotPossible(
            _("Please choose a day from %(first)s to %(last)s.")
            % {"first": deadline(earliest_end(topic)), "last": deadline(latest)}
        )


def _check_words(topic: Topic, motion: Motion) -> None:
    if motion.question.strip() == topic.title.strip():
        raise NotPossible(
            _("Please write the question itself, so that for and against mean something: not only the title.")
        )
    if blank(motion.explanation):
        raise NotPossible(
            _("Please explain what is voted on: what speaks for it and against it, what it costs.")
        )


def decided(topic: Topic, adopted: bool, **told: Any) -> Topic:
    """Take a locked topic where a decision leads: adopted, somebody owes its plan; else it ends."""
    if not adopted:
        return change(topic, State.NOT_ADOPTED, **told)
    due = next_step_due(topic)
    change(topic, State.ADOPTED, until=due.at, **told)
    duties.open_duty("topic.execute", topic, due=due, post=Post.WORKER)
    return topic


def owners_only() -> str:
    """Why neither committee nor residents decide a matter of Civil Code art. 278."""
    return _(
        "This is a joint matter of the owners (Civil Code art. 278): neither the committee nor a poll of "
        "residents can decide it. Please call a vote of the owners."
    )
