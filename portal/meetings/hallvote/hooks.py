"""What votes in the hall add to meetings of all kinds: lines of the log that minutes begin with."""

from __future__ import annotations

from portal.meetings.hallvote import reading

__all__ = ["reading"]
