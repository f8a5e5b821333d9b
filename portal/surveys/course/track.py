"""The stations of a survey, drawn from its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.kit.track import Station, place, stations
from portal.surveys.models import Survey
from portal.surveys.states import BEFORE, ENDED, OUT, RUNNING, SurveyState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

S = SurveyState
STATIONS: dict[str, StrOrPromise] = {
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


# One that asks for no need is done with its results.
SHORT = (*TRACK[:3], ("published", OUT))


def track(survey: Survey) -> list[Station]:
    """The stations of a survey in order; one that was called off ends where it was."""
    state = SurveyState(survey.state)
    if state is S.CANCELLED:
        at = 1 if survey.opened_at else 0
        return stations(_labels(survey), at, "stopped", state.label)
    at = place(TRACK if survey.asks_needs else SHORT, state)
    labels = _labels(survey)
    # A station that is called as the state is says it once.
    said = str(state.label) == str(list(labels.values())[at])
    return stations(labels, at, "done" if survey.is_done else "now", "" if said else state.label)


def _labels(survey: Survey) -> dict[str, StrOrPromise]:
    names = dict(TRACK if survey.asks_needs else SHORT)
    return {name: label for name, label in STATIONS.items() if name in names}
