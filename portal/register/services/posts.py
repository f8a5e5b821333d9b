"""Giving posts and ending them. Permissions follow at once, because they are asked of these rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.community import places
from portal.community.finding import Found, neighbours, people_like
from portal.community.models import Appointment, Area, Person, Post, User
from portal.community.permissions import posts_to_give
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record import services as record
from portal.register.services import accounts
from portal.register.services.desk import actor


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
    _note(user, neighbourhood, "appointment.made", made)
    return made


@transaction.atomic
def dismiss(user: User, pk: int) -> None:
    """End a post today. What was done in it stays done."""
    held = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("area", "person")
        .filter(pk=pk)
        .first()
    )
    if held is None or (held.until is not None and held.until <= clock.today()):
        raise NotPossible(_("This post has ended already."))
    neighbourhood = _neighbourhood(user, Post(held.post), held.area)
    held.until = max(held.since, clock.today())
    held.save(update_fields=["until"])
    _note(user, neighbourhood, "appointment.ended", held)


def _neighbourhood(user: User | None, post: Post, area: Area) -> Area | None:
    neighbourhood = places.neighbourhood_of(area)
    if user is None:
        return neighbourhood
    if neighbourhood is None or post not in posts_to_give(user, neighbourhood):
        raise PermissionDenied(f"{post} is not for this user to give")
    return neighbourhood


def _note(user: User | None, neighbourhood: Area | None, action: str, held: Appointment) -> None:
    """Posts are public: who holds one is in the record by the name neighbours read. Wider areas have no record."""
    if neighbourhood is None:
        return
    name = actor(user, neighbourhood)
    title = f"{held.title} {held.person.public_name}"
    record.write(neighbourhood.slug, action, actor=name, subject=held, title=title, data={"post": held.post})


def people_for_post(neighbourhood: Area, text: str) -> Found:
    """Somebody by what their account is called, wherever they live; else people who live or own here."""
    account = accounts.named([text])
    if account is not None and account.person is not None:
        return Found([account.person], sure=True)
    return people_like(neighbourhood, text, neighbours(neighbourhood))
