"""Why an act cannot be done yet, and from when: what its own service would refuse with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.community.models import User
from portal.kit.errors import refusal_of

Check = Callable[[Any], object]


def until(*checks: Check) -> Callable[[Any, User | None], str]:
    """Let an action wait for the checks its service makes of the thing itself (Action.waits)."""

    def waits(thing: Any, user: User | None) -> str:
        return refusal_of(lambda: [check(thing) for check in checks])

    return waits
