"""Pages of the desk, and one's own."""

from __future__ import annotations

from portal.register.views.desk import (
    dwelling,
    dwellings,
    ownership,
    people,
    post_letters,
    register,
    request_,
    residency,
)
from portal.register.views.join import ask, join
from portal.register.views.me import close, export, hand_out, me, mode, preferences
from portal.register.views.persons import change_act, looks, person, person_act, persons
from portal.register.views.posts import appointment, appointments
from portal.register.views.roster import roster, roster_preview

__all__ = [
    "appointment",
    "appointments",
    "ask",
    "change_act",
    "close",
    "dwelling",
    "dwellings",
    "export",
    "hand_out",
    "join",
    "looks",
    "me",
    "mode",
    "ownership",
    "people",
    "person",
    "person_act",
    "persons",
    "post_letters",
    "preferences",
    "register",
    "request_",
    "residency",
    "roster",
    "roster_preview",
]
