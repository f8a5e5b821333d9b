"""What apps above add to the page on which everybody sees what they can join in now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.community.models import Area, Visitor

Read = Callable[[Visitor, Area], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Part:
    """A section of the page: `template` gets what `read` returns as `part`; None: nothing to show now."""

    template: str
    read: Read


_PARTS: list[Part] = []


def register_part(part: Part) -> None:
    """Let an app add a section, in its module `hooks`."""
    _PARTS.append(part)


def parts_for(user: Visitor, here: Area) -> list[tuple[str, Mapping[str, Any]]]:
    """The sections that have something to show to this reader, as template and data."""
    read = [(part.template, part.read(user, here)) for part in _PARTS]
    return [(template, data) for template, data in read if data is not None]
