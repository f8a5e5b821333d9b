"""What the record keeps of contact cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

CARD_CHANGED = Event("contactcard.changed", record=_("changed a contact card"))
