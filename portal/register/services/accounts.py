"""Accounts: opening one, finding it by what is typed, its phone, its settings."""

from __future__ import annotations

from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Person, User
from portal.community.places import neighbourhood_of
from portal.community.selectors import home_of
from portal.kit import clock, phones
from portal.kit.errors import NotPossible
from portal.kit.fields import longest
from portal.kit.names import compared
from portal.record.fragments import stir
from portal.register import officials


def by_phone(phone: str) -> User | None:
    """The account that proved it can be reached under a number. A mere claim to one counts for nothing."""
    number = phones.mobile(phone)
    return User.objects.filter(phone=number, phone_verified=True).first() if number else None


def by_email(email: str) -> User | None:
    """The account that is reached at an address: who proved it goes before who claims it. One question in any case."""
    held = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=email)
    found = User.objects.filter(Q(email__iexact=email) | Exists(held))
    return found.order_by(Exists(held.filter(verified=True)).desc(), "pk").first() if email else None


def named(logins: list[str]) -> User | None:
    """The account that any of the typed names stands for: phone, e-mail or user name."""
    for text in dict.fromkeys(login.strip() for login in logins):
        wanted = Q(username__iexact=text) | Q(email__iexact=text)
        if number := phones.mobile(text):
            wanted |= Q(phone=number)
        user = User.objects.filter(wanted).order_by("pk").first() if text else None
        if user is not None:
            return user
    return None


def surely_named(text: str) -> User | None:
    """The account of a proved number, a proved address or a user name: nobody else can have claimed it."""
    found = by_phone(text) or User.objects.filter(username__iexact=text.strip()).first()
    if found is None and EmailAddress.objects.filter(email__iexact=text.strip(), verified=True).exists():
        found = by_email(text.strip())
    return found if found is not None and found.is_active else None


@transaction.atomic
def open_by_number(real_name: str, shown: str, phone: str) -> User:
    """An account for somebody who is to hold a post, under a number that whoever gives the post answers for.

    Nobody can sign in with it by that number alone (`proofs`). Raises NotPossible where the number is none, or has an
    account.
    """
    number = phones.mobile(phone)
    if not number:
        raise NotPossible(_("Please enter a Chinese mobile number: eleven digits, beginning with 1."))
    person = Person.objects.create(real_name=real_name, display_name=shown)
    user = User(username=f"staff-{uuid4().hex[:12]}", person=person)
    user.set_unusable_password()
    user.save()
    claim_phone(user, number, proved=True)
    return user


@transaction.atomic
def claim_phone(user: User, phone: str, *, proved: bool) -> None:
    """Give a number to an account. A mere claim on it by somebody else gives way; a proof by somebody else does not.

    Raises NotPossible where another account has proved the number.
    """
    others = User.objects.select_for_update(of=("self",)).filter(phone=phone).exclude(pk=user.pk)
    if any(other.phone_verified for other in others):
        raise NotPossible(_("This number belongs to another account. Please ask the committee for help."))
    others.update(phone="")
    user.phone, user.phone_verified = phone, proved
    user.save(update_fields=["phone", "phone_verified"])
    if proved and user.person is not None:
        user.person.phone = phone
        user.person.save(update_fields=["phone"])


@transaction.atomic
def introduce(user: User, display_name: str) -> Person:
    """Make the person behind a new account, with the name neighbours will read, and keep the consent."""
    user.person = Person.objects.create(display_name=checked_name(display_name))
    user.consented_at = clock.now()
    user.save(update_fields=["person", "consented_at"])
    return user.person


@transaction.atomic
def open_for(person: Person, username: str) -> User:
    """An account for somebody whom the operator names, by a user name. Its owner chooses the password (`first_link`).

    The person's number is claimed for it: the first sign-in sends a code there, which proves it.
    """
    user = User(username=username, person=person)
    user.set_unusable_password()
    user.save()
    if person.phone:
        claim_phone(user, person.phone, proved=False)
    return user


def first_link(user: User) -> str:
    """The address at which the owner of an account chooses a password: once, for PASSWORD_RESET_TIMEOUT.

    Whoever has the link has the account, until a second factor is set up: it is handed over in person.
    """
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", args=key.split("-", 1))
    return f"{settings.ORIGINS[0]}{path}"


@transaction.atomic
def rename(user: User, display_name: str) -> None:
    """Change the name neighbours read from now on; what was signed before stays signed as it was."""
    if user.person is None:
        introduce(user, display_name)
        return
    if display_name == user.person.display_name:
        return
    user.person.display_name = checked_name(display_name, user)
    user.person.save(update_fields=["display_name"])
    for place in _known_in(user):
        stir(place.slug)


def _known_in(user: User) -> set[Area]:
    """The neighbourhoods whose pages may name somebody: home, and where a post is held."""
    held = Appointment.objects.on(clock.today()).filter(person=user.person).select_related("area")
    places = [home_of(user), *(neighbourhood_of(post.area) for post in held)]
    return {place for place in places if place is not None}


@transaction.atomic
def set_up(user: User, *, display_name: str, language: str, elder_mode: bool) -> None:
    """The name neighbours read, the language and the type size, all or none."""
    rename(user, display_name)
    speak(user, language)
    show(user, elder=elder_mode)


def speak(user: User, language: str) -> None:
    """Choose the language of pages and mail; raises NotPossible for one that is not offered."""
    if language not in dict(settings.LANGUAGES):
        raise NotPossible(_("This language is not offered. Please choose another one."))
    user.language = language
    user.save(update_fields=["language"])


def show(user: User, *, elder: bool) -> None:
    """Choose large type or the standard view."""
    user.elder_mode = elder
    user.save(update_fields=["elder_mode"])


def checked_name(name: str, user: User | None = None) -> str:
    """A name that can stand in public.

    Raises NotPossible for an empty one, one that looks like a post or body, and one by which staff are known:
    where the account's person lives or owns, or anywhere as long as that is not known.
    """
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not compared(text) or len(text) > longest(Person, "display_name"):
        raise NotPossible(_("Please choose a name of 1 to 30 characters for your neighbours to read."))
    if user is not None and user.person is not None and user.person.appointments.exists():
        return text
    if officials.speaks_for_a_body(text):
        raise NotPossible(_("This name looks like a post. Please choose another one."))
    if officials.imitates_staff(text, home_of(user) if user else None):
        raise NotPossible(
            _("Somebody who works for the neighbourhood has this name. Please choose another one.")
        )
    return text
