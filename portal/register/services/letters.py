"""Codes that lead to a dwelling: printed on letters, or handed on by the household."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import Area, Dwelling, Method, Ownership, Person, RelationStatus, Residency, User
from portal.community.permissions import forget_roles
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.register.events import LETTERS_ISSUED
from portal.register.models import Invitation
from portal.register.services import accounts, answers, desk, identity, joining
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim

# Without 0 O 1 I L U V: nothing that is misread on paper or misheard on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LENGTH = 8
MOST_HANDED_OUT = 3
TRIES = Limit(10, HOUR)
TRIES_OF_ADDRESS = Limit(100, HOUR)


@dataclass(frozen=True)
class Letter:
    """A letter to print. Its code is known only now."""

    dwelling: Dwelling
    code: str
    invitation: Invitation


@dataclass(frozen=True)
class Joined:
    """What a code brought: verified at once, or passed on to the committee."""

    dwelling: Dwelling
    verified: bool
    waiting: bool


def addressees(building: Area, *, only_new: bool) -> list[Dwelling]:
    """The dwellings of a building, or only those where nobody has an account yet."""
    homes = Dwelling.objects.in_use().filter(building=building).select_related("building")
    homes = homes.order_by("entrance", "room")
    if only_new:
        for model in (Residency, Ownership):
            held = model.objects.on(clock.today()).filter(person__user__isnull=False)
            homes = homes.exclude(Exists(held.filter(dwelling=OuterRef("pk"))))
    return list(homes)


@transaction.atomic
def issue(user: User, dwellings: list[Dwelling]) -> list[Letter]:
    """New codes for letters to the dwellings of one building; codes of earlier letters that nobody used are void."""
    if not dwellings:
        raise NotPossible(_("There is no dwelling to write to."))
    building = dwellings[0].building
    desk.at_desk(user, building, "letters")
    now = clock.now()
    old = Invitation.objects.filter(
        dwelling__in=dwellings, used_at=None, method=Method.LETTER, expires_at__gt=now
    )
    old.update(expires_at=now)
    letters = [_letter(user, dwelling, Method.LETTER) for dwelling in dwellings]
    Invitation.objects.bulk_create([letter.invitation for letter in letters], batch_size=500)
    log(LETTERS_ISSUED, building, by=user, data={"letters": len(letters)})
    return letters


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
        raise NotPossible(_("Three codes are waiting to be used. Please use those first."))
    letter = _letter(user, dwelling, Method.NEIGHBOUR)
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
    return _join(user, _hashes(code), claim, who)


def _join(user: User, hashes: list[str], claim: Claim, who: Identity) -> Joined:
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("dwelling__building")
        invitation = locked.filter(code_hash__in=hashes, used_at=None, expires_at__gt=clock.now()).first()
        if invitation is None:
            raise NotPossible(
                _("This code is not valid, or not any more. Please check it, or ask for a new letter.")
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
            joining.request(person, dwelling, model)
            waiting = True
    return Joined(dwelling, verified, waiting)


def _asked(person: Person, dwelling: Dwelling) -> Residency | None:
    """The request to be verified as living there, where the person had asked before the letter came."""
    asked = Residency.objects.filter(person=person, dwelling=dwelling, until=None)
    return asked.exclude(status=RelationStatus.REFUSED).first()


def _pass_on(person: Person, dwelling: Dwelling, claim: Claim) -> Joined:
    for model in claim.models:
        joining.request(person, dwelling, model)
    return Joined(dwelling, verified=False, waiting=True)


def _letter(user: User, dwelling: Dwelling, method: Method) -> Letter:
    code = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))
    expires = clock.end_of(clock.today() + timedelta(days=rule("invitation.days", dwelling.building)))
    invitation = Invitation(
        dwelling=dwelling, code_hash=_hashes(code)[0], method=method, issued_by=user, expires_at=expires
    )
    return Letter(dwelling, f"{code[:4]}-{code[4:]}", invitation)


def _hashes(code: str) -> list[str]:
    """The code's keyed hash under the present secret and under those it may have been made with."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())
    secrets_ = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("invitation", plain, secret=secret, algorithm="sha256").hexdigest() for secret in secrets_
    ]
