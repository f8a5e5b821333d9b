"""In which order projects stand on the ballot: by a lot that everybody can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from portal.funds.models import Application


def in_order(text: str, projects: Iterable[Application]) -> list[Application]:
    """The projects by the SHA-256 of `text|number`, smallest first: a text that was announced decides, nobody else."""
    return sorted(projects, key=lambda each: hashlib.sha256(f"{text}|{each.number}".encode()).hexdigest())
