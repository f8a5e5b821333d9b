"""What the home of a neighbourhood says of funds: the rounds that take applications."""

from __future__ import annotations

from typing import Any

from portal.funds.calls.selectors import taking_here
from portal.pages.home_blocks import Setting, Visit

SHOWN = 2


def read(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    """The rounds that take applications with the days left; None where there is none. One query."""
    found = list(taking_here(visit.here)[: setting.most or SHOWN])
    return {"calls": found} if found else None
