"""What the record keeps of disclosure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

DISCLOSED = Event("disclosureitem.published", record=_("published an item of the disclosure catalogue"))
CORRECTED = Event("publication.corrected", record=_("corrected what was disclosed: %(reason)s"))
ADDED = Event("disclosureitem.added", record=_("added an item to the disclosure catalogue"))
RETIRED = Event(
    "disclosureitem.retired", record=_("took an item out of the disclosure catalogue: %(reason)s")
)
RESTORED = Event("disclosureitem.restored", record=_("put an item back into the disclosure catalogue"))
