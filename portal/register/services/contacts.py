"""How the committee is reached without the portal: said by itself, or by whoever runs the portal."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import Contact, User
from portal.kit.errors import NotPossible
from portal.register.events import CONTACT_CHANGED
from portal.register.permissions import DESK

FIELDS = ("office", "hours", "telephone", "property_telephone")


@transaction.atomic
def change(user: User, slug: str, fields: dict[str, str]) -> Contact:
    """Say where the office is, when it is open, and whom to call; the record keeps what it said before.

    Raises NotPossible where nothing differs.
    """
    here = DESK.take(user, slug, "contact")
    contact = Contact.objects.filter(area=here).first() or Contact(area=here)
    before = {name: getattr(contact, name) for name in FIELDS}
    changed = [name for name in FIELDS if fields[name] != before[name]]
    if not changed:
        raise NotPossible(_("Nothing has changed: everything is as it was."))
    for name in changed:
        setattr(contact, name, fields[name])
    contact.save()
    log(
        CONTACT_CHANGED,
        here,
        by=user,
        data={
            "was": {name: before[name] for name in changed},
            "is": {name: fields[name] for name in changed},
        },
    )
    return contact
