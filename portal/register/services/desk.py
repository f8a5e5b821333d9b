"""What acts at the committee's desk have in common: the neighbourhood they belong to, and who signs them."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from portal.community.models import Area, Dwelling, Look, Person, User
from portal.kit import clock
from portal.register.permissions import DESK


def at_desk(user: User, area: Area, action: str) -> Area:
    """The neighbourhood of an area, where the user may do the action; PermissionDenied elsewhere."""
    return DESK.get(user, area.neighbourhood.slug, action)


def signed(user: User | None) -> User | str:
    """Whose deed it was, for the record; None: by the operator's command, in the portal's own language."""
    if user is not None:
        return user
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("portal administrator")


@transaction.atomic
def look(user: User, dwelling: Dwelling, reason: str) -> None:
    """Keep that somebody looks at the phone numbers of a dwelling, and what for."""
    at_desk(user, dwelling.building, "look")
    Look.objects.create(user=user, dwelling=dwelling, reason=reason)


@transaction.atomic
def look_at(user: User, person: Person, here: Area, reason: str, page: str = "person") -> None:
    """Keep that somebody reads a person's page, and what for: once a day for the same reason.

    `page`: the right by which they read it.
    """
    at_desk(user, here, page)
    today = clock.at_time(clock.today(), 0)
    if not Look.objects.filter(user=user, person=person, area=here, reason=reason, at__gte=today).exists():
        Look.objects.create(user=user, person=person, area=here, reason=reason)


@transaction.atomic
def look_at_all(user: User, neighbourhood: Area, reason: str) -> None:
    """Keep that somebody takes the register along with every phone number in it: one look a dwelling."""
    at_desk(user, neighbourhood, "look")
    inside = Dwelling.objects.in_use().filter(building__path__startswith=neighbourhood.path)
    keys = inside.values_list("pk", flat=True)
    now = clock.now()
    looks = (Look(user=user, dwelling_id=pk, reason=reason, at=now) for pk in keys)
    Look.objects.bulk_create(looks, batch_size=500)
