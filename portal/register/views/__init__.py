"""Pages of the desk, and one's own."""

from __future__ import annotations

from portal.register.views.desk import (
    dwelling,
    dwelling_act,
    dwellings,
    ownership,
    people,
    post_letters,
    register,
    request_,
    residency,
)
from portal.register.views.imports import import_, import_act, imports, roster_export, roster_file
from portal.register.views.join import ask, join
from portal.register.views.me import close, export, hand_out, me, mode, preferences
from portal.register.views.posts import appointment, appointments
from portal.register.views.roster import roster, roster_preview

__all__ = [
    "appointment",
    "appointments",
    "ask",
    "close",
    "dwelling",
    "dwelling_act",
    "dwellings",
    "export",
    "hand_out",
    "import_",
    "import_act",
    "imports",
    "join",
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
    "roster_export",
    "roster_file",
    "roster_preview",
]
