"""Before a survey opens: it is called, settled, approved, tried out, or written again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.building.copying import copy_questions
from portal.surveys.building.ready import lay_out
from portal.surveys.course import events, promises, selectors
from portal.surveys.course.permissions import PLACE, SURVEYS
from portal.surveys.models import Mode, Reach, Strata, Survey, Unit, Wave
from portal.surveys.states import SurveyState

# What a survey takes over from the one it is copied from.
KEPT = (
    "intro",
    "privacy",
    "mode",
    "unit",
    "reach",
    "sample_size",
    "strata",
    "threshold",
    "margins",
    "keep_months",
)


@transaction.atomic
def call(
    user: User, slug: str, *, title: str, source: Survey | None = None, ready: bool = False, **fields: Any
) -> Survey:
    """A new draft: with the questions of `source`, the last wave; with the ready questionnaire; or empty.

    Raises Http404, PermissionDenied, and NotPossible for a source that the maker cannot see.
    """
    here = PLACE.take(user, slug, "call")
    if source is not None and not Survey.objects.visible_to(user).filter(pk=source.pk).exists():
        raise NotPossible(_("Please choose one of the surveys offered."))
    begins = {
        "threshold": rule("surveys.demand_percent", here),
        "privacy": _privacy(),
        "keep_months": rule("surveys.keep_months", here),
    }
    survey = Survey.objects.create(
        neighbourhood=here,
        title=title.strip(),
        created_by=person_of(user),
        **begins | taken_over(source) | fields,
    )
    if source is not None:
        copy_questions(source, survey, by=user)
    elif ready:
        lay_out(survey, by=user)
    return survey


def taken_over(source: Survey | None) -> dict[str, Any]:
    """What a copy has of the survey it comes from: its settings, its family, and which one was before."""
    if source is None:
        return {}
    previous = source if source.opened_at else source.previous
    held = {name: getattr(source, name) for name in KEPT}
    if source.keep_months is None:
        held["keep_months"] = rule("surveys.keep_months", source.neighbourhood)
    return held | {"family": source.family, "previous": previous}


@transaction.atomic
def settings(  # noqa: PLR0913 - what is settled of a survey
    user: User,
    pk: int,
    *,
    title: str,
    intro: str,
    privacy: str,
    mode: str,
    unit: str,
    reach: str,
    strata: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    keep_months: int | None = None,
    threshold: int | None = None,
    sample_size: int | None = None,
) -> Survey:
    """Say whom a survey asks, when, how, and what becomes of the answers. NotPossible for times that do not fit.

    `keep_months`, `threshold`: None leaves them as they are; a survey that asks for no need is not asked for a
    threshold, which stays for the case that such a question comes.
    """
    survey = SURVEYS.take(user, pk, "settings")
    if opens_at and closes_at and closes_at <= opens_at:
        raise NotPossible(_("A survey closes after it has opened. Please check the two times."))
    if Reach(reach) is Reach.SAMPLE and not sample_size:
        raise NotPossible(_("Please say how many are drawn."))
    changes: dict[str, Any] = {
        "title": title.strip(),
        "intro": intro.strip(),
        "privacy": privacy.strip(),
        "mode": Mode(mode),
        "unit": Unit(unit),
        "reach": Reach(reach),
        "strata": Strata(strata),
        "sample_size": sample_size if Reach(reach) is Reach.SAMPLE else None,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "keep_months": survey.keep_months if keep_months is None else keep_months,
        "threshold": survey.threshold if threshold is None else threshold,
    }
    for name, value in changes.items():
        setattr(survey, name, value)
    survey.save(update_fields=[*changes])
    promises.follow_approval(survey)
    return survey


def require_whole(survey: Survey) -> None:
    """Refuse to approve a survey of which something is missing: NotPossible, with all that is."""
    if missing := selectors.unready(survey):
        raise NotPossible(" ".join(missing))


def require_own(survey: Survey) -> None:
    """Refuse to write the pattern of a wave again: NotPossible."""
    if Wave.objects.filter(pattern=survey).exists():
        raise NotPossible(_("Other neighbourhoods take these questions over: they stand."))


@transaction.atomic
def approve(user: User, pk: int) -> Survey:
    """Purpose and privacy notice are fixed; its maker is told. NotPossible while something is missing."""
    survey = SURVEYS.take(user, pk, "approve")
    require_whole(survey)
    advance(survey, SurveyState.APPROVED, approved_by=person_of(user), approved_at=clock.now())
    promises.follow_approval(survey, user)
    who = signature(user, survey.neighbourhood).name
    announce(events.APPROVED, survey, by=user, to=accounts_of(survey.created_by_id), who=who)
    return survey


@transaction.atomic
def redraft(user: User, pk: int, reason: str) -> Survey:
    """Back to be written. NotPossible for the pattern of a wave, whose questions others have taken over."""
    survey = SURVEYS.take(user, pk, "redraft")
    require_own(survey)
    told = accounts_of(survey.created_by_id, survey.approved_by_id)
    advance(survey, SurveyState.DRAFT, approved_by=None, approved_at=None)
    promises.follow_approval(survey)
    announce(events.REDRAFTED, survey, by=user, to=told, reason=reason)
    return survey


@transaction.atomic
def pilot(user: User, pk: int, minutes: int) -> Survey:
    """It was tried out in the preview, where nothing is kept or counted; how many minutes it took."""
    survey = SURVEYS.take(user, pk, "pilot")
    advance(survey, SurveyState.PILOTED, minutes=minutes)
    return survey


def _privacy() -> str:
    return _(
        "Your answers are used to learn what the neighbourhood needs, and for nothing else. Only sums are published, "
        "never of fewer than ten people. Single answers are seen by those of the committee alone who check them or "
        "enter them from paper."
    )
