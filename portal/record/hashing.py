"""How an entry is hashed. Standard library only, so that the stand-alone verifier can share it."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(body: dict[str, Any]) -> bytes:
    """The one JSON text of a body: keys sorted, no spaces, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(body: dict[str, Any]) -> str:
    """SHA-256 of a body's canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(body)).hexdigest()
