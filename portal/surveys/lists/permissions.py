"""Who may do what with the profile and the three lists: the committee keeps them, everybody reads them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, Role, roles_in
from portal.surveys.models import Demand, Service, Survey
from portal.surveys.permissions import roles_towards
from portal.surveys.states import DemandState, SurveyState

_B, _O, _I, _D, _N = DemandState
UNANSWERED, ANSWERED = frozenset({_B, _O}), frozenset({_I, _D, _N})
CALLED = frozenset({Role.RESPONSIBLE})
_ANSWERED = _("This was answered already. The answer stands on its page, and can be put right there.")

SURVEY_NEEDS = {"list_demands": Need(COMMITTEE, frozenset({SurveyState.PUBLISHED}))}
DEMAND_NEEDS = {
    "answer_topic": Need(COMMITTEE, UNANSWERED, _ANSWERED),
    "raise_topic": Need(COMMITTEE, UNANSWERED, _ANSWERED),
    "answer_service": Need(COMMITTEE, UNANSWERED, _ANSWERED),
    "answer_activity": Need(COMMITTEE, UNANSWERED, _ANSWERED),
    "answer_summons": Need(COMMITTEE, UNANSWERED, _ANSWERED),
    "answer_fund": Need(COMMITTEE, UNANSWERED, _ANSWERED),
    "answer_not_possible": Need(COMMITTEE, frozenset({_O, _I})),
    "report_done": Need(COMMITTEE, frozenset({_I})),
    "move": Need(COMMITTEE, frozenset({_I})),
    "appear": Need(CALLED, frozenset({_I})),
    "correct": Need(COMMITTEE, ANSWERED),
    "reconsider": Need(COMMITTEE, frozenset({_I, _N})),
    "reopen": Need(COMMITTEE, frozenset({_D})),
    "match": Need(COMMITTEE),
    "unmatch": Need(COMMITTEE),
}
SERVICE_NEEDS = {
    "edit": Need(COMMITTEE),
    "count": Need(COMMITTEE),
    "end": Need(COMMITTEE),
    "put_back": Need(COMMITTEE),
}


def roles_towards_demand(user: Visitor, demand: Demand) -> frozenset[Role]:
    """Those in its neighbourhood, and whether one was asked to come."""
    roles = roles_in(user, demand.neighbourhood)
    return roles | CALLED if demand.summoned and demand.summoned in roles else roles


def lock_survey(pk: int) -> object:
    """Lock the survey of a demand: what is done to its demands waits in line, as the last answer ends it."""
    found = Survey.objects.select_for_update(of=("self",), no_key=True).filter(demands=pk)
    return found.order_by().first()


SURVEYS = Door(Survey, SURVEY_NEEDS, roles_towards, related=("neighbourhood",))
DEMANDS = Door(
    Demand,
    DEMAND_NEEDS,
    roles_towards_demand,
    related=("survey__neighbourhood", "previous__survey", "photo"),
    lock_first=lock_survey,
)
SERVICES = Door(
    Service,
    SERVICE_NEEDS,
    lambda user, service: roles_in(user, service.neighbourhood),
    related=("neighbourhood", "demand"),
)
PLACE = PlaceDoor({"add": Need(COMMITTEE), "enter": Need(COMMITTEE)})
