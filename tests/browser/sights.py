"""One page as one reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

NOBODY = ""
# Views: the normal one, and that for elders.
BOTH = (False, True)


@dataclass(frozen=True)
class Sight:
    """`name`: the kind of page, by its name on the map of addresses; `who`: an account, or NOBODY."""

    name: str
    path: str
    who: str
    elder: bool = False


def seen(name: str, path: str, people: tuple[str, ...], views: tuple[bool, ...]) -> Iterator[Sight]:
    """A page by several readers, in the normal and the elder view as asked."""
    for who in people:
        for elder in views:
            yield Sight(name, path, who, elder)
