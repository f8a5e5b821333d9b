"""Who is what towards a fund, an application, a project; each room has its own table of verbs over these roles."""

from __future__ import annotations

from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, STAFF, Role, roles_in
from portal.funds.models import Acceptor, Application, Call, Fund, Grant, Reviewer

OFFICE = STAFF
CLERKS = COMMITTEE
DIRECTOR = frozenset({Role.DIRECTOR})
APPLICANT = frozenset({Role.PROPOSER})
REVIEWER = frozenset({Role.REVIEWER})
ACCEPTOR = frozenset({Role.ACCEPTOR})


def roles_towards(user: Visitor, thing: Fund | Call) -> frozenset[Role]:
    """The roles in its neighbourhood; a reviewer is told from the others towards a call."""
    roles = roles_in(user, thing.neighbourhood)
    if isinstance(thing, Call) and reviews(user, thing):
        roles |= REVIEWER
    return roles


def towards_application(user: Visitor, application: Application) -> frozenset[Role]:
    """With whoever applied, lead or co-applicant, told from the others; a reviewer only without a tie.

    Whoever applied is not the office towards their own application, whatever post they hold (L15 art. 59).
    """
    roles = roles_in(user, application.neighbourhood)
    if applies(user, application):
        return (roles | APPLICANT) - STAFF
    if reviews(user, application.call) and not tied(user, application):
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
    return person is not None and Reviewer.objects.filter(call=call, person=person, ended_at=None).exists()


def tied(user: Visitor, application: Application) -> bool:
    """Whether a reviewer declared a tie to an application, early or late."""
    return application.conflicts.filter(reviewer__person=getattr(user, "person_id", None)).exists()
