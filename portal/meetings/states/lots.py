"""The life of a draw of a panel by lot, as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class LotState(TextChoices):
    """Where a draw (抽签) stands."""

    OPEN = "open", _("sign-up open")
    CLOSED = "closed", _("sign-up closed")
    COMMITTED = "committed", _("tickets published, waiting for the seed")
    SEEDED = "seeded", _("seed entered, waiting for a second look")
    DRAWN = "drawn", _("drawn")
    CALLED_OFF = "called_off", _("called off")


# Once tickets are published nobody is added and nobody taken out: the way leads to the draw alone, or to none.
NEXT: dict[LotState, frozenset[LotState]] = {
    LotState.OPEN: frozenset({LotState.CLOSED, LotState.CALLED_OFF}),
    LotState.CLOSED: frozenset({LotState.OPEN, LotState.COMMITTED, LotState.CALLED_OFF}),
    LotState.COMMITTED: frozenset({LotState.SEEDED, LotState.CALLED_OFF}),
    LotState.SEEDED: frozenset({LotState.COMMITTED, LotState.DRAWN}),
    LotState.DRAWN: frozenset(),
    LotState.CALLED_OFF: frozenset(),
}

LIFE = LifeCycle("lot", NEXT, LotState.OPEN)
EARLY = frozenset({LotState.OPEN, LotState.CLOSED})
RUNNING = EARLY | {LotState.COMMITTED, LotState.SEEDED}
PUBLISHED = frozenset({LotState.COMMITTED, LotState.SEEDED, LotState.DRAWN})
