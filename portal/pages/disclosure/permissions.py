"""Who publishes: the committee, and whoever holds the post that an item names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Post, Visitor
from portal.community.permissions import COMMITTEE, ROLE_OF, Role, roles_in
from portal.pages.disclosure.models import DisclosureItem, Publication
from portal.pages.disclosure.states import ItemState

LISTED = frozenset({ItemState.LISTED})
PUBLISHERS = COMMITTEE | {Role.RESPONSIBLE}
DIRECTOR = frozenset({Role.DIRECTOR})
STAYS = _("The law asks for this item, so it stays in the catalogue.")

CATALOGUE = PlaceDoor({"add": Need(DIRECTOR)})


def roles_towards(user: Visitor, item: DisclosureItem) -> frozenset[Role]:
    """Those in its neighbourhood; whoever holds the post it names is responsible for it."""
    held = roles_in(user, item.neighbourhood)
    return held | ({Role.RESPONSIBLE} if ROLE_OF[Post(item.publisher)] in held else frozenset())


ITEMS = Door(
    DisclosureItem,
    {
        "publish": Need(PUBLISHERS, LISTED),
        "arose": Need(PUBLISHERS, LISTED),
        "retire": Need(DIRECTOR, LISTED),
        "restore": Need(DIRECTOR, frozenset({ItemState.RETIRED})),
    },
    roles_towards,
    objects=lambda user: DisclosureItem.objects.all(),
    related=("neighbourhood",),
)
PUBLICATIONS = Door(
    Publication,
    {"correct": Need(PUBLISHERS)},
    lambda user, publication: roles_towards(user, publication.item),
    related=("item__neighbourhood", "file"),
)
