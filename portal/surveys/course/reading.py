"""What the pages of surveys show: to those who are asked, and to the office while it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.community.models import Area, Visitor
from portal.duties.models import Duty
from portal.duties.services import who_owes
from portal.surveys.course import figures, frame, promises, quality, selectors
from portal.surveys.course.permissions import SURVEYS
from portal.surveys.definition import definition_of
from portal.surveys.models import Disposition, FrameUnit, Response, Survey, Wave
from portal.surveys.states import BEFORE, RUNNING, SurveyState

Name = str | Promise
SHOWN = 3


def progress(request: HttpRequest, survey: Survey) -> dict[str, Any] | None:
    """How far it is, for the office: dispositions, and sums by channel and building; never what was answered."""
    if not survey.opened_at or not SURVEYS.may(request.user, "progress", survey):
        return None
    rate = figures.response_rate(survey)
    return {
        "survey": survey,
        "rate": rate,
        "dispositions": dispositions(rate),
        "channels": figures.channels(survey),
        "strata": figures.strata(survey),
        "late": survey.units.filter(added_on__isnull=False).count(),
        "sees_units": SURVEYS.may(request.user, "units", survey),
        "sees_odd": survey.odd_at is not None and SURVEYS.may(request.user, "odd", survey),
    }


def owed(request: HttpRequest, survey: Survey) -> dict[str, Any] | None:
    """Who still does what until when, for everybody."""
    if not survey.opened_at or survey.state == SurveyState.CANCELLED:
        return None
    return {"lines": promises.lines(survey)}


def missing(request: HttpRequest, survey: Survey) -> dict[str, Any] | None:
    """What a draft still lacks, and who approved it, for the office."""
    if SurveyState(survey.state) not in BEFORE:
        return None
    lacking = selectors.unready(survey) if survey.state == SurveyState.DRAFT else []
    return {"survey": survey, "missing": lacking, "size": frame.size(survey)}


def approval(survey: Survey) -> tuple[Duty, str] | None:
    """The approval that is waited for by a day, with who owes it."""
    duty = promises.approval(survey)
    return (duty, who_owes([duty]).get(duty.pk, "")) if duty else None


def removed(request: HttpRequest, survey: Survey) -> dict[str, Any] | None:
    """How many answers do not count and why, for everybody once they were looked through."""
    state = SurveyState(survey.state)
    if not survey.opened_at or state in RUNNING or state in (SurveyState.CLOSED, SurveyState.CANCELLED):
        return None
    reasons = selectors.removed(survey)
    return {"reasons": reasons, "sum": sum(count for _label, count in reasons)} if reasons else None


def dispositions(rate: figures.RR) -> list[tuple[Name, int]]:
    """What became of asking, as rows."""
    return [
        (_("handed in"), rate.complete),
        (Disposition.PARTIAL.label, rate.partial),
        (Disposition.REFUSED.label, rate.refused),
        (_("not reached, or not asked again yet"), rate.not_reached),
        (_("could not, or left out of the count"), rate.other),
        (Disposition.UNKNOWN.label, rate.unknown),
        (Disposition.EMPTY.label, rate.empty),
    ]


def listed_units(survey: Survey, asked: QueryDict) -> QuerySet[FrameUnit]:
    """Those that handed nothing in, as the address narrows them: by building or estate, by what was noted."""
    found = survey.units.filter(handed_in_on=None).select_related("dwelling__building", "person")
    if stratum := asked.get("stratum"):
        found = found.filter(stratum=stratum)
    noted = asked.get("noted", "")
    if noted in Disposition.values and noted:
        found = found.filter(disposition=noted)
    elif noted == "-":
        found = found.filter(disposition=Disposition.NONE)
    return found.order_by("number")


def odd_ones(survey: Survey) -> QuerySet[Response]:
    """What looks odd or was left out; in the order of keys, which tells nothing."""
    return selectors.odd(survey.responses.all()).order_by("pk")


def why_odd(response: Response) -> list[Name]:
    """What looked odd, in words."""
    return [quality.LABELS.get(flag, flag) for flag in response.flags]


def answers_of(response: Response) -> Iterator[tuple[str, str]]:
    """Question and answer in words, of one answer that is judged."""
    for question in definition_of(response.survey).questions:
        if question.key in response.values:
            yield question.text, question.in_words(response.values[question.key])


def taking_part(user: Visitor, here: Area) -> dict[str, Any] | None:
    """What the page on taking part says: the surveys that are open."""
    running = list(selectors.open_here(here)[:SHOWN])
    return {"surveys": running, "here": here} if running else None


def joined(wave: Wave) -> list[tuple[Survey, figures.RR]]:
    """Who takes part in a wave and how far each is; four queries however many."""
    held = list(
        wave.surveys.exclude(state=SurveyState.CANCELLED)
        .select_related("neighbourhood")
        .order_by("neighbourhood__path")
    )
    rates = figures.rates(held)
    return [(survey, rates[survey.pk]) for survey in held]


def marked(count: int) -> str:
    """What is said after noting what became of asking."""
    return ngettext("Noted of %(n)s.", "Noted of %(n)s.", count) % {"n": count}
