"""Pages of the desk, and one's own."""

from __future__ import annotations

from portal.register.views.contacts import contact
from portal.register.views.counter import give_code, reset_factor, sign_in
from portal.register.views.desk import (
    dwelling,
    dwelling_act,
    dwellings,
    ownership,
    people,
    register,
    request_,
    residency,
)
from portal.register.views.forgotten import forgotten
from portal.register.views.imports import import_, import_act, imports, roster_export, roster_file
from portal.register.views.join import ask, join
from portal.register.views.letters import letters_made, letters_pdf, letters_print, post_letters
from portal.register.views.me import close, code, export, hand_out, me, mode, preferences
from portal.register.views.own import own
from portal.register.views.persons import change_act, looks, person, person_act, persons
from portal.register.views.posts import appointment, appointments
from portal.register.views.roster import roster, roster_preview, roster_sample
from portal.register.views.signing import forget_device, known_devices, prove
from portal.register.views.wishes import wish, wish_act

__all__ = [
    "forgotten",
    "wish",
    "wish_act",
    "appointment",
    "appointments",
    "ask",
    "change_act",
    "close",
    "code",
    "contact",
    "dwelling",
    "dwelling_act",
    "dwellings",
    "export",
    "forget_device",
    "give_code",
    "hand_out",
    "import_",
    "import_act",
    "imports",
    "join",
    "looks",
    "known_devices",
    "letters_made",
    "letters_pdf",
    "letters_print",
    "me",
    "mode",
    "own",
    "ownership",
    "people",
    "person",
    "person_act",
    "persons",
    "post_letters",
    "preferences",
    "prove",
    "register",
    "request_",
    "reset_factor",
    "residency",
    "roster",
    "roster_export",
    "roster_file",
    "roster_preview",
    "roster_sample",
    "sign_in",
]
