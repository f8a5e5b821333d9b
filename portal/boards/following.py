"""That buildings can be followed by those who do not live or own there."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.boards.models import BuildingBoardPage
from portal.community.models import Visitor
from portal.notifications.following import Followable, register, wanting


def followers(board: BuildingBoardPage) -> Q:
    """As a condition on accounts: who follows the building of a board."""
    return wanting([f"area:{board.building_id}"])


def _find(user: Visitor, keys: Collection[int]) -> dict[int, BuildingBoardPage]:
    """Boards are read by everybody; a building in several parts is followed as one, by its first."""
    found = BuildingBoardPage.objects.filter(building__in=keys, building__retired_on=None)
    return {board.building_id: board for board in found.select_related("building").order_by("-entrances")}


register(
    "area",
    Followable(
        _("building"),
        _find,
        brings=_("You hear of what must be read in this building, and of topics that concern it."),
        stays=_("Whoever lives or owns in a building hears of it in any case."),
    ),
)
