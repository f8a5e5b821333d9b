"""The life of a spending that waits for a second person, and the headings of a cash book in plain words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle

CASH, FORWARD = "cash", "forward"


class Earned(models.TextChoices):
    """Where a building's money comes from."""

    SHARE = "share", _("share of the common income")
    SCRAP = "scrap", _("old things sold")
    GIFTS = "gifts", _("given by neighbours")
    REFUND = "refund", _("money paid back")
    OTHER_INCOME = "other_income", _("other income")


class Spent(models.TextChoices):
    """What a building spends it on."""

    CLEANING = "cleaning", _("cleaning")
    REPAIRS = "repairs", _("small repairs")
    THINGS = "things", _("things for the stairwell")
    PLANTS = "plants", _("flowers and plants")
    EVENTS = "events", _("coming together")
    PRINTING = "printing", _("paper and printing")
    OTHER_SPENDING = "other_spending", _("other spending")


class SpendingState(models.TextChoices):
    """Where a spending stands that a second person looks at."""

    WAITING = "waiting", _("waiting for a second person")
    BOOKED = "booked", _("in the book")
    REFUSED = "refused", _("not agreed to")
    WITHDRAWN = "withdrawn", _("withdrawn")


SPENDING = LifeCycle(
    "spending",
    {
        SpendingState.WAITING: frozenset(
            {SpendingState.BOOKED, SpendingState.REFUSED, SpendingState.WITHDRAWN}
        ),
        SpendingState.BOOKED: frozenset(),
        SpendingState.REFUSED: frozenset(),
        SpendingState.WITHDRAWN: frozenset(),
    },
    SpendingState.WAITING,
)
