"""A project with money moves on, and what other rooms owe of it from then on is owed in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from portal.actions.lifecycles import advance
from portal.funds.models import Grant
from portal.funds.states import GrantState

Follows = Callable[[Grant], object]
_FOLLOWS: list[Follows] = []


def register_follows(follows: Follows) -> None:
    """Let a room above say what follows from each step of a project, such as that its accounts are owed."""
    _FOLLOWS.append(follows)


def move(grant: Grant, to: GrantState, *, also: Iterable[str] = (), **changes: Any) -> None:
    """Bring a locked project into its next state. What is owed no more is dropped before. As `advance` raises."""
    advance(grant, to, also=also, **changes)
    for follows in _FOLLOWS:
        follows(grant)
