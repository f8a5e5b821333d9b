"""What can be done to a topic and its steps: words, service and form of each act, in the order of a topic's page."""

from __future__ import annotations

from portal.deliberation.actions.carrying import CARRYING, STEP_ACTIONS
from portal.deliberation.actions.raising import RAISING, SENDING

__all__ = ["ACTIONS", "SENDING", "STEP_ACTIONS"]
ACTIONS = RAISING | CARRYING
