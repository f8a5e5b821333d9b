"""Who sees whose promises, and who may object to a public notice."""

from __future__ import annotations

from django.db.models import Q

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.permissions import NEIGHBOUR, STAFF, Role, roles_in
from portal.duties.kinds import closed_to
from portal.duties.models import Duty, DutyQuerySet, PublicNotice

# Who watches over everybody's promises in the neighbourhood; other posts see their own.
WATCHERS = STAFF | {Role.PARTY, Role.OVERSIGHT, Role.AUDITOR}
WORKERS = WATCHERS | {Role.PROPERTY, Role.OWNERS_COMMITTEE, Role.BUILDING_HEAD}


WORKBENCH = PlaceDoor(
    {
        "work": Need(WORKERS),
        "see_all": Need(WATCHERS),
        "take": Need(WORKERS),
        "give_back": Need(WORKERS),
        "hand": Need(WORKERS),
        "urge": Need(WATCHERS),
    }
)
NOTICES = Door(
    PublicNotice,
    {"object": Need(NEIGHBOUR)},
    lambda user, notice: roles_in(user, notice.neighbourhood),
    related=("neighbourhood",),
)


def seen_by(user: Visitor, neighbourhood: Area, owed: Q) -> DutyQuerySet:
    """The open promises a visitor may open in a neighbourhood; `owed`: which the visitor owes, as a condition."""
    here = Duty.objects.active().filter(neighbourhood=neighbourhood)
    if not WORKBENCH.may(user, "see_all", neighbourhood):
        return here.filter(owed)
    return here.filter(~Q(kind__in=closed_to(roles_in(user, neighbourhood))) | owed)
