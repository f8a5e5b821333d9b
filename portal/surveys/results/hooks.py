"""What this room shows on a survey's page: publishing, what people wrote, and the office's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.actions.actions import Offer, offers
from portal.actions.shelves import Panel
from portal.surveys.models import Survey
from portal.surveys.results import texts, weighting
from portal.surveys.results.actions import ACTIONS
from portal.surveys.results.permissions import RESULTS
from portal.surveys.shelves import SURVEYS as SHELF
from portal.surveys.states import SurveyState

# Those of texts are not even asked whether there are any.
ON_PAGE = {name: ACTIONS[name] for name in ("publish", "correct", "margins")}
MOST = 20


def offered(request: HttpRequest, survey: Survey) -> list[Offer]:
    """Publishing, correcting, weighting; what is done with texts stands on their own page."""
    return offers(request, RESULTS, ON_PAGE, survey, "surveys:results_act")


def written(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """The texts that everybody may read, once results are out."""
    found = texts.shown(survey) if survey.is_out else []
    return {"survey": survey, "texts": found[:MOST], "more": len(found) - MOST} if found else None


def office(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """Ways to the tables and the texts, and whether answers are weighted."""
    allowed = RESULTS.allowed(request.user, survey)
    if "open_answers" not in allowed:
        return None
    counted = SurveyState(survey.state) not in (SurveyState.CLOSED, SurveyState.CLEANED)
    weights = weighting.weights_of(survey) if counted else []
    return {"survey": survey, "allowed": allowed, "counted": counted, "weighted": len(weights) > 1}


SHELF.register_offers(offered)
SHELF.register_panel(Panel("surveys/results/_texts.html", written, place=45))
SHELF.register_panel(Panel("surveys/results/_office.html", office, place=40, staff=True))
