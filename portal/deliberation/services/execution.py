"""Carrying out what was adopted, in dated steps, and judging the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.deliberation import households
from portal.deliberation.events import STEP_ADDED, STEP_DONE, STEP_MOVED
from portal.deliberation.models import Rating, Satisfaction, Step, Topic
from portal.deliberation.permissions import STEPS, TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services.deciding import require_unobjected
from portal.deliberation.services.topics import Photo, stored
from portal.deliberation.services.transitions import change, next_step_due
from portal.deliberation.states import State, StepState
from portal.duties import services as duties
from portal.duties.calendar import Deadline, calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.record.fragments import stir

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
    topic = TOPICS.take(user, pk, "start_execution")
    require_unobjected(topic)
    told = {"responsible": name, "steps": [f"{step.due_on.isoformat()} {step.text}" for step in steps]}
    change(
        topic,
        State.EXECUTING,
        by=user,
        until=_last(steps),
        data=told | ({"budget": budget} if budget is not None else {}),
        responsible_post=Post(post).value,
        responsible_name=name,
        budget=budget,
    )
    _plan(topic, steps)
    return topic


@transaction.atomic
def add_step(user: User, pk: int, step: PlannedStep, reason: str = "") -> Step:
    """Add a step to a plan that is being carried out."""
    topic = TOPICS.take(user, pk, "plan_steps")
    _last([step])
    made = _plan(topic, [step])[0]
    told = {"step": made.text, "due_on": made.due_on.isoformat(), "reason": reason}
    log(STEP_ADDED, topic, by=user, data=told)
    _run_until(topic)
    return made


@transaction.atomic
def reschedule_step(user: User, pk: int, due_on: date, reason: str) -> Step:
    """Give an open step another date, with a published reason; those who follow the topic are told."""
    step = STEPS.take(user, pk, "move")
    _in_time(due_on)
    was, step.due_on = step.due_on, due_on
    step.save(update_fields=["due_on"])
    duties.drop(step)
    _promise(step)
    told = {"step": step.text, "was": was.isoformat(), "due_on": due_on.isoformat(), "reason": reason}
    topic = step.topic
    to, url = followers(topic), step.get_absolute_url()
    announce(STEP_MOVED, topic, by=user, to=to, data=told, url=url, step=step.text, reason=reason)
    _run_until(topic)
    return step


@transaction.atomic
def report_step(user: User, pk: int, note: str, photos: Sequence[Photo] = ()) -> Step:
    """Report a step as done, with a note and photos that everybody sees."""
    step = STEPS.take(user, pk, "report")
    topic = step.topic
    advance(step, StepState.DONE, done_at=clock.now(), done_by=person_of(user), note=note.strip())
    files = [stored(user, topic, photo) for photo in photos]
    step.photos.add(*files)
    uploads.publish(files)
    duties.close("topic.step", step, by=user)
    told = {"step": step.text, "due_on": step.due_on.isoformat(), "photos": len(files)}
    url = step.get_absolute_url()
    announce(STEP_DONE, topic, by=user, to=followers(topic), data=told, url=url, step=step.text)
    return step


@transaction.atomic
def finish(user: User, pk: int) -> Topic:
    """Report the whole as done, when each step is: neighbours judge the result for topic.evaluation_days."""
    topic = TOPICS.take(user, pk, "finish")
    require_done(topic)
    ends = calendar_days(clock.now(), rule("topic.evaluation_days", topic.area)).at
    change(topic, State.EVALUATING, by=user, until=ends, data={"round": topic.round})
    duties.open_duty("topic.evaluate", topic, due=next_step_due(topic, ends), post=Post.WORKER)
    return topic


@transaction.atomic
def rate(user: User, pk: int, level: str, text: str = "") -> Rating:
    """Judge the result, one judgement a person and round; it can be changed until the topic is closed.

    Only for those who live or own where the topic applies.
    """
    topic = TOPICS.take(user, pk, "rate")
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
def close(user: User, pk: int, reason: str) -> Topic:
    """Close a topic with a word to the neighbours, when they have had their time to judge."""
    topic = TOPICS.take(user, pk, "close")
    require_judged(topic)
    return change(topic, State.CLOSED, by=user, reason=reason, data={"judged": shares(topic)})


@transaction.atomic
def rework(user: User, pk: int, reason: str, steps: Sequence[PlannedStep]) -> Topic:
    """Have it done again: a new round with new steps; what was judged before stays to be read."""
    topic = TOPICS.take(user, pk, "rework")
    told, until = {"judged": shares(topic), "round": topic.round + 1}, _last(steps)
    change(topic, State.EXECUTING, by=user, until=until, reason=reason, data=told, round=topic.round + 1)
    _plan(topic, steps)
    return topic


def require_done(topic: Topic) -> None:
    """Refuse to report the whole as done while a step is open."""
    if any(step.done_at is None for step in topic.steps.all()):
        raise NotPossible(_("There are steps that are not done yet. Please report them first."))


def require_judged(topic: Topic) -> None:
    """Refuse to close a topic while neighbours have time to judge what was done."""
    if topic.state_until and not clock.passed(topic.state_until):
        raise NotPossible(
            _("Neighbours can judge the result until %(day)s. The topic can be closed after that.")
            % {"day": deadline(topic.state_until)}
        )


def shares(topic: Topic) -> dict[str, int]:
    """How many judged the present round how; every level of the scale, also those nobody chose."""
    levels = topic.ratings.filter(round=topic.round).values_list("level").annotate(count=Count("pk"))
    counts = dict(levels)
    return {level.value: counts.get(level.value, 0) for level in Satisfaction}


def _plan(topic: Topic, steps: Sequence[PlannedStep]) -> list[Step]:
    number = topic.steps.aggregate(last=Max("number"))["last"] or 0
    made = []
    for at, planned in enumerate(steps, start=number + 1):
        step = Step.objects.create(topic=topic, number=at, text=planned.text, due_on=planned.due_on)
        _promise(step)
        made.append(step)
    return made


def _promise(step: Step) -> None:
    due = Deadline(clock.end_of(step.due_on), provisional=False)
    duties.open_duty("topic.step", step, due=due, post=step.topic.responsible_post)


def _last(steps: Sequence[PlannedStep]) -> datetime:
    """When the last step of a plan is due; NotPossible for a plan without one, or with one in the past."""
    if not steps:
        raise NotPossible(_("Please name at least one step with its date."))
    for step in steps:
        _in_time(step.due_on)
    return clock.end_of(max(step.due_on for step in steps))


def _in_time(day: date) -> None:
    if day < clock.today():
        raise NotPossible(_("The date of a step cannot be in the past."))


def _run_until(topic: Topic) -> None:
    last = topic.steps.filter(done_at=None).aggregate(last=Max("due_on"))["last"]
    topic.state_until = clock.end_of(last)
    topic.save(update_fields=["state_until"])
