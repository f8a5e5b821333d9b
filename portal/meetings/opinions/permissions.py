"""Who may do what to an opinion map and its statements. Reading the tables tells what the room does."""

from __future__ import annotations

from portal.actions.doors import Door, Need
from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.meetings.models.opinions import OpinionMap, Statement
from portal.meetings.states.statement import State

PUTS = NEIGHBOUR | COMMITTEE

MAP_NEEDS = {
    "put": Need(PUTS),
    "screen": Need(COMMITTEE),
}
STATEMENT_NEEDS = {
    "react": Need(NEIGHBOUR, frozenset({State.SHOWN})),
    "react_listed": Need(NEIGHBOUR, frozenset({State.SHOWN})),
    "take_down": Need(COMMITTEE, frozenset({State.SHOWN})),
    "restore": Need(COMMITTEE, frozenset({State.TAKEN_DOWN})),
}


def roles_towards(user: Visitor, thing: OpinionMap | Statement) -> frozenset[Role]:
    """The visitor's roles in the neighbourhood; who put a statement has no other right to it."""
    return roles_in(user, thing.neighbourhood)


def shown_putting(user: Visitor, here: Area) -> bool:
    """Whether a page shows the reader how to begin a map: whoever may, and visitors, who are asked to sign in."""
    return not user.is_authenticated or not PUTS.isdisjoint(roles_in(user, here))


def lock_map(statement_pk: int) -> None:
    """The lock under which the statements of a map change."""
    OpinionMap.objects.select_for_update(of=("self",), no_key=True).filter(statements=statement_pk).first()


MAPS = Door(OpinionMap, MAP_NEEDS, roles_towards, related=("neighbourhood",))
STATEMENTS = Door(
    Statement, STATEMENT_NEEDS, roles_towards, related=("map__neighbourhood",), lock_first=lock_map
)
