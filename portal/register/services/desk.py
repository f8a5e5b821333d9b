"""What every act at the committee's desk begins and ends with: who may, and the entry in the record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from portal.community import places
from portal.community.models import Area, Dwelling, Look, User
from portal.community.permissions import may
from portal.community.selectors import signature
from portal.record import services as record


def neighbourhood_for(user: User, area: Area, action: str) -> Area:
    """The neighbourhood of an area, where the user may do the action; PermissionDenied elsewhere."""
    neighbourhood = places.neighbourhood_of(area)
    if neighbourhood is None or not may(user, action, neighbourhood):
        raise PermissionDenied(f"{action} is not possible here")
    return neighbourhood


def neighbourhood_around(building: Area) -> Area:
    """The neighbourhood whose desk a building belongs to. Raises LookupError for one that lies in none."""
    neighbourhood = places.neighbourhood_of(building)
    if neighbourhood is None:
        raise LookupError(f"{building} lies in no neighbourhood")
    return neighbourhood


def actor(user: User | None, neighbourhood: Area) -> str:
    """How an act is signed in the record, in the portal's own language; None: by the operator's command."""
    if user is not None:
        return signature(user, neighbourhood).name
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("portal administrator")


def note(user: User, action: str, building: Area, data: dict[str, Any] | None = None) -> None:
    """One entry in the neighbourhood's record. Nothing personal: the building is as near as it comes."""
    neighbourhood = neighbourhood_around(building)
    name = actor(user, neighbourhood)
    record.write(neighbourhood.slug, action, actor=name, subject=building, title=building.name, data=data)


@transaction.atomic
def look(user: User, dwelling: Dwelling, reason: str) -> None:
    """Keep that somebody looks at the phone numbers of a dwelling, and what for."""
    neighbourhood_for(user, dwelling.building, "look")
    Look.objects.create(user=user, dwelling=dwelling, reason=reason)
