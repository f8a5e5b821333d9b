"""The stations of a survey, drawn from its states."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.kit.track import Station, place, stations
from portal.surveys.models import Survey
from portal.surveys.states import BEFORE, ENDED, RUNNING, SurveyState

S = SurveyState
STATIONS = {
    "draft": _("being prepared"),
    "open": _("answers"),
    "closed": _("checked and counted"),
    "published": _("results"),
    "lists": _("demands listed"),
    "responded": _("all answered"),
}
TRACK = (
    ("draft", BEFORE),
    ("open", RUNNING),
    ("closed", ENDED),
    ("published", frozenset({S.PUBLISHED})),
    ("lists", frozenset({S.LISTS_UPDATED})),
    ("responded", frozenset({S.RESPONDED, S.ARCHIVED})),
)


def track(survey: Survey) -> list[Station]:
    """The stations of a survey in order; one that was called off ends where it was."""
    state = SurveyState(survey.state)
    if state is S.CANCELLED:
        at = 1 if survey.opened_at else 0
        return stations(STATIONS, at, "stopped", state.label)
    done, at = state in (S.RESPONDED, S.ARCHIVED), place(TRACK, state)
    # A station that is called as the state is says it once.
    said = str(state.label) == str(list(STATIONS.values())[at])
    return stations(STATIONS, at, "done" if done else "now", "" if said else state.label)
