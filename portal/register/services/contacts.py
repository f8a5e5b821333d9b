"""How the committee's office is reached."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from portal.community.models import Area, Contact, User
from portal.record.fragments import stir
from portal.register.permissions import DESK


@transaction.atomic
def write(user: User, here: Area, said: Mapping[str, str]) -> None:
    """Office, hours and telephones of a neighbourhood, on its page and on its letters."""
    DESK.take(user, here.slug, "contact")
    Contact.objects.update_or_create(area=here, defaults=dict(said))
    stir(here.slug)
