"""Who may print, enter and compare: the committee, while answers may still come in; nobody reads a paper twice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, Role
from portal.surveys.models import PaperEntry, Survey
from portal.surveys.permissions import roles_towards
from portal.surveys.states import BEFORE, RUNNING, PaperState, SurveyState

# Paper is entered until somebody says that all answers were checked.
ENTERING = RUNNING | {SurveyState.CLOSED}
FROZEN = frozenset(SurveyState) - BEFORE - {SurveyState.CANCELLED}
_NOT_NOW = _("Paper can be entered from the opening of a survey until its answers were checked.")
_NOT_FROZEN = _("It can be printed once the survey is open: until then its questions may still change.")
_COUNTED = _("It counts already.")

SURVEY_NEEDS = {
    "see": Need(COMMITTEE),
    "print": Need(COMMITTEE, FROZEN, _NOT_FROZEN),
    "print_letters": Need(COMMITTEE, ENTERING, _NOT_NOW),
    "enter": Need(COMMITTEE, ENTERING, _NOT_NOW),
    "take_call": Need(COMMITTEE, ENTERING, _NOT_NOW),
    "move_mark": Need(COMMITTEE, ENTERING, _NOT_NOW),
    "drop_mark": Need(COMMITTEE, ENTERING, _NOT_NOW),
}
ENTRY_NEEDS = {
    "look": Need(COMMITTEE),
    "read": Need(COMMITTEE, frozenset({PaperState.BEGUN}), _("Somebody has entered this already.")),
    "confirm": Need(
        COMMITTEE, frozenset({PaperState.ENTERED}), _("Two people have read this paper already.")
    ),
    "compare": Need(COMMITTEE, frozenset({PaperState.DIFFERS}), _COUNTED),
    "count": Need(COMMITTEE, frozenset({PaperState.ENTERED}), _COUNTED),
    "reopen": Need(COMMITTEE, frozenset({PaperState.ENTERED}), _COUNTED),
    "withdraw": Need(
        COMMITTEE, frozenset({PaperState.BEGUN, PaperState.ENTERED, PaperState.DIFFERS}), _COUNTED
    ),
    "correct": Need(COMMITTEE, frozenset({PaperState.SETTLED})),
    "move": Need(COMMITTEE, frozenset({PaperState.SETTLED})),
    "swap": Need(COMMITTEE, frozenset({PaperState.SETTLED})),
    "leave_out": Need(COMMITTEE, frozenset({PaperState.SETTLED})),
    "redo": Need(COMMITTEE, frozenset({PaperState.SETTLED})),
}


def roles_towards_entry(user: Visitor, entry: PaperEntry) -> frozenset[Role]:
    """The roles where it was asked."""
    return roles_towards(user, entry.survey)


def _lock_survey(pk: Any) -> object:
    return Survey.objects.select_for_update(of=("self",), no_key=True).filter(papers=pk).first()


PAPERS = Door(Survey, SURVEY_NEEDS, roles_towards, related=("neighbourhood",), readable=lambda survey: survey)
ENTRIES = Door(
    PaperEntry,
    ENTRY_NEEDS,
    roles_towards_entry,
    related=("survey__neighbourhood", "unit__dwelling__building", "unit__person", "unit__survey", "response"),
    lock_first=_lock_survey,
    objects=lambda user: PaperEntry.objects.filter(survey__in=Survey.objects.visible_to(user)),
    readable=lambda entry: entry.survey,
)
