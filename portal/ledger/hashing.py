"""The fingerprint of a line: over its facts and the fingerprint before it, so that none can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC

from portal.ledger.models import Entry


def fingerprint(entry: Entry, amounts: Mapping[str, int], reverses: int | None) -> str:
    """SHA-256 of a line as hex digits. `amounts`: fen by account code; `reverses`: the number of what it reverses."""
    facts = {
        "sequence": entry.sequence,
        "day": entry.day.isoformat(),
        "text": entry.text,
        "kind": str(entry.kind),
        "signed": entry.signed,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "amounts": dict(amounts),
        "reverses": reverses,
        "previous": entry.previous,
    }
    said = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
