"""The only writers of discussions."""

from __future__ import annotations

from portal.threads.services.answering import acknowledge, answer, ask
from portal.threads.services.moderation import appeal, flag, hide, keep, restore, uphold
from portal.threads.services.talking import close_thread, open_thread, post

__all__ = [
    "acknowledge",
    "answer",
    "appeal",
    "ask",
    "close_thread",
    "flag",
    "hide",
    "keep",
    "open_thread",
    "post",
    "restore",
    "uphold",
]
