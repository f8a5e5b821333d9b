"""The only writers of applications up to the moment they are handed in or taken back."""

from __future__ import annotations

from portal.funds.applying.services.drafts import begin, save_step, take_in
from portal.funds.applying.services.handing import Unready, hand_in, next_number, withdraw
from portal.funds.applying.services.joining import agree, ask_neighbour, decline, sign_paper, take_back
from portal.funds.applying.services.rows import (
    add_activity,
    add_line,
    change_activity,
    change_line,
    remove_activity,
    remove_line,
)

__all__ = [
    "Unready",
    "add_activity",
    "add_line",
    "agree",
    "ask_neighbour",
    "begin",
    "change_activity",
    "change_line",
    "decline",
    "hand_in",
    "next_number",
    "remove_activity",
    "remove_line",
    "save_step",
    "sign_paper",
    "take_back",
    "take_in",
    "withdraw",
]
