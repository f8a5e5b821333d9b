"""Whether this portal is only looked at: the demo that `make run` loads, on one's own computer."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

OWN = {"127.0.0.1", "localhost", "::1"}


def is_public() -> bool:
    """Whether the portal answers under another name than this computer's own."""
    return any(urlsplit(origin).hostname not in OWN for origin in settings.ORIGINS)


def is_trial() -> bool:
    """Whether the demo was loaded into this data directory. Never of a portal that others can reach."""
    return not is_public() and _mark().exists()


def begin_trial() -> None:
    """The demo is loaded into this data directory; done before, because its staff act while it is told."""
    _mark().touch()


def end_trial() -> None:
    """What is in this data directory now is meant."""
    _mark().unlink(missing_ok=True)


def second_factor_asked() -> bool:
    """Whether who holds an office needs more than a password to act in it."""
    return settings.STAFF_SECOND_FACTOR and not is_trial()


def _mark() -> Path:
    return Path(settings.DATA_DIR) / "demo"
