"""What this room shows elsewhere: on the pages of a project and of a round, under a topic, under a demand."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.shelves import Panel
from portal.deliberation.hooks import Block, FollowUp, register_follow_ups
from portal.deliberation.models import Topic
from portal.funds.applying import views
from portal.funds.applying.services.handing import end_with_the_round
from portal.funds.calls.selectors import taking_here
from portal.funds.calls.services.rounds import register_called_off
from portal.funds.models import Application, Call
from portal.funds.shelves import CALLS, PROJECTS
from portal.surveys.lists.taken_up import TakenUp, register_taken_up
from portal.surveys.models import Demand, Reply

MOST = 10


def of_topic(topic: Topic) -> Block:
    """The projects that grew out of a topic, as far as everybody reads them."""
    found = Application.objects.public().filter(topic=topic).order_by("-pk")[:MOST]
    return Block(_("Projects of the micro-fund"), [_item(one) for one in found])


def of_demand(demand: Demand) -> list[TakenUp]:
    """The projects that answer a demand; where the micro-fund answers it, also the open round to apply in."""
    found = Application.objects.public().filter(demand=demand).order_by("-pk")[:MOST]
    shown = [TakenUp(one.title, str(one.get_state_display()), one.get_absolute_url()) for one in found]
    if demand.reply != Reply.FUND:
        return shown
    rounds = taking_here(demand.survey.neighbourhood)
    return shown + [_round(call, demand) for call in rounds[:MOST]]


def _item(application: Application) -> FollowUp:
    return FollowUp(application.title, str(application.get_state_display()), application.get_absolute_url())


def _round(call: Call, demand: Demand) -> TakenUp:
    url = f"{reverse('funds:apply', args=[call.pk])}?demand={demand.pk}"
    return TakenUp(_("Apply with a project: %(call)s") % {"call": call.title}, "", url)


PROJECTS.register_offers(views.on_project)
CALLS.register_offers(views.call_offers)
CALLS.register_panel(Panel("funds/applying/_on_call.html", views.on_call, place=40))
register_follow_ups("fund_projects", of_topic)
register_taken_up("fund_projects", of_demand)
register_called_off(end_with_the_round)
