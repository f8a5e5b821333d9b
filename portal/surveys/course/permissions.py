"""Who may do what with the course of a survey, a wave, and an answer that looked odd."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Appointment, Post, Visitor
from portal.community.permissions import Role, roles_in
from portal.surveys import permissions
from portal.surveys.course import selectors
from portal.surveys.models import Response, Survey, Wave
from portal.surveys.permissions import MAKERS, READERS
from portal.surveys.states import BEFORE, RUNNING, ResponseState, SurveyState, WaveState

DIRECTOR = frozenset({Role.DIRECTOR})
# Towards a survey that belongs to a wave, and towards the wave: the officer who calls it.
CONVENER = frozenset({Role.CONVENER})
LEADS = DIRECTOR | CONVENER

S = SurveyState
_BUSY = RUNNING | {S.CLOSED}
NEEDS = {
    "settings": Need(MAKERS, frozenset({S.DRAFT})),
    "approve": Need(LEADS, frozenset({S.DRAFT})),
    "redraft": Need(MAKERS, frozenset({S.APPROVED, S.PILOTED})),
    "pilot": Need(MAKERS, frozenset({S.APPROVED})),
    "open": Need(MAKERS, frozenset({S.APPROVED, S.PILOTED})),
    "remind": Need(MAKERS, frozenset({S.OPEN})),
    "mark": Need(MAKERS, _BUSY),
    "add": Need(MAKERS, RUNNING),
    "extend": Need(MAKERS, RUNNING),
    "pause": Need(DIRECTOR, frozenset({S.OPEN})),
    "resume": Need(DIRECTOR, frozenset({S.PAUSED})),
    "close": Need(DIRECTOR, RUNNING),
    "reopen": Need(DIRECTOR, frozenset({S.CLOSED})),
    "look": Need(MAKERS, frozenset({S.CLOSED})),
    "clean": Need(MAKERS, frozenset({S.CLOSED})),
    "check_again": Need(MAKERS, frozenset({S.CLEANED})),
    "analyse": Need(MAKERS, frozenset({S.CLEANED})),
    "count_again": Need(MAKERS, frozenset({S.ANALYSED})),
    "archive": Need(DIRECTOR, frozenset({S.RESPONDED, S.PUBLISHED})),
    "cancel": Need(LEADS, BEFORE | RUNNING),
    # What is only read.
    "progress": Need(READERS),
    "units": Need(MAKERS, _BUSY),
    "odd": Need(MAKERS, frozenset({S.CLOSED, S.CLEANED})),
}
RESPONSE_NEEDS = {
    "read": Need(MAKERS),
    "remove": Need(MAKERS, frozenset({ResponseState.HANDED_IN})),
    "put_back": Need(MAKERS, frozenset({ResponseState.REMOVED})),
}
WAVE_NEEDS = {
    "read": Need(READERS),
    "join": Need(MAKERS, frozenset({WaveState.OPEN}), _("This wave is closed. Nobody joins any more.")),
    "end": Need(CONVENER, frozenset({WaveState.OPEN})),
    "resume": Need(CONVENER, frozenset({WaveState.CLOSED})),
}


def roles_towards(user: Visitor, survey: Survey) -> frozenset[Role]:
    """The roles in its neighbourhood; an officer convenes what belongs to a wave."""
    roles = permissions.roles_towards(user, survey)
    if Role.OFFICER in roles and (survey.wave_id or Wave.objects.filter(pattern=survey).exists()):
        roles |= CONVENER
    return roles


def _towards_response(user: Visitor, response: Response) -> frozenset[Role]:
    return permissions.roles_towards(user, response.survey)


def _towards_wave(user: Visitor, wave: Wave) -> frozenset[Role]:
    roles = roles_in(user, wave.area)
    return roles | CONVENER if Role.OFFICER in roles and convenes(user, wave.area.path) else roles


def convenes(user: Visitor, path: str) -> bool:
    """Whether somebody is officer for an area itself, or for one around it; never for a part of it alone."""
    return any(path.startswith(place) for place in Appointment.objects.served_by(user, [Post.OFFICER]))


def _lock_survey(response_pk: Any) -> object:
    """The survey above an answer: its verbs and those of its answers wait for each other."""
    locked = Survey.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(responses=response_pk).first()


def _judged(user: Visitor) -> QuerySet[Response]:
    """Answers that look odd or were taken out, of surveys that are being looked through: no others are shown."""
    return selectors.odd(Response.objects.all()).filter(survey__in=Survey.objects.visible_to(user))


SURVEYS = Door(
    Survey, NEEDS, roles_towards, related=("neighbourhood", "wave"), readable=lambda survey: survey
)
RESPONSES = Door(
    Response,
    RESPONSE_NEEDS,
    _towards_response,
    related=("survey__neighbourhood",),
    neighbourhood="survey.neighbourhood",
    lock_first=_lock_survey,
    objects=_judged,
    readable=lambda response: response.survey,
)
WAVES = Door(Wave, WAVE_NEEDS, _towards_wave, related=("area", "pattern__neighbourhood"))
PLACE = PlaceDoor(
    {"call": Need(MAKERS), "call_wave": Need(frozenset({Role.OFFICER})), "waves": Need(READERS)}
)
