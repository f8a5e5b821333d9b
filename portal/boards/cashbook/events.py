"""What happens around a cash book, besides its lines: in the public record, and to those concerned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.kit import wording


def _yuan(params: dict[str, Any]) -> dict[str, Any]:
    return {"amount": wording.yuan(params["fen"])} if "fen" in params else {}


KEEPER_NAMED = Event(
    "cashbook.keeper",
    record=_("named who keeps the cash book of a building"),
    title=_("You keep the book now: %(title)s"),
    body=_("%(who)s named you. Write each line on its page, with the receipt."),
)
SPENDING_ASKED = Event(
    "cashbook.asked",
    title=_("Please look at a spending of %(amount)s: %(title)s"),
    body=_("%(who)s wants to write it into the book. Please agree or say why not by %(due_at)s."),
    words=_yuan,
)
SPENDING_AGREED = Event(
    "cashbook.agreed",
    title=_("The spending is in the book: %(title)s"),
    body=_("%(who)s agreed to %(amount)s."),
    words=_yuan,
)
SPENDING_REFUSED = Event(
    "cashbook.refused",
    title=_("The spending was not agreed to: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
LINE_REVERSED = Event(
    "cashbook.reversed",
    title=_("A line of the book was reversed: %(text)s"),
    body=_("%(who)s: “%(reason)s”. Both lines stay to be read."),
)
YEAR_CLOSED = Event(
    "cashbook.closed",
    title=_("The year %(year)s of the book is closed: %(title)s"),
    body=_("Please look through it by %(due_at)s, and say what you found."),
)
YEAR_CHECKED = Event(
    "cashbook.checked",
    record=_("looked through the year %(year)s of the book: %(result)s"),
    title=_("The year %(year)s of the book was looked through: %(title)s"),
    body=_("%(who)s: “%(note)s”."),
)
