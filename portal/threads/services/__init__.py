"""The only writers of discussions."""

from __future__ import annotations

from portal.threads.services.answering import acknowledge, answer, ask
from portal.threads.services.moderation import appeal, flag, hide, keep, restore, uphold
from portal.threads.services.outcomes import answer_again, callback, outcome
from portal.threads.services.promising import hand_on, more_time
from portal.threads.services.talking import close_thread, open_thread, post
from portal.threads.services.texts import bring_back, change_text, keep_text, put_away

__all__ = [
    "acknowledge",
    "answer",
    "answer_again",
    "appeal",
    "ask",
    "bring_back",
    "callback",
    "change_text",
    "close_thread",
    "flag",
    "hand_on",
    "hide",
    "keep",
    "keep_text",
    "more_time",
    "open_thread",
    "outcome",
    "post",
    "put_away",
    "restore",
    "uphold",
]
