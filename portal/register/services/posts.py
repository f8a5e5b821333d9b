"""Giving posts and ending them. Permissions follow at once, because they are asked of these rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community import places
from portal.community.finding import Found, neighbours, people_like
from portal.community.models import Appointment, Area, Person, Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.events import APPOINTED, DISMISSED
from portal.register.permissions import APPOINTMENTS, posts_to_give
from portal.register.services import accounts
from portal.register.services.desk import signed
from portal.register.states import POST_LIFE, PostState


@dataclass(frozen=True)
class Term:
    """A post for an area, the title it is signed by, and its days; `until` is the first day without it."""

    post: Post
    area: Area
    title: str
    since: date
    until: date | None = None


@transaction.atomic
def appoint(user: User | None, person: Person, term: Term) -> Appointment:
    """Give somebody a post. Raises NotPossible for one that the person holds already, or days the wrong way round.

    `user` is None for the operator's command, which may give every post anywhere.
    """
    neighbourhood = _neighbourhood(user, term.post, term.area)
    if term.until is not None and term.until <= term.since:
        raise NotPossible(_("The last day must come after the first."))
    held = Appointment.objects.filter(person=person, post=term.post, area=term.area)
    if held.on(max(term.since, clock.today())).exists():
        raise NotPossible(_("This person holds this post already."))
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                person=person,
                post=term.post,
                area=term.area,
                title=term.title,
                since=term.since,
                until=term.until,
            )
    except IntegrityError as error:
        raise NotPossible(_("This person holds this post already.")) from error
    if neighbourhood is not None:
        log(APPOINTED, made, by=signed(user))
    return made


@transaction.atomic
def dismiss(user: User, pk: int) -> None:
    """End a post today, until it is given back (`undoing.reinstate`). What was done in it stays done."""
    held = APPOINTMENTS.take(user, pk, "dismiss")
    ends: dict[str, Any] = {
        "dismissed_at": clock.now(),
        "dismissed_until": held.until,
        "until": max(held.since, clock.today()),
    }
    advance(held, PostState.ENDED, life=POST_LIFE, **ends)
    log(DISMISSED, held, by=user)


def _neighbourhood(user: User | None, post: Post, area: Area) -> Area | None:
    """Whose record a new post stands in; wider areas have none. PermissionDenied for who may not give it."""
    neighbourhood = places.neighbourhood_of(area)
    if user is None:
        return neighbourhood
    if neighbourhood is None or post not in posts_to_give(user, neighbourhood):
        raise PermissionDenied(f"{post} is not for this user to give")
    return neighbourhood


def people_for_post(neighbourhood: Area, text: str) -> Found:
    """Somebody by what their account is called, wherever they live; else people who live or own here."""
    account = accounts.named([text])
    if account is not None and account.person is not None:
        return Found([account.person], sure=True)
    return people_like(neighbourhood, text, neighbours(neighbourhood))
