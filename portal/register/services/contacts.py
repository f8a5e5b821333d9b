"""How the committee is reached without the portal: said by itself, or by whoever runs the portal."""

from __future__ import annotations

from django.db import transaction

from portal.actions.events import log
from portal.actions.versions import change_fields
from portal.community.models import Contact, User
from portal.register.events import CONTACT_CHANGED
from portal.register.permissions import DESK
from portal.search import services as search

FIELDS = ("office", "hours", "telephone", "property_telephone")


@transaction.atomic
def change(user: User, slug: str, fields: dict[str, str]) -> Contact:
    """Say where the office is, when it is open, and whom to call; the record keeps what it said before.

    Raises NotPossible where nothing differs.
    """
    here = DESK.take(user, slug, "contact")
    contact = Contact.objects.filter(area=here).first() or Contact(area=here)
    was, now = change_fields(contact, {name: fields[name] for name in FIELDS})
    contact.save()
    search.index(here)
    log(CONTACT_CHANGED, here, by=user, data={"was": was, "is": now})
    return contact
