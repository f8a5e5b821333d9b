"""That buildings can be followed by those who do not live or own there."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.boards.models import BuildingBoardPage
from portal.community.models import Visitor
from portal.notifications.following import Followable, register, wanting


def followers(board: BuildingBoardPage) -> Q:
    """As a condition on accounts: who follows the building of a board."""
    return wanting([f"area:{board.building_id}"])


def _find(user: Visitor, pk: int) -> BuildingBoardPage | None:
    """Boards are read by everybody; a building in several parts is followed as one."""
    found = BuildingBoardPage.objects.filter(building=pk, building__retired_on=None).select_related(
        "building"
    )
    return found.order_by("entrances").first()


register(
    "area",
    Followable(
        _("building"),
        _find,
        brings=_("You hear of what must be read in this building, and of topics that concern it."),
        stays=_("Whoever lives or owns in a building hears of it in any case."),
    ),
)
