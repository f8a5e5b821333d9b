"""What a contact card says: from the committee's contact, the posts of today, and what only the card knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Contact, Kind, Post
from portal.community.places import below, touching
from portal.kit import clock
from portal.pages.cards.models import ContactCard, HeadNumber, card_url

# Two numbers of the whole city: the citizens' line, and the one about property management.
HOTLINES = ("12345", "962121")
NAMED = (Post.BUILDING_HEAD, Post.PARTY, Post.PROPERTY, Post.OWNERS_COMMITTEE)


@dataclass(frozen=True)
class Line:
    """One line of a card: whom, by which name, at which number, and when or where."""

    label: str
    name: str = ""
    telephone: str = ""
    note: str = ""

    @property
    def is_hotline(self) -> bool:
        """Whether it is the same in the whole city."""
        return self.telephone in HOTLINES


@dataclass(frozen=True)
class Card:
    """A card as it is read, printed and saved. `url` and `board` are paths on this site."""

    title: str
    place: str
    lines: tuple[Line, ...]
    checked_on: date | None
    url: str
    board: str

    @property
    def heads(self) -> tuple[Line, ...]:
        """The first lines, for a page that has room for few."""
        return self.lines[:5]

    @property
    def called(self) -> tuple[Line, ...]:
        """The first lines that have a number, for a page that names the people itself."""
        return tuple(line for line in self.lines if line.telephone)[:4]


def card_of(area: Area) -> Card:
    """The card of a neighbourhood, or of one of its buildings."""
    return cards_of(area.neighbourhood, [area])[0]


def all_cards(here: Area) -> list[Card]:
    """The cards of all buildings of a neighbourhood, in the order of the tree."""
    return cards_of(here, below(here, Kind.BUILDING))


def cards_of(here: Area, areas: Sequence[Area]) -> list[Card]:
    """Cards of areas of one neighbourhood, in as many queries for one as for all."""
    with translation.override(translation.get_language() or settings.LANGUAGE_CODE):
        known = _Known(here)
        return [known.card(area) for area in areas]


def board_url(area: Area) -> str:
    """The building's board; the neighbourhood's home where there is none."""
    if area.kind == Kind.BUILDING:
        return reverse("boards:of_building", args=[area.pk])
    return reverse("pages:neighbourhood", args=[area.neighbourhood.slug])


class _Known:
    """What is known of a whole neighbourhood, read once."""

    def __init__(self, here: Area) -> None:
        self.here = here
        self.contact = Contact.objects.filter(area=here).first() or Contact(area=here)
        cards = ContactCard.objects.filter(area__path__startswith=here.path)
        self.cards = {card.area_id: card for card in cards}
        held = Appointment.objects.on(clock.today()).filter(touching(here.path), post__in=NAMED)
        self.held = list(held.select_related("person", "area").order_by("pk"))
        heads = [one.pk for one in self.held if one.post == Post.BUILDING_HEAD]
        numbers = HeadNumber.objects.filter(appointment__in=heads)
        self.numbers = dict(numbers.values_list("appointment_id", "telephone"))

    def card(self, area: Area) -> Card:
        """The card of one of its areas."""
        area.__dict__.setdefault("neighbourhood", self.here)
        common, own = self.cards.get(self.here.pk), self.cards.get(area.pk)
        checked = [card.checked_on for card in (common, own) if card]
        return Card(
            title=_("Contact card"),
            place=self.here.name if area == self.here else f"{self.here.name} {area.name}",
            lines=tuple(line for line in self._lines(area, common, own) if line.name or line.telephone),
            checked_on=min(checked, default=None),
            url=card_url(area),
            board=board_url(area),
        )

    def _lines(self, area: Area, common: ContactCard | None, own: ContactCard | None) -> Iterable[Line]:
        def said(field: str) -> str:
            return str(getattr(own, field, "") or getattr(common, field, ""))

        yield from self._heads(area)
        committee, firm = self.contact, said("firm")
        yield Line(_("Committee"), committee.office, committee.telephone, committee.hours)
        party = said("party") or self._names(Post.PARTY, area)
        yield Line(_("Party branch"), party, said("party_telephone"))
        yield Line(_("Property firm"), firm, committee.property_telephone, said("firm_hours"))
        yield Line(_("Manager on duty"), self._names(Post.PROPERTY, area), said("manager_telephone"))
        yield Line(_("Repairs"), "", said("repair_telephone"))
        yield Line(
            _("Owners' committee"),
            self._names(Post.OWNERS_COMMITTEE, area),
            said("owners_committee_telephone"),
            said("owners_committee"),
        )
        yield Line(_("Community police"), said("police"), said("police_telephone"))
        yield Line(_("Grid worker"), said("grid"), said("grid_telephone"))
        yield Line(_("Citizens' hotline"), "", HOTLINES[0])
        yield Line(_("Property hotline"), "", HOTLINES[1])

    def _heads(self, area: Area) -> Iterable[Line]:
        """Building heads stand on the cards of their own buildings alone, by the name they chose."""
        for one in self._of(Post.BUILDING_HEAD, area) if area != self.here else []:
            yield Line(one.title or _("Building head"), one.person.public_name, self.numbers.get(one.pk, ""))

    def _names(self, post: Post, area: Area) -> str:
        return _(", ").join(one.person.public_name for one in self._of(post, area)[:3])

    def _of(self, post: Post, area: Area) -> list[Appointment]:
        return [
            one for one in self.held if one.post == post and (area.within(one.area) or one.area.within(area))
        ]


def plain(card: Card) -> dict[str, Any]:
    """A card as plain JSON, for the process that draws it."""
    values = vars(card) | {"lines": [vars(line) for line in card.lines]}
    return values | {"checked_on": card.checked_on.isoformat() if card.checked_on else None}


def from_plain(values: dict[str, Any]) -> Card:
    """The card of what `plain` gave."""
    day = values["checked_on"]
    lines = tuple(Line(**line) for line in values["lines"])
    return Card(**values | {"lines": lines, "checked_on": date.fromisoformat(day) if day else None})
