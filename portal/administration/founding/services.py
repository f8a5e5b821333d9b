"""Making what a plan says, in one transaction, and the accounts of who is named in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count

from django.db import transaction

from portal.administration.founding.plans import Place, Plan, Seat
from portal.community import places
from portal.community.models import Area, Contact, Kind, Person, Post, User
from portal.kit import clock
from portal.record.fragments import stir
from portal.register.services import accounts, posts
from portal.register.services.posts import Term
from portal.search import services as search


@dataclass(frozen=True)
class Waiting:
    """An account that nobody has signed in with: `link` opens it once, for `settings.PASSWORD_RESET_TIMEOUT`."""

    seat: Seat
    user: User
    link: str


@transaction.atomic
def carry_out(plan: Plan) -> None:
    """Make and change all of it, or nothing. Raises NotPossible where a post cannot be given."""
    _make_places(plan.places)
    for place, said in plan.contacts:
        held, _made = Contact.objects.update_or_create(area=_area(place), defaults=said)
        search.index(held.area)
        stir(place.slug)
    for seat, _old in plan.phones:
        _give_number(seat)
    _give_posts(plan.seats)


def waiting_accounts(plan: Plan) -> list[Waiting]:
    """The accounts of a plan without a password yet, each once, with a new link to choose one."""
    fresh = {seat.user.pk: (seat, seat.user) for seat in plan.seats if seat.user is not None}
    return [
        Waiting(seat, user, accounts.first_link(user))
        for seat, user in fresh.values()
        if not user.has_usable_password() and user.is_active
    ]


def _make_places(new: list[Place]) -> None:
    """Level by level; the buildings of an estate in one go."""
    buildings: dict[Place, list[Place]] = defaultdict(list)
    for place in new:
        if place.kind == Kind.BUILDING and place.above is not None:
            buildings[place.above].append(place)
        else:
            place.area = places.plant(place.kind, place.name, place.slug, parent=_above(place))
            place.slug = place.area.slug
    for estate, inside in buildings.items():
        places.plant_row(Kind.BUILDING, [place.name for place in inside], parent=_area(estate))


def _give_posts(seats: list[Seat]) -> None:
    made: dict[tuple[str, str], User] = {}
    for seat in seats:
        if seat.held:
            continue
        same = (seat.name, seat.phone or f"{seat.post}-{seat.place.slug}")
        seat.user = made[same] = seat.user or made.get(same) or _open_account(seat)
        _appoint(seat, seat.user)


def _appoint(seat: Seat, user: User) -> None:
    person = user.person or accounts.introduce(user, seat.name)
    posts.appoint(None, person, Term(seat.post, _area(seat.place), seat.title, clock.today()))


def _open_account(seat: Seat) -> User:
    person = Person.objects.create(real_name=seat.name, display_name=seat.name, phone=seat.phone)
    # Whose post is for one neighbourhood or subdistrict is called by it; the operator of the district is one.
    name = seat.post.value if seat.post == Post.OPERATOR else f"{seat.place.slug}-{seat.post.value}"
    return accounts.open_for(person, _free_name(name))


def _give_number(seat: Seat) -> None:
    user = seat.user
    if user is not None and user.person is not None:
        accounts.claim_phone(user, seat.phone, proved=False)
        user.person.phone = seat.phone
        user.person.save(update_fields=["phone"])


def _free_name(wanted: str) -> str:
    return next(
        name
        for n in count(1)
        if not User.objects.filter(username=(name := wanted if n == 1 else f"{wanted}-{n}")).exists()
    )


def _above(place: Place) -> Area | None:
    return _area(place.above) if place.above else None


def _area(place: Place) -> Area:
    assert place.area is not None, place.where  # noqa: S101 - made before what lies in it
    return place.area
