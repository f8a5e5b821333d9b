"""The service list, what there is for a demand, and what is entered in the profile."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.versions import change_fields
from portal.community.models import Area, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.resources.models import Resource
from portal.search import services as search
from portal.search.likeness import sharing
from portal.surveys.lists import events
from portal.surveys.lists.permissions import DEMANDS, PLACE, SERVICES
from portal.surveys.lists.profile import Item, catalogue
from portal.surveys.models import Demand, Match, ProfileFact, Service

WORDS = ("title", "provider", "about", "place", "hours", "contact", "capacity", "demand")
SUGGESTED = 6
OLDEST, MOST = 1800, 10_000_000


@transaction.atomic
def add(user: User, slug: str, **fields: Any) -> Service:
    """Put a service on the list: everybody finds it from now on."""
    here = PLACE.take(user, slug, "add")
    made = Service(neighbourhood=here, **{name: fields[name] for name in WORDS if fields.get(name)})
    _of_this_place(made)
    made.save()
    search.index(made)
    log(events.SERVICE_ADDED, made, by=user, data={"title": made.title})
    return made


@transaction.atomic
def edit(user: User, pk: int, **fields: Any) -> Service:
    """Say it otherwise."""
    service = SERVICES.take(user, pk, "edit")
    change_fields(service, {name: fields[name] for name in WORDS if name in fields})
    _of_this_place(service)
    service.updated_at = clock.now()
    service.save()
    search.index(service)
    log(events.SERVICE_CHANGED, service, by=user, data={"title": service.title})
    return service


@transaction.atomic
def count(user: User, pk: int, take_up: int, month: date) -> Service:
    """How many came in a month; the figure of another month gives way to it."""
    service = SERVICES.take(user, pk, "count")
    if month > clock.today():
        raise NotPossible(_("This month is still to come."))
    service.take_up, service.take_up_of, service.updated_at = take_up, month.replace(day=1), clock.now()
    service.save(update_fields=["take_up", "take_up_of", "updated_at"])
    log(events.SERVICE_CHANGED, service, by=user, data={"title": service.title})
    return service


@transaction.atomic
def end(user: User, pk: int, reason: str) -> Service:
    """Offer it no more from today on, with a published reason. It stays to be read."""
    service = SERVICES.take(user, pk, "end")
    if not service.is_offered:
        raise NotPossible(_("It is offered no more already."))
    service.until, service.ended_why, service.updated_at = clock.today(), reason.strip(), clock.now()
    service.save(update_fields=["until", "ended_why", "updated_at"])
    search.index(service)
    log(events.SERVICE_ENDED, service, by=user, data={"title": service.title, "reason": reason.strip()})
    return service


@transaction.atomic
def put_back(user: User, pk: int, reason: str) -> Service:
    """It was ended by mistake: it is offered as before, and answers the demands it answered. The record keeps both."""
    service = SERVICES.take(user, pk, "put_back")
    if service.is_offered:
        raise NotPossible(_("It is on the list."))
    service.until, service.ended_why, service.updated_at = None, "", clock.now()
    service.save(update_fields=["until", "ended_why", "updated_at"])
    search.index(service)
    log(events.SERVICE_BACK, service, by=user, data={"title": service.title, "reason": reason.strip()})
    return service


def suggested(demand: Demand) -> list[Resource]:
    """What is on the resource map and shares words with a demand, the most alike first, without what was matched."""
    here = demand.neighbourhood
    alike = sharing("resource", here, f"{demand.title} {demand.group}", SUGGESTED)
    shown = Resource.objects.shown().filter(neighbourhood=here, pk__in=alike)
    found = list(shown.exclude(demands__demand=demand))
    return sorted(found, key=lambda thing: (-alike[thing.pk], thing.title))


@transaction.atomic
def match(user: User, pk: int, resource: int, note: str = "") -> Demand:
    """Name something on the resource map as of use for a demand; everybody reads it. Once each."""
    demand = DEMANDS.take(user, pk, "match")
    thing = Resource.objects.shown().filter(neighbourhood=demand.neighbourhood, pk=resource).first()
    if thing is None:
        raise NotPossible(_("Please choose one of this neighbourhood."))
    _made, new = Match.objects.get_or_create(
        demand=demand, resource=thing, defaults={"note": note.strip(), "made_by": person_of(user)}
    )
    if not new:
        raise NotPossible(_("This is named already."))
    log(events.MATCHED, demand, by=user, data={"resource": _public(thing)})
    return demand


@transaction.atomic
def unmatch(user: User, pk: int, resource: int) -> Demand:
    """Name it no more."""
    demand = DEMANDS.take(user, pk, "unmatch")
    found = Match.objects.filter(demand=demand, resource=resource).select_related("resource").first()
    if found is None:
        raise NotPossible(_("This is not named."))
    thing = found.resource
    found.delete()
    log(events.UNMATCHED, demand, by=user, data={"resource": _public(thing)})
    return demand


@transaction.atomic
def enter(user: User, slug: str, area: int, name: str, value: str, as_of: date, source: str) -> ProfileFact:
    """Enter a figure or word of the profile; what was entered before stays in its history.

    `area`: the neighbourhood or one of its estates. Raises NotPossible for what is no row, value or place of it.
    """
    here = PLACE.take(user, slug, "enter")
    place = Area.objects.filter(pk=area).first()
    item = catalogue().get(name)
    if place is None or item is None or not place.within(here):
        raise NotPossible(_("Please choose one of this neighbourhood."))
    if as_of > clock.today():
        raise NotPossible(_("This day is still to come."))
    fact = ProfileFact.objects.create(
        neighbourhood=here,
        area=place,
        name=name,
        value=plain(item, value),
        as_of=as_of,
        source=source.strip(),
        entered_by=person_of(user),
    )
    told = {"area": place.name, "label": item.title, "source": fact.source}
    log(events.FACT_ENTERED, _Entered(here), by=user, data=told)
    return fact


def plain(item: Item, value: str) -> str:
    """A value as it is kept: a number in plain digits, "yes" or "no", a word; empty: it does not hold any more.

    Raises NotPossible where it is no such value.
    """
    value = value.strip()
    if item.kind == "word" or not value:
        return value[:100]
    if item.kind == "yes_no":
        return _yes_or_no(value)
    if not (value.isascii() and value.isdecimal() and len(value) < 9):
        raise NotPossible(_("Please write a whole number in digits."))
    least, most = {"year": (OLDEST, clock.today().year + 5), "percent": (0, 100)}.get(item.kind, (0, MOST))
    if not least <= int(value) <= most:
        raise NotPossible(
            _("Please write a number from %(least)d to %(most)d.") % {"least": least, "most": most}
        )
    return str(int(value))


def _yes_or_no(value: str) -> str:
    said = {"yes": "yes", "no": "no", "有": "yes", "是": "yes", "没有": "no", "无": "no", "否": "no"}
    if value.lower() not in said:
        raise NotPossible(_("Please write yes or no."))
    return said[value.lower()]


class _Entered:
    """The profile of a place, as the record files it."""

    def __init__(self, here: Area) -> None:
        self.neighbourhood, self.title = here, here.name
        self.record_subject = f"profile:{here.pk}"

    def get_absolute_url(self) -> str:
        return ""


def _public(thing: Resource) -> str:
    """What the record calls it: a neighbour's skill only by its kind."""
    return str(thing.get_kind_display()) if thing.is_skill else thing.title


def _of_this_place(service: Service) -> None:
    if service.demand is not None and service.demand.survey.neighbourhood_id != service.neighbourhood_id:
        raise NotPossible(_("Please choose one of this neighbourhood."))
