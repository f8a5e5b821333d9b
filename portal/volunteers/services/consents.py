"""A guardian's consent to a minor's sign-up: online, or on signed paper (Shanghai regulation art. 13)."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community import uploads
from portal.community.models import Ownership, Person, Residency, User
from portal.community.selectors import accounts_of
from portal.kit import clock, phones
from portal.kit.errors import NotPossible
from portal.kit.limits import DAY, Limit, allow
from portal.kit.names import blank
from portal.volunteers.events import CONSENT_ASKED, CONSENT_REFUSED, PLACE_GOT
from portal.volunteers.models import Signup
from portal.volunteers.permissions import SHIFTS, SIGNUPS
from portal.volunteers.services import places
from portal.volunteers.states import SignupState

# Nobody finds out numbers of the household by trying.
TRIES = Limit(10, DAY)


def guardian(user: User, minor: Person, phone: str) -> Person | None:
    """Who is asked for consent: somebody of the minor's household with this number. None: on paper.

    Raises NotPossible where the number is none, belongs to nobody of the household or to another minor.
    """
    if blank(phone):
        return None
    number = phones.mobile(phone)
    if not number:
        raise NotPossible(_("This is not a mobile number. Leave it empty to bring the paper form."))
    if not allow("guardian", str(user.pk), TRIES):
        raise NotPossible(_("Too many numbers were tried today. Please bring the paper form."))
    for person in household(minor).filter(Q(phone=number) | Q(user__phone=number)):
        if person.adult_on is None or person.is_adult(clock.today()):
            return person
    raise NotPossible(
        _("No adult of your household is known with this number. Check it, or bring the paper form.")
    )


def household(minor: Person) -> QuerySet[Person]:
    """Others who live in the dwellings a person lives in today, or own them."""
    today = clock.today()
    homes = Residency.objects.on(today).filter(person=minor).values("dwelling")
    live = Residency.objects.on(today).filter(dwelling__in=homes).values("person")
    own = Ownership.objects.on(today).filter(dwelling__in=homes).values("person")
    return Person.objects.filter(Q(pk__in=live) | Q(pk__in=own)).exclude(pk=minor.pk)


def ask(signup: Signup) -> None:
    """Tell the guardian who is named that a yes or no is awaited."""
    if signup.guardian_id is None:
        return
    page = reverse("volunteers:signup_act", args=[signup.pk, "consent"])
    places.notify_of(CONSENT_ASKED, signup, accounts_of(signup.guardian_id), page)


def answer(user: User, pk: int, *, yes: bool) -> Signup:
    """The guardian's yes or no, as `consent` and `refuse`."""
    return consent(user, pk) if yes else refuse(user, pk)


@transaction.atomic
def consent(user: User, pk: int) -> Signup:
    """The guardian's yes. The sign-up then takes its ordinary way. 404 for others; NotPossible where it ended."""
    signup = SIGNUPS.take(user, pk, "consent")
    _awaited(signup)
    return _given(signup, user)


@transaction.atomic
def refuse(user: User, pk: int) -> Signup:
    """The guardian's no, also after a yes until the shift begins. The sign-up ends; a place is given on."""
    signup = SIGNUPS.take(user, pk, "consent")
    if not places.to_come(signup.shift):
        raise NotPossible(_("This sign-up has ended already, or the activity has begun."))
    places.leave(signup, SignupState.DECLINED, _("A guardian did not consent."))
    places.notify_person(CONSENT_REFUSED, signup)
    return signup


@transaction.atomic
def take_paper(user: User, pk: int, paper: UploadedFile[Any]) -> Signup:
    """A keeper takes in the consent signed on paper, as a photo or scan that only staff can open later.

    404 for others than keepers and committee, and for one's own sign-up; NotPossible where none is awaited.
    """
    signup = SIGNUPS.take(user, pk, "paper_consent")
    if signup.person_id == user.person_id:
        raise NotPossible(_("Somebody else has to take in the paper for your own sign-up."))
    _awaited(signup)
    accepted = uploads.accept(user, signup.neighbourhood, paper)
    return _given(signup, user, consent_paper=accepted)


def _given(signup: Signup, user: User, **changes: Any) -> Signup:
    changes |= {"consented_at": clock.now(), "consented_by": user}
    if signup.shift.activity.screened:
        _keep(signup, changes)
        places.ask_leaders(signup)
    elif places.seat(signup, **changes).state == SignupState.ACCEPTED:
        places.notify_person(PLACE_GOT, signup)
    return signup


def _keep(signup: Signup, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(signup, name, value)
    signup.save(update_fields=list(changes))


def _awaited(signup: Signup) -> None:
    if signup.state != SignupState.APPLIED or not signup.needs_consent or signup.consented_at is not None:
        raise NotPossible(_("No consent is awaited for this sign-up."))
    SHIFTS.require("sign_up_for", signup.shift)
