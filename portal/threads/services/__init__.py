"""The only writers of discussions."""

from __future__ import annotations

from portal.threads.services.agreeing import react, show_stances
from portal.threads.services.answering import acknowledge, answer, ask
from portal.threads.services.changing import edit, withdraw
from portal.threads.services.moderation import appeal, flag, hide, keep, restore, uphold
from portal.threads.services.promising import hand_on, more_time
from portal.threads.services.reading import read_up_to
from portal.threads.services.talking import close_thread, open_thread, post
from portal.threads.services.texts import bring_back, change_text, keep_text, put_away

__all__ = [
    "acknowledge",
    "answer",
    "appeal",
    "ask",
    "bring_back",
    "change_text",
    "close_thread",
    "edit",
    "flag",
    "hand_on",
    "hide",
    "keep",
    "keep_text",
    "more_time",
    "open_thread",
    "post",
    "put_away",
    "react",
    "read_up_to",
    "restore",
    "show_stances",
    "uphold",
    "withdraw",
]
