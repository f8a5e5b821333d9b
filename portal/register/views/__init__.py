"""Pages of the desk, and one's own."""

from __future__ import annotations

from portal.register.views.desk import (
    approve,
    dwelling,
    dwellings,
    end,
    people,
    post_letters,
    refuse,
    register,
    request_,
    voter,
)
from portal.register.views.join import ask, join
from portal.register.views.me import close, export, hand_out, leave, me, mode, preferences, withdraw
from portal.register.views.posts import appointments, dismiss
from portal.register.views.roster import roster, roster_confirm, roster_preview

__all__ = [
    "appointments",
    "approve",
    "ask",
    "close",
    "dismiss",
    "dwelling",
    "dwellings",
    "end",
    "export",
    "hand_out",
    "join",
    "leave",
    "me",
    "mode",
    "people",
    "post_letters",
    "preferences",
    "refuse",
    "register",
    "request_",
    "roster",
    "roster_confirm",
    "roster_preview",
    "voter",
    "withdraw",
]
