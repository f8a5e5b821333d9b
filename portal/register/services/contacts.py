"""How the committee is reached without the portal: said by itself, or by whoever runs the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import capfirst

from portal.actions.events import log
from portal.actions.versions import change_fields
from portal.community.models import Area, Contact, User
from portal.record.models import Entry
from portal.record.services import key
from portal.register.events import CONTACT_CHANGED
from portal.register.permissions import DESK
from portal.search import services as search

MOST = 30
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


@dataclass(frozen=True)
class Changed:
    """One change of what is said: when, by whom, and of each field how it is called, what it said and says."""

    at: datetime
    who: str
    lines: list[tuple[str, str, str]]


def changes(here: Area) -> list[Changed]:
    """How the committee's office was changed, the newest first, as the public record has it. One query."""
    found = (
        Entry.objects.filter(chain=here.slug).about([key(here)]).filter(action=CONTACT_CHANGED.name)[:MOST]
    )
    return [Changed(entry.at, entry.actor, _lines(entry.data)) for entry in found]


def _lines(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    was, now = data.get("was", {}), data.get("is", {})
    return [
        (capfirst(str(_called(name))), str(was.get(name, "")), str(now.get(name, "")))
        for name in FIELDS
        if name in was or name in now
    ]


def _called(name: str) -> Any:
    return getattr(Contact._meta.get_field(name), "verbose_name", name)
