"""Carrying out what was adopted, in dated steps, and judging the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from portal.community import uploads
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.deliberation import households
from portal.deliberation.models import Rating, Satisfaction, Step, Topic
from portal.deliberation.news import STEP_DONE, STEP_MOVED
from portal.deliberation.permissions import topic_for
from portal.deliberation.services.topics import Photo, kept
from portal.deliberation.services.transitions import (
    move,
    next_step_due,
    note,
    owe,
    require,
    signed,
    tell,
)
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import Deadline, calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.record.services import key

# Who can be made responsible for carrying a topic out.
CARRIERS = (
    Post.PROPERTY,
    Post.WORKER,
    Post.DIRECTOR,
    Post.OWNERS_COMMITTEE,
    Post.BUILDING_HEAD,
    Post.OFFICER,
)


@dataclass(frozen=True)
class PlannedStep:
    """One dated step of a plan: done by the end of the day `due_on` in Shanghai."""

    text: str
    due_on: date


@transaction.atomic
def start_execution(
    user: User, pk: int, *, post: str, name: str, budget: int | None, steps: Sequence[PlannedStep]
) -> Topic:
    """Begin to carry out: who is responsible, with how much money (fen), in which dated steps."""
    topic = _locked(user, pk, "start_execution")
    topic.responsible_post, topic.responsible_name, topic.budget = Post(post).value, name, budget
    _plan(topic, steps)
    told = {"responsible": name, "steps": [f"{step.due_on.isoformat()} {step.text}" for step in steps]}
    return _execute(topic, user, told | ({"budget": budget} if budget is not None else {}))


@transaction.atomic
def add_step(user: User, pk: int, step: PlannedStep, reason: str = "") -> Step:
    """Add a step to a plan that is being carried out."""
    topic = _locked(user, pk, "plan_steps")
    made = _plan(topic, [step])[0]
    note(
        topic,
        "step_added",
        actor=signed(user, topic),
        data={"step": made.text, "due_on": made.due_on.isoformat(), "reason": reason},
    )
    _run_until(topic)
    return made


@transaction.atomic
def reschedule_step(user: User, pk: int, step_pk: int, due_on: date, reason: str) -> Step:
    """Give an open step another date, with a published reason; those who follow the topic are told."""
    topic = _locked(user, pk, "plan_steps")
    step = _open_step(topic, step_pk)
    _in_time(due_on)
    was, step.due_on = step.due_on, due_on
    step.save(update_fields=["due_on"])
    duties.drop(step)
    _owe_step(topic, step)
    told = {"step": step.text, "was": was.isoformat(), "due_on": due_on.isoformat(), "reason": reason}
    note(topic, "step_moved", actor=signed(user, topic), data=told)
    occasion = f"{key(step)}:{clock.now().isoformat()}"
    tell(topic, STEP_MOVED, occasion=occasion, params={"step": step.text, "reason": reason})
    _run_until(topic)
    return step


@transaction.atomic
def report_step(user: User, pk: int, step_pk: int, note_text: str, photos: Sequence[Photo] = ()) -> Step:
    """Report a step as done, with a note and photos that everybody sees."""
    topic = _locked(user, pk, "report_step")
    step = _open_step(topic, step_pk)
    step.done_at, step.done_by, step.note = clock.now(), person_of(user), note_text.strip()
    step.save(update_fields=["done_at", "done_by", "note"])
    files = [kept(user, topic, photo) for photo in photos]
    step.photos.add(*files)
    uploads.publish(files)
    duties.close("topic.step", step, by=user)
    told = {"step": step.text, "due_on": step.due_on.isoformat(), "photos": len(files)}
    note(topic, "step_done", actor=signed(user, topic), data=told)
    tell(topic, STEP_DONE, occasion=key(step), params={"step": step.text})
    return step


@transaction.atomic
def finish(user: User, pk: int) -> Topic:
    """Report the whole as done, when each step is: neighbours judge the result for topic.evaluation_days."""
    topic = _locked(user, pk, "finish")
    if topic.steps.filter(done_at=None).exists():
        raise NotPossible(_("There are steps that are not done yet. Please report them first."))
    ends = calendar_days(clock.now(), rule("topic.evaluation_days", topic.area))
    move(
        topic,
        State.EVALUATING,
        actor=signed(user, topic),
        until=ends.at,
        by=user,
        data={"round": topic.round},
    )
    owe(topic, "topic.evaluate", next_step_due(topic, ends.at))
    return topic


@transaction.atomic
def rate(user: User, pk: int, level: str, text: str = "") -> Rating:
    """Judge the result, one judgement a person and round; it can be changed until the topic is closed.

    Only for those who live or own where the topic applies.
    """
    topic = _locked(user, pk, "rate")
    person = person_of(user)
    if not households.belongs(person.pk, topic.area):
        raise NotPossible(
            _("Only those who live or own in %(place)s can judge this result.") % {"place": topic.area}
        )
    rating, _made = Rating.objects.update_or_create(
        topic=topic,
        round=topic.round,
        person=person,
        defaults={"level": Satisfaction(level).value, "text": text.strip(), "at": clock.now()},
    )
    stir(topic.neighbourhood.slug)
    return rating


@transaction.atomic
def close(user: User, pk: int, words: str) -> Topic:
    """Close a topic with a word to the neighbours, when they have had their time to judge."""
    topic = _locked(user, pk, "close")
    if topic.state_until and clock.now() < topic.state_until:
        raise NotPossible(
            _("Neighbours can still judge the result. The topic can be closed when their time is over.")
        )
    return move(topic, State.CLOSED, actor=signed(user, topic), reason=words, by=user, data=_judged(topic))


@transaction.atomic
def rework(user: User, pk: int, reason: str, steps: Sequence[PlannedStep]) -> Topic:
    """Have it done again: a new round with new steps; what was judged before stays to be read."""
    topic = _locked(user, pk, "rework")
    judged = _judged(topic)
    topic.round += 1
    _plan(topic, steps)
    return _execute(topic, user, judged | {"round": topic.round}, reason=reason)


def shares(topic: Topic) -> dict[str, int]:
    """How many judged the present round how; every level of the scale, also those nobody chose."""
    levels = topic.ratings.filter(round=topic.round).values_list("level").annotate(count=Count("pk"))
    counts = dict(levels)
    return {level.value: counts.get(level.value, 0) for level in Satisfaction}


def _execute(topic: Topic, user: User, told: dict[str, object], reason: str = "") -> Topic:
    last = topic.steps.filter(done_at=None).aggregate(last=Max("due_on"))["last"]
    until = clock.end_of(last)
    return move(
        topic, State.EXECUTING, actor=signed(user, topic), until=until, by=user, reason=reason, data=told
    )


def _plan(topic: Topic, steps: Sequence[PlannedStep]) -> list[Step]:
    if not steps:
        raise NotPossible(_("Please name at least one step with its date."))
    number = topic.steps.aggregate(last=Max("number"))["last"] or 0
    made = []
    for at, planned in enumerate(steps, start=number + 1):
        _in_time(planned.due_on)
        step = Step.objects.create(topic=topic, number=at, text=planned.text, due_on=planned.due_on)
        _owe_step(topic, step)
        made.append(step)
    return made


def _owe_step(topic: Topic, step: Step) -> None:
    duties.open_duty(
        "topic.step",
        step,
        neighbourhood=topic.neighbourhood,
        title=f"{topic.title}：{step.text}"[:200],
        url=topic.get_absolute_url(),
        due=Deadline(clock.end_of(step.due_on), provisional=False),
        post=topic.responsible_post,
        area=topic.neighbourhood,
    )


def _open_step(topic: Topic, step_pk: int) -> Step:
    step = topic.steps.filter(pk=step_pk, done_at=None).first()
    if step is None:
        raise NotPossible(_("This step is done already, or it is not part of this topic."))
    return step


def _in_time(day: date) -> None:
    if day < clock.today():
        raise NotPossible(_("The date of a step cannot be in the past."))


def _run_until(topic: Topic) -> None:
    last = topic.steps.filter(done_at=None).aggregate(last=Max("due_on"))["last"]
    topic.state_until = clock.end_of(last)
    topic.save(update_fields=["state_until"])


def _judged(topic: Topic) -> dict[str, object]:
    return {"judged": shares(topic)}


def _locked(user: User, pk: int, action: str) -> Topic:
    topic = topic_for(user, pk, action, lock=True)
    require(topic, action)
    return topic
