"""Who sees whose promises, and who may object to a public notice."""

from __future__ import annotations

from django.db.models import Q

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Appointment, Area, Kind, Post, Visitor
from portal.community.permissions import NEIGHBOUR, STAFF, Role, roles_in
from portal.community.places import ancestors, below
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


# Who compares the neighbourhoods of a subdistrict, where the post is held for the whole of it.
OVERSEERS = (Post.OFFICER, Post.AUDITOR)


def overseen(user: Visitor, here: Area) -> tuple[Area | None, list[Area]]:
    """The subdistrict around a neighbourhood and its neighbourhoods, for who serves all of it; else nothing."""
    around = Area.objects.filter(path__in=ancestors(here.path), kind=Kind.SUBDISTRICT).first()
    served = Appointment.objects.served_by(user, OVERSEERS)
    if around is None or not any(around.path.startswith(path) for path in served):
        return None, []
    return around, below(around, Kind.NEIGHBOURHOOD)
