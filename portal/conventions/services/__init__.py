"""The only writers of texts, rounds, suggestions and editions."""

from __future__ import annotations

from portal.conventions.services.deciding import (
    adopt_signed,
    call_vote,
    come_into_force,
    correct_filing,
    file,
    require_signed,
    settle_vote,
    vote_came_back,
)
from portal.conventions.services.rounds import (
    begin,
    check,
    close_comments,
    collect_signatures,
    end_comments,
    hand_in,
    put_to_comment,
    require_comments_over,
    require_new_text,
    require_settled,
    stop_signing,
    withdraw,
    withdraw_check,
)
from portal.conventions.services.suggesting import answer, enter_paper, suggest, support, take_back
from portal.conventions.services.writing import clean_blocks, found, save_draft

__all__ = [
    "require_comments_over",
    "require_new_text",
    "require_settled",
    "require_signed",
    "adopt_signed",
    "answer",
    "begin",
    "call_vote",
    "check",
    "clean_blocks",
    "close_comments",
    "collect_signatures",
    "come_into_force",
    "correct_filing",
    "end_comments",
    "enter_paper",
    "file",
    "found",
    "hand_in",
    "put_to_comment",
    "save_draft",
    "settle_vote",
    "stop_signing",
    "suggest",
    "support",
    "take_back",
    "vote_came_back",
    "withdraw",
    "withdraw_check",
]
