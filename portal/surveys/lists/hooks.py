"""What this room shows elsewhere: on a survey's page, under a topic, on the home of a neighbourhood."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.actions import Offer, offers
from portal.actions.shelves import Panel
from portal.deliberation.hooks import Block, FollowUp, register_follow_ups
from portal.deliberation.models import Topic
from portal.deliberation.selectors import keys_with_merged
from portal.pages.home_blocks import LiveKind, Setting, Visit, register_block
from portal.surveys.lists import listing, views
from portal.surveys.lists.actions import SURVEY_ACTIONS
from portal.surveys.lists.permissions import SURVEYS
from portal.surveys.models import Demand, Survey
from portal.surveys.shelves import SURVEYS as SHELF

SHOWN = 4


def of_topic(topic: Topic) -> Block:
    """Which demands of the survey a topic, or what was merged into it, takes up, and how many needed it."""
    found = (
        Demand.objects.filter(subject__in=keys_with_merged(topic))
        .select_related("survey")
        .order_by("-percent", "-pk")
    )
    return Block(_("Asked for in the survey"), [_item(demand) for demand in found[: listing.MOST]])


def on_home(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    """What neighbours asked for in the newest survey, and what became of it; None before there was one."""
    survey = listing.surveys_with_lists(visit.here).first()
    if survey is None:
        return None
    top = listing.demands_of(survey).filter(over=True)[: setting.most or SHOWN]
    return {"survey": survey, "rows": listing.rows_of(top), "kept": listing.kept(survey)}


def _item(demand: Demand) -> FollowUp:
    text = _("%(percent)d percent of %(base)d needed it") % {"percent": demand.percent, "base": demand.base}
    return FollowUp(demand.title, text, demand.get_absolute_url())


def _offers(request: HttpRequest, survey: Survey) -> list[Offer]:
    return offers(request, SURVEYS, SURVEY_ACTIONS, survey, "surveys:list_act")


SHELF.register_offers(_offers)
SHELF.register_panel(Panel("surveys/lists/_panel.html", views.on_survey, place=60))
register_follow_ups("demands", of_topic)
register_block(
    LiveKind("demands", gettext_lazy("What neighbours asked for"), "surveys/lists/_home.html", on_home)
)
