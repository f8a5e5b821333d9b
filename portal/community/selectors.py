"""Who signs how, and whom news of a place reaches."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Kind, Ownership, Person, Post, Residency, User, Visitor
from portal.community.permissions import appointments_of, holders
from portal.community.places import ancestors, inside
from portal.kit import clock
from portal.kit.errors import NotPossible

ORDER = list(Post)


@dataclass(frozen=True)
class Signature:
    """How somebody signs in public: the name, and behind it the post or the building.

    `official`: signs by a post; `post`: the key of that appointment.
    """

    name: str
    note: str
    official: bool = False
    post: int | None = field(default=None, compare=False)


def person_of(user: User) -> Person:
    """The person behind an account that acts; NotPossible where the account is tied to none yet."""
    if user.person is None:
        raise NotPossible(
            _("Your account is not linked to a person yet. Please register your home under “Me” first.")
        )
    return user.person


def signature(user: User, neighbourhood: Area) -> Signature:
    """A holder of a post signs by it, a neighbour by the chosen name and the building.

    The words are kept with what is signed, so they are in the portal's own language whoever signs.
    """
    posts = appointments_of(user, neighbourhood)
    if posts:
        return _official(user, min(posts, key=lambda held: (ORDER.index(Post(held.post)), held.pk)))
    return Signature(user.public_name, _building(user, neighbourhood))


def members(area: Area) -> QuerySet[User]:
    """The accounts of those who live or own inside an area today."""
    today = clock.today()
    living, owning = (
        model.objects.on(today).in_area(area).filter(person=OuterRef("person_id"))
        for model in (Residency, Ownership)
    )
    return User.objects.filter(Exists(living) | Exists(owning), is_active=True)


def accounts_of(*people: int | None) -> QuerySet[User]:
    """The accounts of people, by their keys; those without a phone have none."""
    return User.objects.filter(person__in=[person for person in people if person], is_active=True)


def post_users(post: Post | str, area: Area) -> list[User]:
    """The accounts of those who hold a post for an area today; a holder without a phone has none."""
    people = {held.person_id for held in holders(post, area)}
    return list(
        User.objects.filter(person__in=people, is_active=True).select_related("person").order_by("pk")
    )


def home_of(user: Visitor) -> Area | None:
    """The neighbourhood somebody lives in, else owns in, else holds a post in; None where nothing ties them."""
    person = getattr(user, "person_id", None)
    if person is None:
        return None
    today = clock.today()
    for model in (Residency, Ownership):
        path = (
            model.objects.on(today)
            .filter(person=person)
            .values_list("dwelling__building__path", flat=True)
            .first()
        )
        if path:
            return Area.objects.filter(path__in=ancestors(path), kind=Kind.NEIGHBOURHOOD).first()
    return _post_place(person)


def _post_place(person: int) -> Area | None:
    held = Appointment.objects.on(clock.today()).filter(person=person).select_related("area").first()
    if held is None:
        return None
    around = Area.objects.filter(
        path__in=[*ancestors(held.area.path), held.area.path], kind=Kind.NEIGHBOURHOOD
    )
    return around.first() or inside(held.area, Kind.NEIGHBOURHOOD).first()


def _official(user: User, held: Appointment) -> Signature:
    with translation.override(settings.LANGUAGE_CODE):
        return Signature(
            f"{held.title} {user.public_name}", str(Post(held.post).label), official=True, post=held.pk
        )


def _building(user: User, neighbourhood: Area) -> str:
    if user.person_id is None:
        return ""
    for model in (Residency, Ownership):
        held = model.objects.on(clock.today()).in_area(neighbourhood).filter(person=user.person_id)
        name = held.order_by("pk").values_list("dwelling__building__name", flat=True).first()
        if name:
            return name
    return ""
