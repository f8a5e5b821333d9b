"""Who sees whose promises, and who may object to a public notice."""

from __future__ import annotations

from portal.community.models import Area, Visitor
from portal.community.permissions import NEIGHBOUR, STAFF, Role, roles_in
from portal.duties.models import Duty, DutyQuerySet, PublicNotice

# Who watches over everybody's promises in the neighbourhood; other posts see their own.
WATCHERS = STAFF | {Role.PARTY, Role.OVERSIGHT, Role.AUDITOR}
WORKERS = WATCHERS | {Role.PROPERTY, Role.OWNERS_COMMITTEE, Role.BUILDING_HEAD}


def may_work(user: Visitor, neighbourhood: Area) -> bool:
    """Whether a visitor has a workbench in a neighbourhood: holds a post there."""
    return not WORKERS.isdisjoint(roles_in(user, neighbourhood))


def may_see_all(user: Visitor, neighbourhood: Area) -> bool:
    """Whether a visitor sees everybody's promises, not only the own ones."""
    return not WATCHERS.isdisjoint(roles_in(user, neighbourhood))


def may_object(user: Visitor, notice: PublicNotice) -> bool:
    """Whether a visitor is one of those a notice is for: whoever lives or owns in its neighbourhood."""
    return not NEIGHBOUR.isdisjoint(roles_in(user, notice.neighbourhood))


def duties_for(user: Visitor, neighbourhood: Area, own: DutyQuerySet) -> DutyQuerySet:
    """The open promises a visitor may see in a neighbourhood; `own` are those the visitor owes."""
    if may_see_all(user, neighbourhood):
        return Duty.objects.active().filter(neighbourhood=neighbourhood)
    return own.filter(neighbourhood=neighbourhood)
