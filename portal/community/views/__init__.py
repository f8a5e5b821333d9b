"""Pages of places and people."""

from __future__ import annotations

from portal.community.views.choice import choose
from portal.community.views.desk import (
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
from portal.community.views.files import upload
from portal.community.views.join import ask, join
from portal.community.views.me import close, export, hand_out, leave, me, mode, preferences, withdraw
from portal.community.views.posts import appointments, dismiss
from portal.community.views.roster import roster, roster_confirm, roster_preview

__all__ = [
    "appointments",
    "approve",
    "ask",
    "choose",
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
    "upload",
    "voter",
    "withdraw",
]
