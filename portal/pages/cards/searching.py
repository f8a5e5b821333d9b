"""How contact cards are found: by whom they name, and by words like 物业电话 that stand for a line of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Kind
from portal.pages.cards.lines import HOTLINES
from portal.search import kinds as search
from portal.search.rooms import register_room

DEEPEST = 5


def _things() -> QuerySet[Area]:
    """Areas that have something on a card, with the neighbourhood of each; names of persons are not read."""
    above = [Substr(OuterRef("path"), 1, Area.steplen * depth) for depth in range(1, DEEPEST + 1)]
    home = Area.objects.filter(kind=Kind.NEIGHBOURHOOD, path__in=above)
    known = Q(contact__isnull=False) | Q(card__isnull=False)
    return (
        Area.objects.filter(known, kind__in=(Kind.NEIGHBOURHOOD, Kind.BUILDING))
        .select_related("contact", "card")
        .annotate(
            home_pk=Subquery(home.values("pk")[:1]),
            home_slug=Subquery(home.values("slug")[:1]),
            home_name=Subquery(home.values("name")[:1]),
        )
    )


def _title(area: Any) -> str:
    """In the portal's own language, whoever saves it: an index has one."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"360{_('Contact card')} · {area.name}"


def _text(area: Any) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join(_lines(area))


def _lines(area: Any) -> Iterator[str]:
    """What the card says, each line with the word 电话 where there is a number."""
    contact, card = getattr(area, "contact", None), getattr(area, "card", None)
    said = (
        (_("Committee"), contact, ("office", "hours"), "telephone"),
        (_("Property firm"), card, ("firm", "firm_hours"), ""),
        (_("Property manager"), contact, (), "property_telephone"),
        (_("Manager on duty"), card, (), "manager_telephone"),
        (_("Repairs"), card, (), "repair_telephone"),
        (_("Party branch"), card, ("party",), "party_telephone"),
        (_("Owners' committee"), card, ("owners_committee",), "owners_committee_telephone"),
        (_("Community police"), card, ("police",), "police_telephone"),
        (_("Grid worker"), card, ("grid",), "grid_telephone"),
    )
    for label, source, fields, number in said:
        values = [value for name in fields if (value := getattr(source, name, ""))]
        telephone = getattr(source, number, "") if number else ""
        if values or telephone:
            yield " ".join([f"{label}{_('telephone')}" if telephone else label, telephone, *values])
    if area.is_neighbourhood:
        yield " ".join((_("Citizens' hotline"), HOTLINES[0]))
        yield " ".join((_("Property hotline"), HOTLINES[1]))


def _url(area: Any) -> str:
    if area.is_neighbourhood:
        return reverse("pages:contacts", args=[area.slug])
    return reverse("pages:card", args=[area.home_slug, area.pk])


def _place(area: Any) -> int:
    known = getattr(area, "home_pk", None)
    return int(known if known is not None else area.neighbourhood.pk)


search.register(
    search.Kind(
        name="card",
        label=gettext_lazy("Contact cards"),
        model=Area,
        things=_things,
        visible_to=lambda user: Area.objects.filter(retired_on=None),
        title=_title,
        text=_text,
        url=_url,
        shown=lambda area: area.retired_on is None,
        neighbourhood=_place,
    )
)
register_room("pages:contacts", gettext_lazy("Contact cards"))
