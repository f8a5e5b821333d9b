"""A second proof of who signs in, where a code to the phone is all there is: carriers give numbers to others."""

from __future__ import annotations

import secrets
from datetime import timedelta
from itertools import product

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.actions.events import Event, log, notify
from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Ownership,
    Person,
    RelationStatus,
    Residency,
    User,
)
from portal.community.selectors import home_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.kit.names import compared
from portal.register.events import CODE_GIVEN, PROOF_FAILED, SIGNED_IN_ANEW
from portal.register.models import CounterCode, FailedProof
from portal.register.permissions import DESK

TRIES, WITHIN = 3, timedelta(days=1)
CODE_DIGITS, CODE_HOLDS = 8, timedelta(minutes=30)
# Of somebody whose account was just opened for them and who is not at the counter.
FIRST_CODE_HOLDS = timedelta(days=7)
CODE_TRIES = Limit(10, HOUR)
SALT = "portal.register.counter_code"


def guarded(user: User) -> bool:
    """Whether an account has anything of somebody's: a home that was ever verified, or a post ever held."""
    return user.person_id is not None and (
        _homes(user).exists() or Appointment.objects.filter(person=user.person_id).exists()
    )


def tries_left(user: User) -> int:
    """How often name and room may still be told today; 0: only the counter helps, or the password.

    0 as well where there is no name or no room to compare with.
    """
    if not may_tell_name(user):
        return 0
    return max(0, TRIES - _failed(user).count())


def may_tell_name(user: User) -> bool:
    """Whether there is a name and a room to compare with at all, however often that was tried."""
    return user.person is not None and bool(user.person.name_key) and _homes(user).exists()


@transaction.atomic
def by_name_and_room(user: User, name: str, room: str) -> bool:
    """Whether somebody knows the registered name and the room of an account. A wrong answer is counted.

    Three of them in a day, and the account is told; until the day is over only the counter helps (NotPossible).
    """
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    if not tries_left(user):
        raise NotPossible(_("Too many tries. Please come to the committee's counter."))
    if _is_called(user.person, name) and any(_is_room(home, room) for home in _homes(user)):
        return True
    FailedProof.objects.create(user=user)
    if not tries_left(user):
        _tell(PROOF_FAILED, user)
    return False


@transaction.atomic
def by_counter_code(user: User, code: str) -> bool:
    """Whether somebody has the code that staff gave for an account; it is used with that. Tries are counted."""
    if not allow("counter-code", str(user.pk), CODE_TRIES):
        raise NotPossible(_("Too many tries. Please wait an hour, or ask the committee's counter."))
    standing = CounterCode.objects.select_for_update(of=("self",)).filter(
        user=user, used_at=None, expires_at__gt=clock.now(), code_hash=_hash(user, code)
    )
    return bool(standing.update(used_at=clock.now()))


def accept(user: User) -> None:
    """Somebody has proved who they are on a new device: the account is told."""
    _tell(SIGNED_IN_ANEW, user)


@transaction.atomic
def give_code(by: User, here: Area, user: User) -> str:
    """A code to sign in with once, for somebody at the counter whom staff looked in the face. Earlier ones are void.

    Nobody gives one for an own account. Public record: that a code was given, never for whom.
    """
    DESK.get(by, here.slug, "people")
    if by.pk == user.pk:
        raise NotPossible(_("Nobody vouches for themselves. Please ask somebody else of the committee."))
    code = _new_code(by, user, CODE_HOLDS)
    log(CODE_GIVEN, here, by=by)
    return code


def first_code(by: User, user: User) -> str:
    """A code for the first sign-in of somebody whose account was opened for a post, after a code to their number."""
    return _new_code(by, user, FIRST_CODE_HOLDS)


def _new_code(by: User, user: User, holds: timedelta) -> str:
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    CounterCode.objects.filter(user=user, used_at=None).update(expires_at=clock.now())
    CounterCode.objects.create(
        user=user, issued_by=by, code_hash=_hash(user, code), expires_at=clock.now() + holds
    )
    return code


def _failed(user: User) -> QuerySet[FailedProof]:
    return FailedProof.objects.filter(user=user, at__gt=clock.now() - WITHIN)


def _homes(user: User) -> QuerySet[Dwelling]:
    """Where the account's person was ever verified to live or own."""
    verified = {"person": user.person_id, "status": RelationStatus.VERIFIED, "dwelling": OuterRef("pk")}
    lived, owned = (Exists(model.objects.filter(**verified)) for model in (Residency, Ownership))
    return Dwelling.objects.filter(lived | owned).select_related("building")


def _is_called(person: Person | None, name: str) -> bool:
    return person is not None and person.name_key == compared(name)


def _is_room(home: Dwelling, typed: str) -> bool:
    """Whether a room is meant: 502, 1-502, 3号楼 502室."""
    before = product(("", home.building.name), ("", home.entrance))
    return _place(typed) in {_place(f"{building}{entrance}{home.room}") for building, entrance in before}


def _place(text: str) -> str:
    return "".join(filter(str.isalnum, compared(text))).removesuffix("室")


def _tell(event: Event, user: User) -> None:
    home = _homes(user).first()
    here = home_of(user) or (home.building.neighbourhood if home else None)
    if here is not None:
        notify(event, here, [user], once_per=clock.now().isoformat(), url=reverse("register:devices"))


def _hash(user: User, code: str) -> str:
    digits = "".join(filter(str.isdecimal, compared(code)))
    return salted_hmac(SALT, f"{user.pk}:{digits}", algorithm="sha256").hexdigest()
