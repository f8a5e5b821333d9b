"""What every form asks that writes a line of a book."""

from __future__ import annotations

from typing import Any

from portal.kit import clock
from portal.kit.fields import NOTHING, YEAR, DayField
from portal.ledger.services import TO_COME


def line_day(label: Any) -> DayField:
    """The day of a line: today unless said otherwise, never one to come."""
    return DayField(
        label=label, back=2 * YEAR, ahead=NOTHING, initial=clock.today, error_messages={"far": TO_COME}
    )
