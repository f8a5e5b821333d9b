"""What this room shows: the buttons of the course, how far a survey is, and surveys on the home."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Offer, offers
from portal.actions.sheets import Sheet, register_sheet
from portal.actions.shelves import Panel
from portal.kit import wording
from portal.pages.home_blocks import LiveKind, register_block
from portal.pages.taking_part import Part, register_part
from portal.surveys.course import home, reading
from portal.surveys.course.actions import ACTIONS
from portal.surveys.course.permissions import SURVEYS
from portal.surveys.models import Survey
from portal.surveys.shelves import SURVEYS as SHELF


def offered(request: HttpRequest, survey: Survey) -> list[Offer]:
    """What the reader may do in the course of a survey."""
    return offers(request, SURVEYS, ACTIONS, survey, "surveys:course_act")


SHELF.register_offers(offered)
SHELF.register_panel(Panel("surveys/course/_owed.html", reading.owed, place=30))
SHELF.register_panel(Panel("surveys/course/_removed.html", reading.removed, place=60))
SHELF.register_panel(Panel("surveys/course/_missing.html", reading.missing, place=10, staff=True))
SHELF.register_panel(Panel("surveys/course/_progress.html", reading.progress, place=20, staff=True))
register_block(LiveKind("surveys", _("Surveys"), "surveys/course/_home.html", home.read))
register_part(Part("surveys/course/_take_part.html", reading.taking_part))


def _sheet(survey: Survey) -> Sheet:
    """A survey on the notice board: what it is for, who is asked, until when."""
    asked = (
        _("those drawn by lot are asked") if survey.reach == "sample" else _("those who live here are asked")
    )
    until = wording.deadline(survey.closes_at) if survey.closes_at and survey.takes_answers else ""
    rows = ((_("Who is asked to answer"), asked), (_("With names or without"), survey.get_mode_display()))
    return Sheet(_("Survey"), survey.intro, (*rows, (_("Until"), until)))


register_sheet("survey", SURVEYS, _sheet)
