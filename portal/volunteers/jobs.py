"""What falls due about activities, sign-ups, hours and certificates."""

from __future__ import annotations
