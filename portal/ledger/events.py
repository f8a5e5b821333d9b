"""What the public record says of a book. The text of a line is not in it, its fingerprint is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.record.wording import Subject, register_subjects

register_subjects({"ledger": Subject(_("Lines of the books"))})

OPENED = Event("ledger.opened", record=_("opened a book"))
BOOKED = Event("ledger.booked", record=_("wrote line %(number)s into the book: %(amount)s yuan"))
REVERSED = Event("ledger.reversed", record=_("reversed line %(reverses)s of the book: %(amount)s yuan"))
CLOSED = Event("ledger.closed", record=_("closed the year %(year)s of the book with %(balance)s yuan"))
RECEIPT_ADDED = Event("ledger.receipt_added", record=_("added a receipt to line %(number)s of the book"))
RECEIPT_REPLACED = Event(
    "ledger.receipt_replaced", record=_("replaced a receipt of line %(number)s of the book")
)
