"""What the public API's own description covers."""

from __future__ import annotations

from typing import Any

Endpoint = tuple[str, str, str, Any]


def public_only(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The addresses under /api/; the editors' admin has an API of its own, which is not public."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/")]
