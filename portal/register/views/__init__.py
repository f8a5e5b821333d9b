"""Pages of the desk, and one's own."""

from __future__ import annotations

from portal.register.views.desk import (
    dwelling,
    dwellings,
    letters_print,
    ownership,
    people,
    post_letters,
    register,
    request_,
    residency,
)
from portal.register.views.join import ask, join
from portal.register.views.me import close, code, export, hand_out, me, mode, preferences
from portal.register.views.posts import appointment, appointments
from portal.register.views.roster import roster, roster_preview

__all__ = [
    "appointment",
    "appointments",
    "ask",
    "close",
    "code",
    "dwelling",
    "dwellings",
    "export",
    "hand_out",
    "join",
    "letters_print",
    "me",
    "mode",
    "ownership",
    "people",
    "post_letters",
    "preferences",
    "register",
    "request_",
    "residency",
    "roster",
    "roster_preview",
]
