"""Questions asked of applications in more than one place."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.community.models import Area, User, Visitor
from portal.community.selectors import accounts_of
from portal.deliberation.models import Topic
from portal.deliberation.states import ENDED
from portal.funds.models import Application, Call, CoApplicant
from portal.funds.states import WRITABLE
from portal.surveys.models import Demand, Reply
from portal.surveys.states import DemandState

MOST_OFFERED = 200


def writers(application: Application) -> QuerySet[User]:
    """The accounts of whoever applies: the lead, those who said yes, the desk for what it took in on paper."""
    agreed = application.co_applicants.filter(agreed_at__isnull=False).values_list("person", flat=True)
    return accounts_of(application.lead_id, application.entered_by_id, *agreed)


def mine(user: Visitor) -> QuerySet[Application]:
    """What somebody leads, applies for together, is asked about or wrote down for somebody else."""
    person = getattr(user, "person_id", None)
    if person is None:
        return Application.objects.none()
    together = CoApplicant.objects.filter(person=person).values("application")
    own = Q(lead=person) | Q(entered_by=person) | Q(pk__in=together)
    return Application.objects.filter(own).select_related("call__fund__neighbourhood", "lead").order_by("-pk")


def begun(user: Visitor, call: Call) -> QuerySet[Application]:
    """What somebody can go on writing in a round: not what one is only asked to join."""
    return mine(user).filter(call=call, state__in=WRITABLE).exclude(pk__in=asked_about(user))


def asked_about(user: Visitor) -> QuerySet[CoApplicant, int]:
    """The keys of the applications that somebody is asked to join and has not answered about."""
    person = getattr(user, "person_id", None)
    return CoApplicant.objects.filter(person=person, agreed_at=None).values_list("application", flat=True)


def open_topics(here: Area) -> QuerySet[Topic]:
    """Topics of a neighbourhood that an application can rest on: proposed and not ended, the newest first."""
    return Topic.objects.public().filter(neighbourhood=here).exclude(state__in=ENDED).order_by("-pk")


def open_demands(here: Area) -> QuerySet[Demand]:
    """What neighbours asked for in surveys and is not done: those answered with the micro-fund first.

    Of a need that was asked in several waves only the newest.
    """
    later = Demand.objects.filter(previous=OuterRef("pk"))
    found = Demand.objects.filter(~Exists(later), survey__neighbourhood=here).exclude(
        state__in=[DemandState.DONE, DemandState.NOT_POSSIBLE]
    )
    by_fund = Q(reply=Reply.FUND)
    return found.annotate(fund=by_fund).select_related("survey").order_by("-fund", "-percent", "-pk")
