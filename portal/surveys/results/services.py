"""Counting a survey and writing its results down, once and for good. What is published is never changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce, log, log_in
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.rules import rule
from portal.kit.errors import NotPossible
from portal.surveys.course import promises
from portal.surveys.kept import require_kept
from portal.surveys.models import Snapshot, Survey
from portal.surveys.results import events, waves, weighting
from portal.surveys.results.audiences import asked
from portal.surveys.results.payload import fingerprint, payload_of
from portal.surveys.results.permissions import RESULTS, WAVE_RESULTS
from portal.surveys.states import ResponseState, SurveyState


def weigh(survey: Survey) -> str:
    """Weight the answers to who lives here; inside the caller's transaction. Returns why not; empty: weighted."""
    return weighting.weigh(survey)


@transaction.atomic
def margins(user: User, pk: int, margins: dict[str, dict[str, int]]) -> Survey:
    """Write down how many of each age band and tenure live here, to which answers are weighted."""
    survey = RESULTS.take(user, pk, "margins")
    survey.margins = margins
    survey.save(update_fields=["margins"])
    if survey.opened_at:
        log(events.MARGINS, survey, by=user, data={"margins": margins})
    return survey


@transaction.atomic
def publish(user: User, pk: int) -> Snapshot:
    """Write the results down and let everybody read them. Raises Http404, PermissionDenied, NotPossible."""
    survey = RESULTS.take(user, pk, "publish")
    require_kept(survey)
    made = _write_down(survey, user)
    advance(survey, SurveyState.PUBLISHED)
    promises.follow(survey, user)
    n = made.payload["n"]
    announce(events.PUBLISHED, survey, by=user, to=asked(survey), data={"n": n, "sha256": made.sha256}, n=n)
    return made


@transaction.atomic
def correct(user: User, pk: int, why: str) -> Snapshot:
    """Publish anew, beside the earlier results. NotPossible where fewer than `surveys.correct_answers` changed.

    With fewer, the difference of the two would tell of the few.
    """
    survey = RESULTS.take(user, pk, "correct")
    require_kept(survey)
    least = rule("surveys.correct_answers", survey.neighbourhood)
    if changed(survey) < least:
        raise NotPossible(
            _("Results are corrected once at least %(least)s answers have changed.") % {"least": least}
        )
    made = _write_down(survey, user, why=why)
    data = {"number": made.number, "why": why, "sha256": made.sha256}
    announce(events.CORRECTED, survey, by=user, to=asked(survey), data=data, why=why)
    return made


@transaction.atomic
def publish_wave(user: User, pk: int) -> Snapshot:
    """Write down what the published neighbourhoods of a closed wave found together, once.

    A second time with one more would tell of that one by subtraction. NotPossible: fewer than two are published.
    """
    wave = WAVE_RESULTS.take(user, pk, "publish")
    if wave.snapshots.exists():
        raise NotPossible(_("The results of this wave were published already."))
    with translation.override(settings.LANGUAGE_CODE):
        payload = waves.payload_of(wave)
    made = Snapshot.objects.create(wave=wave, payload=payload, sha256=fingerprint(payload), made_by=user)
    places = [survey.neighbourhood for survey in waves.counted(wave)]
    data = {"n": payload["n"], "places": len(places), "sha256": made.sha256}
    log_in(places, events.WAVE_PUBLISHED, wave, by=user, data=data)
    return made


def latest(survey: Survey) -> Snapshot | None:
    """The results that hold now, without their payload: a page asks only for their number."""
    return survey.snapshots.defer("payload").order_by("-number").first()


def changed(survey: Survey) -> int:
    """How many answers came in, were left out or were changed since the results were published."""
    last = latest(survey)
    if last is None:
        return 0
    new = Q(state=ResponseState.HANDED_IN) & ~Q(counted=last.number)
    gone = ~Q(state=ResponseState.HANDED_IN) & Q(counted=last.number)
    return survey.responses.filter(new | gone).count()


def _write_down(survey: Survey, user: User, why: str = "") -> Snapshot:
    """In the portal's own language, whoever publishes."""
    last = latest(survey)
    with translation.override(settings.LANGUAGE_CODE):
        payload: dict[str, Any] = payload_of(survey)
    number = last.number + 1 if last else 1
    made = Snapshot.objects.create(
        survey=survey, number=number, payload=payload, sha256=fingerprint(payload), why=why, made_by=user
    )
    counted = survey.responses.exclude(state=ResponseState.DRAFT)
    counted.exclude(state=ResponseState.HANDED_IN).update(counted=0)
    counted.filter(state=ResponseState.HANDED_IN).update(counted=number)
    return made
