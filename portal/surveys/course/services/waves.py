"""A wave: an officer asks the neighbourhoods of a subdistrict or district to hold the same survey."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import Event, each_time, notify
from portal.actions.lifecycles import advance
from portal.community.models import Area, Post, User
from portal.community.permissions import COMMITTEE, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.selectors import accounts_of, person_of, post_users, signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.building.copying import copy_questions
from portal.surveys.course import events
from portal.surveys.course.permissions import PLACE, WAVES, convenes
from portal.surveys.course.services.preparing import taken_over
from portal.surveys.models import Survey, Wave
from portal.surveys.states import BEFORE, SurveyState, WaveState

UNFIT = (SurveyState.DRAFT, SurveyState.CANCELLED)


@transaction.atomic
def call_wave(user: User, slug: str, *, title: str, area: Area, pattern: Survey) -> Wave:
    """Ask all neighbourhoods of an area to join, with the questions of a survey; their committees are told.

    A pattern that has not opened belongs to the wave itself. Raises PermissionDenied for an area the officer does not
    serve, NotPossible for a pattern that was not approved or lies elsewhere.
    """
    PLACE.take(user, slug, "call_wave")
    if not convenes(user, area.path):
        raise PermissionDenied("call_wave")
    pattern = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=pattern.pk)
    if pattern.state in UNFIT or not pattern.neighbourhood.within(area):
        raise NotPossible(_("Please choose a survey from this area that was approved."))
    wave = Wave.objects.create(area=area, title=title.strip(), pattern=pattern, called_by=person_of(user))
    if pattern.state in BEFORE and pattern.wave_id is None:
        pattern.wave = wave
        pattern.save(update_fields=["wave"])
    _tell(events.WAVE_CALLED, wave, who=signature(user, pattern.neighbourhood).name)
    return wave


@transaction.atomic
def join(user: User, pk: int, neighbourhood: str) -> Survey:
    """Take part: a draft with the common questions, which cannot be changed; own ones can be added.

    Raises PermissionDenied for others than the neighbourhood's committee; NotPossible outside the area or twice.
    """
    wave = WAVES.take(user, pk, "join")
    here = neighbourhood_or_404(neighbourhood)
    if roles_in(user, here).isdisjoint(COMMITTEE):
        raise PermissionDenied("join")
    if not here.within(wave.area) or wave.pattern is None:
        raise NotPossible(_("This neighbourhood does not belong to the area of the wave."))
    if wave.surveys.filter(neighbourhood=here).exclude(state=SurveyState.CANCELLED).exists():
        raise NotPossible(_("This neighbourhood has joined already."))
    survey = Survey.objects.create(
        neighbourhood=here,
        wave=wave,
        title=wave.title,
        opens_at=wave.pattern.opens_at,
        closes_at=wave.pattern.closes_at,
        created_by=person_of(user),
        **taken_over(wave.pattern) | {"previous": _last(here, wave.pattern), "margins": {}},
    )
    copy_questions(wave.pattern, survey, common=True, by=user)
    told = accounts_of(wave.called_by_id)
    notify(events.WAVE_JOINED, wave, told, once_per=f"wave:{wave.pk}:{survey.pk}", place=here.name)
    return survey


@transaction.atomic
def end_wave(user: User, pk: int) -> Wave:
    """Nobody joins any more; surveys that were joined go on."""
    wave = WAVES.take(user, pk, "end")
    advance(wave, WaveState.CLOSED, closed_at=clock.now())
    _tell(events.WAVE_ENDED, wave)
    return wave


@transaction.atomic
def resume_wave(user: User, pk: int) -> Wave:
    """Neighbourhoods can join again."""
    wave = WAVES.take(user, pk, "resume")
    advance(wave, WaveState.OPEN, closed_at=None)
    _tell(events.WAVE_RESUMED, wave)
    return wave


def _last(here: Area, pattern: Survey) -> Survey | None:
    """What the neighbourhood itself asked before, of the same family."""
    before = Survey.objects.filter(neighbourhood=here, family=pattern.family, opened_at__isnull=False)
    return before.exclude(state=SurveyState.CANCELLED).order_by("-opened_at", "-pk").first()


def _tell(event: Event, wave: Wave, **params: str) -> None:
    told = {user.pk: user for post in (Post.WORKER, Post.DIRECTOR) for user in post_users(post, wave.area)}
    notify(event, wave, told.values(), once_per=each_time(wave), **params)
