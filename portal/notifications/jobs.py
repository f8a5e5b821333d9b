"""The periodic work on notices."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from portal.community.models import Method, Ownership, RelationStatus, Residency, User
from portal.community.places import neighbourhood_of
from portal.kit import clock
from portal.kit.periodic import job
from portal.notifications import outbox
from portal.notifications.models import Notice
from portal.notifications.news import REFUSED, VERIFIED
from portal.notifications.services import send
from portal.record.services import key

# Longer than the periodic work ever rests; what is older was told, or is no news any more.
LOOK_BACK = timedelta(days=2)


@job
def tell_decisions() -> None:
    """Tell whoever asked to be known as a neighbour or owner what the committee decided, once."""
    since = clock.now() - LOOK_BACK
    told = set(
        Notice.objects.filter(kind__in=[VERIFIED.name, REFUSED.name], created_at__gt=since).values_list(
            "occasion", flat=True
        )
    )
    for model in (Residency, Ownership):
        decided = model.objects.filter(
            method=Method.REQUEST, verified_at__gt=since, person__user__isnull=False
        )
        for relation in decided.exclude(status=RelationStatus.REQUESTED).select_related("dwelling__building"):
            if key(relation) not in told:
                _tell(relation)


@transaction.atomic
def _tell(relation: Residency | Ownership) -> None:
    place = neighbourhood_of(relation.dwelling.building)
    if place is not None:
        send(
            REFUSED if relation.status == RelationStatus.REFUSED else VERIFIED,
            User.objects.filter(person=relation.person_id, is_active=True),
            neighbourhood=place,
            occasion=key(relation),
            url=reverse("register:me"),
            params={"place": place.name},
        )


@job
def send_mail() -> None:
    """Mail what waits in the outbox."""
    outbox.send_due()
