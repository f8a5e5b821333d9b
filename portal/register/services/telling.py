"""Whoever loses a home, a title or a post by somebody's hand is told, and told again when it is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from portal.actions.events import Event, announce, each_time, log_in, notify
from portal.community.models import Appointment, Kind, Ownership, User
from portal.community.places import inside, neighbourhood_of
from portal.community.selectors import accounts_of
from portal.record.services import key
from portal.register.events import HOME_AGAIN, HOME_ENDED, TITLE_AGAIN, TITLE_ENDED
from portal.register.permissions import Tie
from portal.register.services.answers import on_own_page


def ended(ties: Iterable[Tie], day: date, *, by: User) -> None:
    """From a day on these homes and titles hold no more: the people hear it and read whom to tell of a mistake."""
    for tie in ties:
        event = TITLE_ENDED if isinstance(tie, Ownership) else HOME_ENDED
        told = accounts_of(tie.person_id).exclude(pk=by.pk)
        notify(
            event, tie, told, once_per=each_time(tie), url=reverse("register:me"), until_on=day.isoformat()
        )


def holds_again(ties: Iterable[Tie], *, by: User) -> None:
    """The end of these was taken back."""
    for tie in ties:
        event = TITLE_AGAIN if isinstance(tie, Ownership) else HOME_AGAIN
        told = accounts_of(tie.person_id).exclude(pk=by.pk)
        notify(event, tie, told, once_per=each_time(tie), url=on_own_page(tie))


def of_post(event: Event, held: Appointment, told: QuerySet[User], *, by: User, **said: Any) -> None:
    """Record what became of a post and tell those concerned."""
    if neighbourhood_of(held.area) is None:
        of_wider(event, held, told, by=by, **said)
    else:
        announce(event, held, by=by, to=told, url=reverse("register:me"), **said)


def of_wider(
    event: Event,
    held: Appointment,
    told: QuerySet[User],
    *,
    by: User | str,
    data: dict[str, Any] | None = None,
    **said: Any,
) -> None:
    """The same of a post of a wider area: it is in the record of each neighbourhood there, where it counts.

    A notice belongs to one neighbourhood: to the first of them; without one nobody is told.
    """
    places = list(inside(held.area, Kind.NEIGHBOURHOOD))
    if event.record:
        log_in(places, event, held, by=by, data=data)
    if places and event.title:
        about = SimpleNamespace(neighbourhood=places[0], title=held.title, record_subject=key(held))
        notify(event, about, told, once_per=each_time(held), url=reverse("register:me"), **said)
