"""Who may do what to a draw, in which state."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, whole
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.meetings.models import Hearing, PanelDraw
from portal.meetings.states.lots import EARLY
from portal.meetings.states.lots import LotState as L

OPEN, CLOSED = frozenset({L.OPEN}), frozenset({L.CLOSED})
COMMITTED, SEEDED = frozenset({L.COMMITTED}), frozenset({L.SEEDED})

NEEDS = {
    "volunteer": Need(NEIGHBOUR, OPEN, _("Sign-up is over.")),
    "withdraw": Need(
        NEIGHBOUR,
        EARLY,
        _(
            "The tickets are published, so nobody is taken out any more. If the lot falls on you, you can decline."
        ),
    ),
    "set_quotas": Need(COMMITTEE, EARLY),
    "close_sign_up": Need(COMMITTEE, OPEN),
    "reopen": Need(COMMITTEE, CLOSED),
    "commit": Need(COMMITTEE, CLOSED),
    "enter_seed": Need(COMMITTEE, COMMITTED),
    "reject_seed": Need(COMMITTEE, SEEDED),
    "draw": Need(COMMITTEE, SEEDED),
    "decline": Need(NEIGHBOUR, frozenset({L.DRAWN})),
    "call_off": Need(COMMITTEE, EARLY | {L.COMMITTED}),
}


def roles_towards(user: Visitor, draw: PanelDraw) -> frozenset[Role]:
    """The visitor's roles in the neighbourhood; nobody has one towards the draw itself."""
    return roles_in(user, draw.neighbourhood)


def lock_hearing(key: int) -> None:
    """The lock of the hearing comes before that of its draw."""
    list(Hearing.objects.select_for_update(of=whole(Hearing), no_key=True).filter(draws=key))


# Draws are public, as hearings are.
DRAWS = Door(
    PanelDraw,
    NEEDS,
    roles_towards,
    related=("hearing__neighbourhood",),
    lock_first=lock_hearing,
    objects=lambda user: PanelDraw.objects.all(),
)
