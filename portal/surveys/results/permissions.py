"""Who may do what with the results of a survey, and with those of a wave."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, STAFF, Role
from portal.surveys.course.permissions import CONVENER, WAVES, roles_towards
from portal.surveys.models import Survey, Wave
from portal.surveys.states import BEFORE, OUT, RUNNING, SurveyState, WaveState

S = SurveyState
LOOKERS = STAFF | {Role.AUDITOR, Role.OVERSIGHT}
_NOT_COUNTED = _("The answers have to be looked through and counted first.")
_RUNS = _("Nobody sees answers while they still come in.")
NEEDS = {
    "margins": Need(COMMITTEE, BEFORE | RUNNING | {S.CLOSED, S.CLEANED}),
    "publish": Need(COMMITTEE, frozenset({S.ANALYSED}), _NOT_COUNTED),
    "correct": Need(COMMITTEE, OUT - {S.ARCHIVED}),
    # What is only read: on answers that were looked through.
    "tables": Need(STAFF, OUT | {S.CLEANED, S.ANALYSED}, _NOT_COUNTED),
    "looks": Need(LOOKERS),
    "open_answers": Need(STAFF, OUT | {S.CLOSED, S.CLEANED, S.ANALYSED}, _RUNS),
    "group": Need(COMMITTEE, OUT | {S.CLOSED, S.CLEANED, S.ANALYSED}, _RUNS),
    "release": Need(COMMITTEE, OUT | {S.CLOSED, S.CLEANED, S.ANALYSED}, _RUNS),
    "hide": Need(COMMITTEE),
}
WAVE_NEEDS = {
    "publish": Need(
        CONVENER, frozenset({WaveState.CLOSED}), _("Neighbourhoods can still join. Close the wave first.")
    )
}


def _towards_wave(user: Visitor, wave: Wave) -> frozenset[Role]:
    return WAVES.roles(user, wave)


RESULTS = Door(
    Survey, NEEDS, roles_towards, related=("neighbourhood", "wave"), readable=lambda survey: survey
)
WAVE_RESULTS = Door(Wave, WAVE_NEEDS, _towards_wave, related=("area",))
