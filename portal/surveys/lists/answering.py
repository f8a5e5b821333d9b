"""What becomes of a demand: an answer with a date, kept, moved, put right or taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Post, User
from portal.community.selectors import person_of, post_users
from portal.deliberation.models import Topic
from portal.deliberation.services import topics
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.search import services as search
from portal.surveys.lists import events
from portal.surveys.lists.permissions import DEMANDS, lock_survey
from portal.surveys.lists.services import OWED, PROMISED, SUMMONED, owe, settle
from portal.surveys.models import Demand, Reply, Service
from portal.surveys.states import DemandState
from portal.volunteers import about
from portal.volunteers.models import Activity, Visibility

VERBS = {reply: f"answer_{reply}" for reply in Reply}
CALLED = (Post.PROPERTY, Post.OWNERS_COMMITTEE)
NOT_CARRIED = frozenset({State.NOT_ADOPTED, State.REJECTED, State.REDIRECTED, State.EXPIRED, State.WITHDRAWN})
EMPTY: dict[str, Any] = {"reply": "", "answer": "", "subject": "", "promised_on": None, "summoned": ""}


@transaction.atomic
def answer(
    user: User,
    pk: int,
    reply: str,
    text: str = "",
    *,
    promised_on: date | None = None,
    subject: str = "",
    summoned: str = "",
) -> Demand:
    """Say what becomes of a demand. All but "not possible" promise a day; that needs its reason in `text`.

    `subject`: the key of the topic, service or activity; `summoned`: the post that is asked to come. Raises NotPossible
    where something of it is missing or not of this place.
    """
    demand = DEMANDS.take(user, pk, VERBS[Reply(reply)])
    return _answer(user, demand, Reply(reply), text, promised_on, subject, summoned)


@transaction.atomic
def raise_topic(user: User, pk: int, title: str, promised_on: date, text: str = "") -> Topic:
    """Begin a topic from a demand, as a draft of whoever answers, with what was asked written in it."""
    demand = DEMANDS.take(user, pk, "raise_topic")
    here = demand.neighbourhood
    problem = _("%(survey)s: %(percent)d percent of the %(base)d who were asked need this: %(title)s.") % {
        "survey": demand.survey.title,
        "percent": demand.percent,
        "base": demand.base,
        "title": demand.title,
    }
    fields = topics.Proposal(title=title, place=here.name, problem=problem, wish=demand.title)
    topic = topics.propose(user, here, fields)
    _answer(user, demand, Reply.TOPIC, text, promised_on, key(topic), "")
    return topic


@transaction.atomic
def report_done(user: User, pk: int, text: str, photo: UploadedFile[Any] | None = None) -> Demand:
    """Say that it was done, with a photo where there is one. The promise is kept."""
    demand = DEMANDS.take(user, pk, "report_done")
    kept = uploads.accept(user, demand.neighbourhood, photo, alt=text[:200]) if photo else None
    advance(demand, DemandState.DONE, done=text.strip(), done_at=clock.now(), photo=kept)
    if kept:
        uploads.publish([kept])
    _end(demand, by=user)
    log(events.DONE, demand, by=user, data={"text": demand.done})
    return _settled(demand)


@transaction.atomic
def move(user: User, pk: int, promised_on: date, reason: str) -> Demand:
    """Promise another day, with a published reason."""
    demand = DEMANDS.take(user, pk, "move")
    _ahead(promised_on)
    was, demand.promised_on = demand.promised_on, promised_on
    demand.save(update_fields=["promised_on"])
    waits = Duty.objects.active().about(key(demand)).filter(kind=SUMMONED).exists()
    duties.drop(demand)
    _promise(demand, summon=waits)
    said = {"was": was.isoformat() if was else "", "day": promised_on.isoformat(), "reason": reason.strip()}
    log(events.MOVED, demand, by=user, data=said)
    return demand


@transaction.atomic
def appear(user: User, pk: int, text: str) -> Demand:
    """Those who were asked to come say what they do about it; the committee is told and keeps the promise in view."""
    demand = DEMANDS.take(user, pk, "appear")
    if not duties.close(SUMMONED, demand, by=user):
        raise NotPossible(_("This was answered already."))
    announce(
        events.APPEARED,
        demand,
        by=user,
        to=post_users(Post.WORKER, demand.neighbourhood),
        data={"text": text.strip()},
        text=text.strip(),
    )
    return demand


@transaction.atomic
def correct(user: User, pk: int, text: str, reason: str) -> Demand:
    """Put the words of an answer right; what stood there before stays in the record."""
    demand = DEMANDS.take(user, pk, "correct")
    name = "done" if demand.state == DemandState.DONE else "answer"
    was, now = getattr(demand, name), text.strip()
    if was == now:
        raise NotPossible(_("Nothing has changed: everything is as it was."))
    setattr(demand, name, now)
    demand.save(update_fields=[name])
    log(events.CORRECTED, demand, by=user, data={"was": was, "text": now, "reason": reason.strip()})
    search.index(demand)
    return demand


@transaction.atomic
def reconsider(user: User, pk: int, reason: str) -> Demand:
    """Take an answer back, with a published reason: over the line another one is owed."""
    demand = DEMANDS.take(user, pk, "reconsider")
    log(events.RECONSIDERED, demand, by=user, data={"reason": reason.strip()})
    return _unanswered(demand)


@transaction.atomic
def reopen(user: User, pk: int, promised_on: date, reason: str) -> Demand:
    """It is not done after all: promised anew, with a published reason."""
    demand = DEMANDS.take(user, pk, "reopen")
    _ahead(promised_on)
    advance(demand, DemandState.IN_HAND, promised_on=promised_on, done="", done_at=None)
    _promise(demand)
    said = {"day": promised_on.isoformat(), "reason": reason.strip()}
    log(events.REOPENED, demand, by=user, data=said)
    return _settled(demand)


@transaction.atomic
def follow_topic(pk: int) -> bool:
    """Let a demand follow its topic: done when that was carried out and closed, owed again when it ended otherwise.

    While its topic is merged into another one it follows that. Returns whether something followed.
    """
    demand = _locked(pk)
    if demand is None or demand.state != DemandState.IN_HAND or demand.reply != Reply.TOPIC:
        return False
    topic = _goes_on_as(Topic.objects.filter(pk=demand.subject.partition(":")[2]).first())
    if topic is not None and topic.state == State.CLOSED:
        advance(demand, DemandState.DONE, done=topic.title, done_at=clock.now())
        _end(demand)
        log(events.TOPIC_CLOSED, demand)
        _settled(demand)
        return True
    if topic is None or topic.state in NOT_CARRIED:
        _unanswered(demand)
        due = demand_due(demand)
        to = post_users(Post.WORKER, demand.neighbourhood) if due else ()
        announce(events.TOPIC_ENDED, demand, to=to, due_at=due)
        return True
    return False


def _goes_on_as(topic: Topic | None) -> Topic | None:
    """The topic, or what it was merged into, over however many steps; a merge can be undone, so nothing is kept."""
    while topic is not None and topic.state == State.MERGED:
        topic = topic.merged_into
    return topic


def demand_due(demand: Demand) -> str:
    """By when an answer is owed, as plain JSON; empty where none is."""
    standing = Duty.objects.active().about(key(demand)).filter(kind=OWED).first()
    return standing.due_at.isoformat() if standing else ""


def _locked(pk: int) -> Demand | None:
    lock_survey(pk)
    found = Demand.objects.select_for_update(of=("self",), no_key=True).select_related(
        "survey__neighbourhood"
    )
    return found.filter(pk=pk).first()


def _answer(
    user: User,
    demand: Demand,
    reply: Reply,
    text: str,
    promised_on: date | None,
    subject: str,
    summoned: str,
) -> Demand:
    text = text.strip()
    _require(demand, reply, text, promised_on, subject, summoned)
    refused = reply == Reply.NOT_POSSIBLE
    duties.close(OWED, demand, by=user)
    if refused:
        duties.drop(demand)
    advance(
        demand,
        DemandState.NOT_POSSIBLE if refused else DemandState.IN_HAND,
        reply=reply,
        answer=text,
        subject=subject,
        promised_on=None if refused else promised_on,
        summoned=summoned,
        answered_by=person_of(user),
        answered_at=clock.now(),
    )
    if not refused:
        _promise(demand)
    _announce(user, demand, reply)
    search.index(demand)
    return _settled(demand)


def _announce(user: User, demand: Demand, reply: Reply) -> None:
    day = demand.promised_on
    told = {"text": demand.answer, "day": day.isoformat() if day else ""}
    summoned = reply == Reply.SUMMONS and day
    announce(
        events.ANSWERED[reply],
        demand,
        by=user,
        to=post_users(demand.summoned, demand.neighbourhood) if summoned else (),
        data=told,
        text=demand.answer,
        percent=demand.percent,
        **({"due_at": clock.end_of(day).isoformat()} if summoned and day else {}),
    )


def _require(
    demand: Demand, reply: Reply, text: str, promised_on: date | None, subject: str, summoned: str
) -> None:
    if reply == Reply.NOT_POSSIBLE:
        if not text:
            raise NotPossible(_("Please say why it is not possible: everybody reads it."))
        return
    if promised_on is None:
        raise NotPossible(_("Please say by when."))
    _ahead(promised_on)
    if reply == Reply.SUMMONS and summoned not in CALLED:
        raise NotPossible(_("Please say who is asked to come."))
    if not _known(demand, reply, subject):
        raise NotPossible(_("Please choose one of this neighbourhood."))


def _known(demand: Demand, reply: Reply, subject: str) -> bool:
    """Whether what answers it is there, and of this place."""
    here, (kind, _colon, number) = demand.neighbourhood, subject.partition(":")
    if reply not in (Reply.TOPIC, Reply.SERVICE, Reply.ACTIVITY):
        return not subject
    if kind != reply or not number.isdecimal():
        return False
    if reply == Reply.TOPIC:
        return (
            about.fits(subject, here)
            or Topic.objects.filter(pk=int(number), neighbourhood=here, state=State.DRAFT).exists()
        )
    if reply == Reply.SERVICE:
        return Service.objects.offered().filter(pk=int(number), neighbourhood=here).exists()
    posted = Activity.objects.posted().filter(visibility=Visibility.EVERYONE)
    return posted.filter(pk=int(number), neighbourhood=here).exists()


def _ahead(day: date) -> None:
    if day < clock.today():
        raise NotPossible(_("This day is over."))


def _promise(demand: Demand, *, summon: bool = True) -> None:
    """What was promised is owed by its day; those who are asked to come owe that they do."""
    if demand.promised_on is None:
        raise NotPossible(_("Please say by when."))
    due = Deadline(clock.end_of(demand.promised_on), provisional=False)
    duties.open_duty(PROMISED, demand, due=due, post=Post.WORKER)
    if demand.summoned and summon:
        duties.open_duty(SUMMONED, demand, due=due, post=demand.summoned)


def _end(demand: Demand, *, by: User | None = None) -> None:
    duties.close(PROMISED, demand, by=by)
    duties.drop(demand)


def _unanswered(demand: Demand) -> Demand:
    duties.drop(demand)
    advance(demand, DemandState.OWED if demand.over else DemandState.BELOW, **EMPTY)
    if demand.over:
        owe(demand)
    search.index(demand)
    return _settled(demand)


def _settled(demand: Demand) -> Demand:
    settle(demand.survey)
    return demand
