"""Who keeps contact cards: the committee and the district's editors; a building head says the own number."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import Role, roles_in
from portal.pages.cards.models import ContactCard
from portal.pages.permissions import WRITERS

CARD_PLACES = PlaceDoor({"keep": Need(WRITERS), "number": Need(frozenset({Role.BUILDING_HEAD}))})


def roles_towards(user: Visitor, card: ContactCard) -> frozenset[Role]:
    """Those in its neighbourhood."""
    return roles_in(user, card.neighbourhood)


CARDS = Door(
    ContactCard,
    {"check": Need(WRITERS), "draw": Need(WRITERS)},
    roles_towards,
    objects=lambda user: ContactCard.objects.all(),
    related=("area",),
)
