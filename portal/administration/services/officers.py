"""Giving the posts that no desk gives: of wider areas, and the first director of a neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.administration.permissions import AREAS
from portal.community.models import Appointment, Person, User
from portal.register.permissions import operator_gives
from portal.register.services import accounts, posts, proofs
from portal.register.services.posts import Term


@dataclass(frozen=True)
class Newcomer:
    """Somebody without an account: the real name, the name neighbours read, the mobile number."""

    real_name: str
    shown: str
    phone: str


@dataclass(frozen=True)
class Given:
    """A post that was given; `code`: for the first sign-in of somebody whose account was opened for it."""

    held: Appointment
    code: str = ""


@transaction.atomic
def give(user: User, who: Person | Newcomer, term: Term) -> Given:
    """Give a post. For somebody new an account is opened under the number, and a code is made that opens it once.

    Raises Http404 for an area the user does not run, PermissionDenied for a post that is not the user's to give, and
    NotPossible as `posts.appoint`.
    """
    area = AREAS.take(user, term.area.pk, "give_post")
    if term.post not in operator_gives(area):
        raise PermissionDenied(f"{term.post} is not for this user to give")
    if isinstance(who, Person):
        return Given(posts.appoint(user, who, term))
    opened = accounts.open_by_number(who.real_name, who.shown, who.phone)
    if opened.person is None:
        raise RuntimeError("an account that is opened for somebody has a person")
    return Given(posts.appoint(user, opened.person, term), proofs.first_code(user, opened))
