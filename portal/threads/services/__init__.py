"""The only writers of discussions."""

from __future__ import annotations

from portal.threads.services.agreeing import draw_anew, react, show_stances
from portal.threads.services.answering import acknowledge, answer, ask
from portal.threads.services.asking import ask_no_more, ask_too
from portal.threads.services.changing import edit, withdraw
from portal.threads.services.moderation import appeal, flag, hide, keep, restore, uphold
from portal.threads.services.muting import appeal_mute, lift, mute, uphold_mute
from portal.threads.services.outcomes import answer_again, callback, outcome
from portal.threads.services.promising import hand_on, more_time
from portal.threads.services.reading import read_up_to
from portal.threads.services.reviewing import (
    add_word,
    add_word_for_all,
    bring_word_back,
    put_word_away,
    read_at_once,
    read_first,
    release,
)
from portal.threads.services.talking import close_thread, open_thread, post
from portal.threads.services.texts import bring_back, change_text, keep_text, put_away

__all__ = [
    "acknowledge",
    "add_word",
    "add_word_for_all",
    "answer",
    "answer_again",
    "appeal",
    "appeal_mute",
    "ask",
    "ask_no_more",
    "ask_too",
    "bring_back",
    "bring_word_back",
    "callback",
    "change_text",
    "close_thread",
    "draw_anew",
    "edit",
    "flag",
    "hand_on",
    "hide",
    "keep",
    "keep_text",
    "lift",
    "more_time",
    "mute",
    "open_thread",
    "outcome",
    "post",
    "put_away",
    "react",
    "read_up_to",
    "put_word_away",
    "read_at_once",
    "read_first",
    "release",
    "restore",
    "show_stances",
    "uphold",
    "withdraw",
    "uphold_mute",
]
