"""What can be done about the hours of a shift, and to an hour record."""

from __future__ import annotations

from portal.actions.actions import Action

SHIFT_ACTIONS: dict[str, Action] = {}
RECORD_ACTIONS: dict[str, Action] = {}
