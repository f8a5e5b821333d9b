"""Whether an item stands in the catalogue."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class ItemState(TextChoices):
    """An item of the catalogue is asked for, or was taken out by the neighbourhood."""

    LISTED = "listed", _("in the catalogue")
    RETIRED = "retired", _("taken out of the catalogue")


ITEM = LifeCycle(
    "disclosure",
    {
        ItemState.LISTED: frozenset({ItemState.RETIRED}),
        ItemState.RETIRED: frozenset({ItemState.LISTED}),
    },
    ItemState.LISTED,
)
