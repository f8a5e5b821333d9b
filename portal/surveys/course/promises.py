"""What is owed about a survey by which day: it is approved; answers are looked through, published, listed, answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.surveys.course.selectors import unready
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState


@dataclass(frozen=True)
class Step:
    """One step that is owed: its duty, within how many working days (a rule), and in which states it is the next."""

    kind: str
    rule: str
    label: str | Promise
    states: frozenset[SurveyState]


S = SurveyState
STEPS = (
    Step(
        "survey.clean",
        "surveys.clean_working_days",
        _("look through the answers"),
        frozenset({S.OPEN, S.PAUSED, S.CLOSED}),
    ),
    Step(
        "survey.publish",
        "surveys.publish_working_days",
        _("publish the results"),
        frozenset({S.CLEANED, S.ANALYSED}),
    ),
    Step("survey.list", "surveys.list_working_days", _("list the demands"), frozenset({S.PUBLISHED})),
    Step(
        "survey.respond",
        "surveys.respond_working_days",
        _("answer each demand over the line"),
        frozenset({S.LISTS_UPDATED}),
    ),
)


NEEDS = ("survey.list", "survey.respond")
# Before it opens: the director owes it as soon as nothing is missing.
APPROVE = Step(
    "survey.approve", "surveys.approve_working_days", _("approve the survey"), frozenset({S.DRAFT})
)


@dataclass(frozen=True)
class Line:
    """A step as the survey's page shows it: done on a day, owed by a day, or to come by about one."""

    label: str | Promise
    done_at: datetime | None = None
    due_at: datetime | None = None
    owed: bool = False
    overdue: bool = False
    who: str = ""

    @property
    def last_day(self) -> datetime | None:
        """A moment of the last day on which it is in time: what is due at midnight is due on the day that ends."""
        return self.due_at and self.due_at - timedelta(seconds=1)


def follow(survey: Survey, by: User | None = None) -> None:
    """Let what is owed follow from where a survey stands: steps passed are kept, the next is owed, others are not.

    Idempotent; called whenever a survey moves on, and by the periodic work for what moved elsewhere.
    """
    steps = steps_of(survey)
    at = _next(survey, steps)
    for place, step in enumerate(steps):
        if at is not None and place < at:
            duties.close(step.kind, survey, by=by)
        elif place == at:
            _owe(survey, step)
        else:
            duties.drop(survey, step.kind)
    for step in STEPS[len(steps) :]:
        duties.drop(survey, step.kind)


def follow_approval(survey: Survey, by: User | None = None) -> None:
    """The director owes the approval of a draft that lacks nothing, from then on. Idempotent."""
    if survey.state not in APPROVE.states:
        duties.close(APPROVE.kind, survey, by=by)
    elif unready(survey):
        duties.drop(survey, APPROVE.kind)
    else:
        deadline = due(survey, APPROVE, clock.now())
        duties.open_duty(APPROVE.kind, survey, due=deadline, post=Post.DIRECTOR)


def approval(survey: Survey) -> Duty | None:
    """The approval that is owed now."""
    standing = Duty.objects.active().about(key(survey)).filter(kind=APPROVE.kind)
    return standing.select_related("person", "area", "neighbourhood").first()


def steps_of(survey: Survey) -> tuple[Step, ...]:
    """Its steps: what asks for no need lists and answers none."""
    return STEPS if survey.asks_needs else tuple(step for step in STEPS if step.kind not in NEEDS)


def moved_end(survey: Survey) -> None:
    """The closing day changed: the first step is owed by another day."""
    duties.drop(survey, STEPS[0].kind)
    follow(survey)


def lines(survey: Survey) -> list[Line]:
    """All steps in order, with their days; those to come are reckoned from the rules. Three queries and the rules."""
    found = {duty.kind: duty for duty in _all(survey)}
    names = duties.who_owes([duty for duty in found.values() if duty.done_at is None])
    day, told = _begin(survey), []
    for step in steps_of(survey):
        line = _line(survey, step, found.get(step.kind), names, day)
        day = line.done_at or line.due_at or day
        told.append(line)
    return told


def due(survey: Survey, step: Step, since: datetime) -> Deadline:
    """By when a step is owed that could begin at a moment."""
    return add_working_days(since, rule(step.rule, survey.neighbourhood))


def _line(survey: Survey, step: Step, duty: Duty | None, names: dict[int, str], day: datetime) -> Line:
    if duty is None:
        return Line(step.label, due_at=due(survey, step, day).at)
    if duty.done_at:
        return Line(step.label, done_at=duty.done_at)
    return Line(
        step.label,
        due_at=duty.due_at,
        owed=True,
        overdue=duty.is_overdue,
        who=names.get(duty.pk, ""),
    )


def _all(survey: Survey) -> list[Duty]:
    """The newest duty of each step that was not dropped."""
    kinds = [step.kind for step in STEPS]
    held = Duty.objects.about(key(survey)).filter(kind__in=kinds, dropped_at=None)
    return list(held.order_by("opened_at", "pk"))


def _next(survey: Survey, steps: tuple[Step, ...]) -> int | None:
    if survey.is_done:
        return len(steps)
    return next((at for at, step in enumerate(steps) if survey.state in step.states), None)


def _owe(survey: Survey, step: Step) -> None:
    duties.open_duty(step.kind, survey, due=due(survey, step, _since(survey, step)), post=Post.WORKER)


def _since(survey: Survey, step: Step) -> datetime:
    return _begin(survey) if step is STEPS[0] else survey.state_since


def _begin(survey: Survey) -> datetime:
    return survey.closed_at or survey.closes_at or clock.now()
