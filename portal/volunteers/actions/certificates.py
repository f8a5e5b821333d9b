"""What can be done to a certificate."""

from __future__ import annotations

from portal.actions.actions import Action

ACTIONS: dict[str, Action] = {}
