"""The only writers of promises and public notices."""

from __future__ import annotations

from portal.duties.kinds import register_kinds
from portal.duties.services.figures import Kept, kept_promises
from portal.duties.services.leaving import fall_back
from portal.duties.services.posting import (
    answer_objection,
    end_notices,
    object_to,
    post_notice,
    register_objected,
)
from portal.duties.services.promises import close, drop, open_duty, owers_of, waiting_for, who_owes
from portal.duties.services.supervision import listeners, raise_levels, remind
from portal.duties.services.taking import give_back, hand_to, take_on, urge

__all__ = [
    "answer_objection",
    "register_objected",
    "Kept",
    "close",
    "drop",
    "end_notices",
    "fall_back",
    "give_back",
    "hand_to",
    "kept_promises",
    "listeners",
    "object_to",
    "open_duty",
    "owers_of",
    "post_notice",
    "raise_levels",
    "register_kinds",
    "remind",
    "take_on",
    "urge",
    "waiting_for",
    "who_owes",
]
