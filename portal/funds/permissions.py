"""Who is what towards a fund, an application, a project; each room has its own table of verbs over these roles."""

from __future__ import annotations

from django.db.models import Q

from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, STAFF, Role, roles_in
from portal.funds.models import (
    Acceptor,
    Application,
    ApplicationTrace,
    Call,
    CoApplicant,
    Fund,
    Grant,
    Reviewer,
)
from portal.funds.states import ApplicationState

OFFICE = STAFF
CLERKS = COMMITTEE
DIRECTOR = frozenset({Role.DIRECTOR})
APPLICANT = frozenset({Role.PROPOSER})
REVIEWER = frozenset({Role.REVIEWER})
ACCEPTOR = frozenset({Role.ACCEPTOR})
# What is written down when somebody judges whether an application can take part.
JUDGED = frozenset({"eligible", "ineligible", "returned"})


def roles_towards(user: Visitor, thing: Fund | Call) -> frozenset[Role]:
    """The roles in its neighbourhood; a reviewer is told from the others towards a call."""
    roles = roles_in(user, thing.neighbourhood)
    if isinstance(thing, Call) and reviews(user, thing):
        roles |= REVIEWER
    return roles


def towards_application(user: Visitor, application: Application) -> frozenset[Role]:
    """With whoever applied, lead or co-applicant, told from the others; a reviewer once ties are said, without one.

    Whoever applied is not the office towards their own application, whatever post they hold (L15 art. 59); nor is a
    reviewer with a tie to it; and whoever entered it or checked it does not score it.
    """
    roles = roles_in(user, application.neighbourhood)
    if applies(user, application):
        return (roles | APPLICANT) - STAFF
    if tied(user, application):
        return roles - STAFF
    person = getattr(user, "person_id", None)
    if scores(user, application.call) and application.pk not in handled_by(person, application.call):
        roles |= REVIEWER
    return roles


def towards_grant(user: Visitor, grant: Grant) -> frozenset[Role]:
    """As towards its application, and who was named to accept the work."""
    roles = towards_application(user, grant.application)
    person = getattr(user, "person_id", None)
    if person and Acceptor.objects.filter(grant=grant, person=person, ended_at=None).exists():
        roles |= ACCEPTOR
    return roles


def applies(user: Visitor, application: Application) -> bool:
    """Whether somebody is the lead, or agreed to apply together with the lead."""
    person = getattr(user, "person_id", None)
    if person is None:
        return False
    if application.lead_id == person:
        return True
    return application.co_applicants.filter(person=person, agreed_at__isnull=False).exists()


def reviews(user: Visitor, call: Call) -> bool:
    """Whether somebody was named to review a round and still does."""
    person = getattr(user, "person_id", None)
    return person is not None and Reviewer.objects.active().filter(call=call, person=person).exists()


def scores(user: Visitor, call: Call) -> bool:
    """Whether somebody reviews a round and has said which ties there are: nothing is shown before."""
    person = getattr(user, "person_id", None)
    if person is None:
        return False
    return Reviewer.objects.active().filter(call=call, person=person, no_ties_at__isnull=False).exists()


def concerned(user: Visitor, call: Call) -> bool:
    """Whether somebody applies in a round, or declared a tie in it: not the office when it is decided on."""
    person = getattr(user, "person_id", None)
    if person is None:
        return False
    together = CoApplicant.objects.filter(person=person, agreed_at__isnull=False).values("application")
    own = call.applications.exclude(state__in=[ApplicationState.DRAFT, ApplicationState.WITHDRAWN])
    mine = Q(lead=person) | Q(pk__in=together) | Q(conflicts__reviewer__person=person)
    return own.filter(mine).exists()


def tied(user: Visitor, application: Application) -> bool:
    """Whether a reviewer declared a tie to an application, early or late."""
    return application.conflicts.filter(reviewer__person=getattr(user, "person_id", None)).exists()


def handled_by(person: int | None, call: Call) -> set[int]:
    """The keys of the applications of a round that somebody entered from paper, or judged: others score them."""
    if person is None:
        return set()
    judged = ApplicationTrace.objects.filter(by__person=person, what__in=JUDGED).values("application")
    own = call.applications.filter(Q(entered_by=person) | Q(pk__in=judged))
    return set(own.values_list("pk", flat=True))
