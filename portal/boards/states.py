"""The lives of what stands on a building board, as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class ReadState(models.TextChoices):
    """Where a must-read stands: it goes by the clock after its last day, or is ended before."""

    CURRENT = "current", _("to be read")
    OVER = "over", _("its last day is over")
    ENDED = "ended", _("taken down")


class SwapState(models.TextChoices):
    """What became of a wish to swap two days of the rota."""

    ASKED = "asked", _("waiting for an answer")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")


class PhotoState(models.TextChoices):
    """Where a photo for the gallery stands."""

    PROPOSED = "proposed", _("waiting for the building head")
    SHOWN = "shown", _("shown")
    REFUSED = "refused", _("not taken")
    REMOVED = "removed", _("taken down")


MUST_READ = LifeCycle(
    "mustread",
    {
        ReadState.CURRENT: frozenset({ReadState.ENDED, ReadState.OVER}),
        ReadState.OVER: frozenset(),
        ReadState.ENDED: frozenset(),
    },
    ReadState.CURRENT,
)
SWAP = LifeCycle(
    "swap",
    {
        SwapState.ASKED: frozenset(
            {SwapState.AGREED, SwapState.REFUSED, SwapState.WITHDRAWN, SwapState.LAPSED}
        ),
        SwapState.AGREED: frozenset(),
        SwapState.REFUSED: frozenset(),
        SwapState.WITHDRAWN: frozenset(),
        SwapState.LAPSED: frozenset(),
    },
    SwapState.ASKED,
)
PHOTO = LifeCycle(
    "boardphoto",
    {
        PhotoState.PROPOSED: frozenset({PhotoState.SHOWN, PhotoState.REFUSED}),
        PhotoState.SHOWN: frozenset({PhotoState.REMOVED}),
        PhotoState.REFUSED: frozenset(),
        PhotoState.REMOVED: frozenset({PhotoState.SHOWN}),
    },
    PhotoState.PROPOSED,
)
