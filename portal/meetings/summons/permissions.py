"""Who may do what to a summons, in which state. What a department does by its link is in services/answering."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from portal.actions.doors import Door, Need, PlaceDoor, whole
from portal.community.models import Appointment, Post, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.community.places import touching
from portal.meetings.models import Summons
from portal.meetings.states.summons import ANSWERABLE, ESCALATED, JUDGED, LINKED, OVER
from portal.meetings.states.summons import SummonsState as S

OFFICER = frozenset({Role.OFFICER})

NEEDS = {
    "rewrite": Need(COMMITTEE, frozenset({S.DRAFTED})),
    "add_department": Need(COMMITTEE, frozenset(S) - OVER),
    "send": Need(COMMITTEE, frozenset({S.DRAFTED})),
    "new_link": Need(COMMITTEE, LINKED),
    "revoke_link": Need(COMMITTEE, LINKED),
    "note_answer": Need(COMMITTEE, ANSWERABLE),
    "agree": Need(COMMITTEE, frozenset({S.RESCHEDULED})),
    "ask_again": Need(COMMITTEE, frozenset({S.RESCHEDULED, S.ABSENT})),
    "came": Need(COMMITTEE, frozenset({S.ACCEPTED})),
    "stayed_away": Need(COMMITTEE, frozenset({S.ACCEPTED})),
    "decide": Need(COMMITTEE, frozenset({S.HELD, S.UNDERTAKEN})),
    "note_report": Need(COMMITTEE, frozenset({S.UNDERTAKEN})),
    "solved": Need(COMMITTEE, frozenset({S.HELD, S.REPORTED})),
    "unsolved": Need(COMMITTEE, frozenset({S.HELD, S.ABSENT, S.REPORTED})),
    "call_in": Need(OFFICER, ESCALATED),
    "settle": Need(OFFICER, ESCALATED),
    "judge": Need(NEIGHBOUR, JUDGED),
    "cancel": Need(COMMITTEE, frozenset({S.DRAFTED, S.SENT, S.RESCHEDULED, S.ACCEPTED})),
}


def roles_towards(user: Visitor, summons: Summons) -> frozenset[Role]:
    """The roles in its neighbourhood."""
    return roles_in(user, summons.neighbourhood)


def visible(user: Visitor) -> QuerySet[Summons]:
    """What was sent everybody may know of; what is being written only the committee of the place."""
    held = Appointment.objects.acted_in_by(user).filter(post__in=[Post.WORKER, Post.DIRECTOR])
    paths = list(held.values_list("area__path", flat=True)) if user.is_authenticated else []
    own = [touching(path, "neighbourhood") for path in paths]
    return Summons.objects.filter(reduce(or_, own, ~Q(state=S.DRAFTED) & ~Q(sent_at=None)))


def _lock_together(pk: int) -> None:
    """Those summoned together are locked in one order, so that nobody waits for somebody who waits."""
    others = Summons.objects.filter(pk=pk).exclude(together=None).values("together")
    list(
        Summons.objects.non_polymorphic()
        .select_for_update(of=whole(Summons), no_key=True)
        .filter(together__in=others)
        .order_by("pk")
    )


SUMMONS = Door(
    Summons,
    NEEDS,
    roles_towards,
    related=("neighbourhood", "area", "chair"),
    objects=visible,
    lock_first=_lock_together,
)
PLACE = PlaceDoor({"summon": Need(COMMITTEE)})
