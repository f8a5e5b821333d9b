"""What happens on building boards: in the public record, and to those concerned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

# --- the board ---
INTRODUCED = Event("board.introduced", record=_("The board of a building says anew when its head can be met"))
DIVIDED = Event("board.divided", record=_("A part of a building got a board of its own"))
MESSAGE = Event("board.message", title=_("A message on the board: %(title)s"), body=_("%(name)s: “%(text)s”"))

# --- what must be read ---
WRITTEN = Event(
    "board.must_read",
    record=_("A must-read on the board of a building"),
    title=_("Must-read: %(title)s"),
    body=_("%(day_on)s. %(text)s"),
)
CORRECTED = Event(
    "board.corrected",
    record=_("A must-read corrected"),
    title=_("Must-read corrected: %(title)s"),
    body=_("%(day_on)s. %(text)s"),
)
PUT_UP = Event("board.put_up", record=_("A must-read was put up in the lobby"))
ENDED = Event("board.ended", record=_("A must-read taken down before its last day"))

# --- the rota ---
PLANNED = Event(
    "board.rota",
    record=_("The rota of a building made"),
    title=_("The rota of %(title)s"),
    body=_("From %(first_on)s to %(last_on)s. Your days stand there; a day can be swapped with a neighbour."),
)
DAY_GIVEN = Event(
    "board.day",
    title=_("Your household is on duty on %(day_on)s"),
    body=_("%(title)s: the head entered it. You can swap the day with a neighbour."),
)
TOMORROW = Event("board.tomorrow", title=_("Tomorrow it is your household's turn"), body="%(chore)s")
SWAP_ASKED = Event(
    "board.swap_asked",
    title=_("%(flat)s would like to swap a day with you"),
    body=_("Theirs is %(own_on)s, yours %(other_on)s. Please answer by %(due_at)s."),
)
SWAP_AGREED = Event(
    "board.swap_agreed",
    title=_("%(flat)s agreed to swap"),
    body=_("Your household is on duty on %(other_on)s now, not on %(own_on)s."),
)
SWAP_REFUSED = Event(
    "board.swap_refused",
    title=_("%(flat)s cannot swap"),
    body=_("Your day stays %(own_on)s. You can ask another household."),
)
SWAP_LAPSED = Event(
    "board.swap_lapsed",
    title=_("Your wish to swap a day has lapsed"),
    body=_("Nobody answered in time, or the day went to another household. Please look at the rota."),
)

# --- photos ---
PHOTO_PROPOSED = Event(
    "board.photo_proposed",
    title=_("A photo for the board: %(title)s"),
    body=_("Please show it or say why not by %(due_at)s."),
)
PHOTO_SHOWN = Event(
    "board.photo_shown",
    record=_("A photo on the board of a building"),
    title=_("Your photo is on the board: %(title)s"),
)
PHOTO_REFUSED = Event(
    "board.photo_refused",
    title=_("Your photo was not taken: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
PHOTO_REMOVED = Event(
    "board.photo_removed",
    record=_("A photo taken down from the board of a building"),
    title=_("Your photo was taken down: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
