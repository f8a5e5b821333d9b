"""What follows from a topic in other parts of the portal: activities that carry it out. Their apps register here.

The topic's page is drawn once for every reader, and anew whenever its neighbourhood's record grows: a provider
tells only what everybody may read, and whatever changes its answer is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.deliberation.models import Topic


@dataclass(frozen=True)
class Item:
    """One thing that follows: what it is called, what is next about it, where it is read."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Block:
    """What one app has to show under a topic."""

    title: str
    items: list[Item]


Provider = Callable[[Topic], Block]
_PROVIDERS: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Let an app show what follows from a topic; once under each name."""
    _PROVIDERS[name] = provider


def follows(topic: Topic) -> list[Block]:
    """The blocks that have something to show."""
    return [block for provider in _PROVIDERS.values() if (block := provider(topic)).items]
