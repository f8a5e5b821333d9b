"""What this room shows elsewhere; imported at the start."""

from __future__ import annotations

from django.http import HttpRequest

from portal.actions.actions import Offer, offers
from portal.surveys.exchange.actions import ACTIONS
from portal.surveys.exchange.permissions import EXPORTS
from portal.surveys.models import Survey
from portal.surveys.shelves import SURVEYS as SHELF


def on_survey(request: HttpRequest, survey: Survey) -> list[Offer]:
    """Answers as a file, for those who may take them."""
    return offers(request, EXPORTS, ACTIONS, survey, "surveys:export_act")


SHELF.register_offers(on_survey)
