"""The screens of the hall hear of every step of a meeting."""

from __future__ import annotations

from portal.meetings.live.services.running import turned
from portal.meetings.services.transitions import register_following

register_following(turned)
