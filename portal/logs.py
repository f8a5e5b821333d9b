"""The log: one JSON object a line, whatever a name or a path contains."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from portal.kit.outages import outage_of

# What opens an account stays out of the log, also where such an address is refused or fails.
LINK = re.compile(r"(/accounts/(?:confirm-email|password/reset/key)/)[^/\s\"']+")
EXTRAS = ("request_id", "route", "status", "ms", "user")


class JsonLines(logging.Formatter):
    """Time (UTC), level, logger, message, and the fields of EXTRAS where a record carries them."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": LINK.sub(r"\1…", record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if isinstance(status := getattr(record, "status_code", None), int):
            line["status"] = status
        if record.exc_info:
            line["exception"] = self._exception(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)

    def _exception(self, info: Any) -> str:
        """Where it happened; but of what is away or full only what it says, or the log would fill the disk."""
        return str(info[1]).strip() if outage_of(info[1]) else self.formatException(info)
