"""Who may do what with a survey; each room of this app has its own table of verbs over the same roles."""

from __future__ import annotations

from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, STAFF, Role, roles_in
from portal.surveys.models import Survey

MAKERS = COMMITTEE
READERS = STAFF


def roles_towards(user: Visitor, survey: Survey) -> frozenset[Role]:
    """The roles in its neighbourhood."""
    return roles_in(user, survey.neighbourhood)
