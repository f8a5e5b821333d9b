"""Codes that lead to a dwelling: printed on letters, or handed on by the household."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Method, Ownership, Person, RelationStatus, Residency, User
from portal.community.permissions import forget_roles
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.register import codes
from portal.register.models import Invitation
from portal.register.services import accounts, answers, identity, joining
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim

MOST_HANDED_OUT = 3
TRIES = Limit(10, HOUR)
TRIES_OF_ADDRESS = Limit(100, HOUR)


@dataclass(frozen=True)
class Letter:
    """A letter to print; no table keeps its code. `salt`: what the code follows from."""

    dwelling: Dwelling
    code: str
    invitation: Invitation
    salt: str


@dataclass(frozen=True)
class Joined:
    """What a code brought: verified at once, or passed on to the committee."""

    dwelling: Dwelling
    verified: bool
    waiting: bool


@transaction.atomic
def hand_out(user: User, dwelling_pk: int) -> Letter:
    """A code for somebody of one's own household. Only those who are verified there can make one, and few at a time."""
    locked = Dwelling.objects.select_for_update(of=("self",)).select_related("building")
    dwelling, today = locked.filter(pk=dwelling_pk).first(), clock.today()
    if dwelling is None or not any(
        model.objects.on(today).filter(person=user.person_id, dwelling=dwelling).exists()
        for model in (Residency, Ownership)
    ):
        raise NotPossible(_("Only who lives in a dwelling or owns it can invite others to it."))
    standing = Invitation.objects.filter(
        dwelling=dwelling, method=Method.NEIGHBOUR, used_at=None, expires_at__gt=clock.now()
    )
    if standing.count() >= MOST_HANDED_OUT:
        raise NotPossible(_("Three invitation codes are waiting to be used. Please use those first."))
    expires = valid_until(dwelling.building)
    letter = written(dwelling, codes.new_salt(), method=Method.NEIGHBOUR, issued_by=user, expires_at=expires)
    letter.invitation.save()
    return letter


def use(user: User, code: str, claim: Claim, who: Identity, *, address: str = "") -> Joined:
    """Join a dwelling by a code. Wrong, used and expired codes are told alike, and tries are counted.

    Living there is verified at once. A title, or a name that the roster has with another phone, is passed on to
    the committee: a letter proves the letterbox, not the title.
    """
    if not allow("code", f"user:{user.pk}", TRIES) or not allow(
        "code", f"address:{address}", TRIES_OF_ADDRESS
    ):
        raise NotPossible(_("Too many tries. Please wait an hour, or ask the committee's counter."))
    return _join(user, codes.hashes(code), claim, who)


def _join(user: User, hashes: list[str], claim: Claim, who: Identity) -> Joined:
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("dwelling__building")
        invitation = locked.filter(code_hash__in=hashes, used_at=None, expires_at__gt=clock.now()).first()
        if invitation is None:
            raise NotPossible(
                _(
                    "This invitation code is not valid, or not any more. Please check it, or ask for a new letter."
                )
            )
        person = user.person or accounts.introduce(user, user.username)
        identity.tell(person, who, invitation.dwelling.building)
        joined = _admit(user, person, invitation, claim)
        invitation.used_at, invitation.used_by = clock.now(), user.person
        invitation.save(update_fields=["used_at", "used_by"])
        forget_roles(user)
        return joined


def _admit(user: User, person: Person, invitation: Invitation, claim: Claim) -> Joined:
    """Same name and phone, proved with a code, is the same person; of the same name alone the committee decides."""
    dwelling = (
        Dwelling.objects.select_for_update(of=("self",))
        .select_related("building")
        .get(pk=invitation.dwelling_id)
    )
    proved = user.phone if user.phone_verified else ""
    known = identity.candidates(dwelling, person.real_name, proved, but=person)
    if len(known) == 1 and proved and known[0].phone == proved and not identity.has_account(known[0]):
        identity.unite(user, known[0], dwelling.building)
        return _take(user, known[0], invitation, claim)
    if known:
        return _pass_on(person, dwelling, claim)
    return _take(user, person, invitation, claim)


def _take(user: User, person: Person, invitation: Invitation, claim: Claim) -> Joined:
    """Living there at once; a title that the person does not have yet goes to the committee."""
    dwelling, today, verified, waiting = invitation.dwelling, clock.today(), False, False
    for model in claim.models:
        if model.objects.on(today).filter(person=person, dwelling=dwelling).exists():
            verified = True
        elif model is Residency:
            home = _asked(person, dwelling) or Residency(person=person, dwelling=dwelling)
            joining.verify(home, Method(invitation.method), by=None)
            answers.close(home, by=None)
            verified = True
        else:
            joining.request(person, dwelling, model, **claim.kind(model))
            waiting = True
    return Joined(dwelling, verified, waiting)


def _asked(person: Person, dwelling: Dwelling) -> Residency | None:
    """The request to be verified as living there, where the person had asked before the letter came."""
    asked = Residency.objects.filter(person=person, dwelling=dwelling, until=None)
    return asked.exclude(status=RelationStatus.REFUSED).first()


def _pass_on(person: Person, dwelling: Dwelling, claim: Claim) -> Joined:
    for model in claim.models:
        joining.request(person, dwelling, model, **claim.kind(model))
    return Joined(dwelling, verified=False, waiting=True)


def valid_until(place: Area) -> datetime:
    """When a code that is made today for a dwelling there ends."""
    return clock.end_of(clock.today() + timedelta(days=rule("invitation.days", place)))


def written(dwelling: Dwelling, salt: str, **invited: Any) -> Letter:
    """A new letter with its code; its invitation, with the columns `invited`, is not saved yet."""
    code = codes.made_of(salt, dwelling.pk)
    invitation = Invitation(dwelling=dwelling, code_hash=codes.hashes(code)[0], **invited)
    return Letter(dwelling, code, invitation, salt)


def read_again(invitation: Invitation, salt: str) -> Letter | None:
    """The letter of an invitation, as long as its salt is kept; None where the secret key is another one by now."""
    code = codes.found_again(salt, invitation.dwelling_id, invitation.code_hash)
    return Letter(invitation.dwelling, code, invitation, salt) if code else None
