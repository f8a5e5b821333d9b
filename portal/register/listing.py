"""What the lists of the desk show, for their pages and for the files that are made of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.community.finding import ever_tied, people_like
from portal.community.models import Appointment, Area, Dwelling, Ownership, Person, Residency
from portal.kit import clock
from portal.kit.names import compared
from portal.register.services import accounts, persons


def dwellings(here: Area, asked: dict[str, Any]) -> QuerySet[Dwelling]:
    """Those of a building, a room or somebody's name, in the order of flats; retired ones only where asked for.

    `asked`: what `SearchForm` understood; nothing means all that are in use.
    """
    inside = Dwelling.objects.filter(building__path__startswith=here.path).select_related("building")
    found = inside.filter(retired_on__isnull=not asked.get("retired"))
    if building := asked.get("building"):
        found = found.filter(building=building)
    if words := asked.get("q", "").strip():
        found = found.filter(_said(words))
    return found.order_by("building__path", "entrance", "room")


def people(here: Area, words: str, first: Person | None = None) -> list[Person]:
    """Whom the desk knows by these words, at most `finding.MOST` + 1; with `first` the second records it may have."""
    if not words:
        return []
    among = persons.can_be_united(here, first) if first else ever_tied(here)
    found = people_like(here, words, among.select_related("user")).people
    account = accounts.named([words])
    person = account.person if account is not None else None
    if first is None or person is None or not among.filter(pk=person.pk).exists():
        return found
    return [person, *(one for one in found if one.pk != person.pk)]


def posts(here: Area) -> QuerySet[Appointment]:
    """Posts that hold or will hold, in the order of their area and kind."""
    standing = Appointment.objects.standing().filter(area__path__startswith=here.path)
    return standing.select_related("person__user", "area", "deputy_for__person").order_by(
        "area__path", "post", "since", "pk"
    )


def _said(words: str) -> Q:
    today = clock.today()
    named = [
        model.objects.on(today).filter(person__name_key__contains=compared(words), dwelling=OuterRef("pk"))
        for model in (Residency, Ownership)
    ]
    return Q(room=words) | Q(Exists(named[0])) | Q(Exists(named[1]))
