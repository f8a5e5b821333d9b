"""Who sees whose promises, and who may object to a public notice."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.permissions import NEIGHBOUR, STAFF, Role, roles_in
from portal.duties.models import Duty, DutyQuerySet, PublicNotice

# Who watches over everybody's promises in the neighbourhood; other posts see their own.
WATCHERS = STAFF | {Role.PARTY, Role.OVERSIGHT, Role.AUDITOR}
WORKERS = WATCHERS | {Role.PROPERTY, Role.OWNERS_COMMITTEE, Role.BUILDING_HEAD}


WORKBENCH = PlaceDoor({"work": Need(WORKERS), "see_all": Need(WATCHERS)})
NOTICES = Door(
    PublicNotice,
    {"object": Need(NEIGHBOUR)},
    lambda user, notice: roles_in(user, notice.neighbourhood),
    related=("neighbourhood",),
)


def duties_for(user: Visitor, neighbourhood: Area, own: DutyQuerySet) -> DutyQuerySet:
    """The open promises a visitor may see in a neighbourhood; `own` are those the visitor owes."""
    if WORKBENCH.may(user, "see_all", neighbourhood):
        return Duty.objects.active().filter(neighbourhood=neighbourhood)
    return own.filter(neighbourhood=neighbourhood)
