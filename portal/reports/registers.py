"""Lists of the desk as tables: dwellings, people found, requests, posts; no telephone number, no card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.community.finding import MOST, homes, named
from portal.community.models import Area, Ownership, Person, Usage, User
from portal.kit import clock
from portal.kit.batches import batches
from portal.register import listing
from portal.register.forms import PeopleForm, SearchForm
from portal.register.services import desk
from portal.register.services.joining import waiting_requests

Rows = Iterator[list[str | int]]


def dwellings(user: User, here: Area, asked: QueryDict) -> Rows:
    """Dwellings with how many own them, as the desk's list was searched."""
    yield [_("Building"), _("Entrance"), _("Room"), _("Area (m²)"), _("Use"), _("Owners"), _("Voter named")]
    form = SearchForm(asked, neighbourhood=here)
    found = listing.dwellings(here, form.cleaned_data if form.is_valid() else {})
    held = Q(ownerships__status="verified", ownerships__until=None)
    voter = Ownership.objects.on(clock.today()).filter(dwelling=OuterRef("pk"), is_voter=True, until=None)
    counted: Any = found.annotate(owners=Count("ownerships", filter=held), has_voter=Exists(voter))
    for home in counted.iterator():
        yield [
            home.building.name,
            home.entrance,
            home.room,
            f"{home.exclusive_area // 100}.{home.exclusive_area % 100:02d}",
            str(Usage(home.usage).label),
            home.owners,
            _("yes") if home.has_voter else _("no"),
        ]


def people(user: User, here: Area, asked: QueryDict) -> Rows:
    """The people whom the desk was asked for, as many as its page shows."""
    yield [_("Name"), _("Known as"), _("Dwelling"), _("Account"), _("Deceased on")]
    found = _people(here, asked)
    near = homes([one.pk for one in found], here, room=True)
    for one in found:
        account = _("has an account") if getattr(one, "user", None) else ""
        yield [
            one.real_name or one.public_name,
            one.display_name,
            near.get(one.pk, ""),
            account,
            _day(one.died_on),
        ]


def requests(user: User, here: Area, asked: QueryDict) -> Rows:
    """Who asks to be verified, what is due first on top."""
    yield [_("Name"), _("Dwelling"), _("Asks as"), _("Waits since"), _("Answer by"), _("Overdue")]
    for tie, duty in waiting_requests(here):
        asks = str(tie.get_right_display()) if isinstance(tie, Ownership) else _("resident")
        since = _day(clock.day_of(tie.requested_at)) if tie.requested_at else ""
        by = _day(clock.last_day(duty.late_from)) if duty else ""
        late = _("overdue") if duty and duty.is_overdue else ""
        yield [tie.person.real_name, str(tie.dwelling), asks, since, by, late]


def posts(user: User, here: Area, asked: QueryDict) -> Rows:
    """Who holds which post here, or will."""
    yield [_("Signs as"), _("Who"), _("Post"), _("Stands in for"), _("For"), _("From"), _("Last day")]
    for part in batches(list(listing.posts(here))):
        called = dict(named([one.person for one in part], here))
        for one in part:
            yield [
                f"{one.title} {one.person.public_name}",
                called[str(one.person_id)],
                str(one.get_post_display()),
                one.deputy_for.person.public_name if one.deputy_for else "",
                one.area.name,
                _day(one.since),
                _day(one.last_day if one.until else None),
            ]


def look_at_homes(user: User, here: Area, asked: QueryDict, reason: str) -> None:
    """Keep that somebody takes the roll along."""
    desk.look_at_all(user, here, reason)


def look_at_people(user: User, here: Area, asked: QueryDict, reason: str) -> None:
    """Keep of each of them that somebody takes them along, and what for."""
    for one in _people(here, asked):
        desk.look_at(user, one, here, reason)


def _people(here: Area, asked: QueryDict) -> list[Person]:
    form = PeopleForm(asked)
    return listing.people(here, form.cleaned_data["q"].strip() if form.is_valid() else "")[:MOST]


def _day(day: date | None) -> str:
    return str(day) if day else ""
