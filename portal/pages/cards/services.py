"""Keeping contact cards: changing one, checking it, a building head's own number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404

from portal.actions.events import log
from portal.actions.versions import change_fields
from portal.community.models import Appointment, Area, Kind, Post, User
from portal.community.places import inside
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.duties.calendar import add_working_days
from portal.duties.services import promises
from portal.kit import clock
from portal.pages.cards.events import CARD_CHANGED
from portal.pages.cards.models import CardsFile, ContactCard, HeadNumber
from portal.pages.cards.permissions import CARD_PLACES, CARDS
from portal.record.fragments import stir
from portal.search import services as search

CHECK = "card.check"
FIELDS = tuple(
    field.name
    for field in ContactCard._meta.concrete_fields
    if field.name not in {"id", "area", "checked_on"}
)
MONTH = timedelta(days=30.44)


def place_of_card(here: Area, pk: int) -> Area:
    """The neighbourhood or one of its buildings, by key; Http404 for any other area."""
    found = here if pk == here.pk else inside(here, Kind.BUILDING).filter(pk=pk).first()
    if found is None:
        raise Http404(pk)
    return found


@transaction.atomic
def change(user: User, slug: str, pk: int, fields: dict[str, str]) -> ContactCard:
    """Say what the card of an area says besides what the portal knows; the record keeps what it said before.

    Raises NotPossible where nothing differs: then it is checked, not changed.
    """
    here = CARD_PLACES.take(user, slug, "keep")
    area = place_of_card(here, pk)
    card = ContactCard.objects.filter(area=area).first() or ContactCard(area=area)
    was, now = change_fields(card, {name: fields[name] for name in FIELDS})
    card.checked_on = clock.today()
    card.save()
    told(user, card, was, now)
    return card


def told(user: User, card: ContactCard, was: dict[str, Any], now: dict[str, Any]) -> None:
    """Write down that a card was changed, let it be found so, and look whether all are in order now."""
    search.index(card.area)
    log(CARD_CHANGED, card, by=user, data={"was": was, "is": now})
    _look(card.neighbourhood, by=user)


@transaction.atomic
def check(user: User, pk: int, *, buildings: bool = False) -> ContactCard:
    """Everything on a card is still right today; with `buildings` on those of all buildings, too."""
    card = CARDS.take(user, pk, "check")
    cards = ContactCard.objects.filter(pk=card.pk)
    if buildings:
        cards = ContactCard.objects.filter(area__path__startswith=card.area.path)
    cards.update(checked_on=clock.today())
    _look(card.neighbourhood, by=user)
    stir(card.neighbourhood.slug)
    return card


@transaction.atomic
def draw(user: User, pk: int, *, size: str) -> CardsFile:
    """Ask for the cards of all buildings as one PDF; the periodic work draws it."""
    card = CARDS.take(user, pk, "draw")
    asked = {"asked_by": user, "asked_at": clock.now(), "drawn_at": None}
    return CardsFile.objects.update_or_create(neighbourhood=card.neighbourhood, size=size, defaults=asked)[0]


@transaction.atomic
def say_number(user: User, slug: str, telephone: str) -> None:
    """Let a building head's number stand on the cards of the own buildings; an empty one takes it back."""
    here = CARD_PLACES.take(user, slug, "number")
    held = own_posts(user, here)
    HeadNumber.objects.filter(appointment__in=held).delete()
    if telephone:
        HeadNumber.objects.bulk_create(HeadNumber(appointment=one, telephone=telephone) for one in held)
    stir(here.slug)


def own_posts(user: User, here: Area) -> list[Appointment]:
    """Somebody's posts as a building head here."""
    held = Appointment.objects.on(clock.today()).filter(
        person=person_of(user), post=Post.BUILDING_HEAD, area__path__startswith=here.path
    )
    return list(held.select_related("area"))


def stale(here: Area) -> list[ContactCard]:
    """The cards that nobody looked at for longer than they may be left, the oldest first."""
    before = oldest(here)
    cards = ContactCard.objects.filter(area__path__startswith=here.path, checked_on__lt=before)
    return list(cards.select_related("area").order_by("checked_on", "pk"))


def oldest(here: Area) -> date:
    """The day before which a card must have been looked at again."""
    return clock.today() - MONTH * int(rule("card.check_months", here))


def remind() -> None:
    """Let committees owe a look at cards that were not looked at for long. Idempotent."""
    first = ContactCard.objects.filter(area__kind=Kind.NEIGHBOURHOOD, area__retired_on=None)
    for card in first.select_related("area"):
        _look(card.area)


def forget_numbers() -> None:
    """A head's number goes with the post."""
    HeadNumber.objects.filter(appointment__until__lte=clock.today()).delete()


def _look(here: Area, *, by: User | None = None) -> None:
    """One duty for all cards of a neighbourhood, on its own card."""
    card = ContactCard.objects.filter(area=here).first()
    if card is None:
        return
    if stale(here):
        due = add_working_days(clock.now(), int(rule("card.check_working_days", here)))
        promises.open_duty(CHECK, card, due=due, post=Post.WORKER)
    else:
        promises.close(CHECK, card, by=by)
