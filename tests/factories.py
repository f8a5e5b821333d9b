"""Places and people for tests. Each call makes something new; what is not named gets a plain default."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.contrib.auth.models import AnonymousUser

from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Kind,
    Method,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    User,
    Visitor,
)
from portal.community.permissions import Role
from portal.kit import clock
from portal.record import services as record
from tests.worlds import kept

SINCE = date(2020, 1, 1)
ADULT_ON = date(2000, 1, 1)
TITLES = {
    Post.DIRECTOR: "居委会主任",
    Post.WORKER: "居委会",
    Post.PARTY: "党支部书记",
    Post.OVERSIGHT: "居务监督委员会",
    Post.OWNERS_COMMITTEE: "业委会",
    Post.PROPERTY: "物业",
    Post.BUILDING_HEAD: "楼组长",
    Post.OFFICER: "街道办",
    Post.AUDITOR: "审计",
    Post.EDITOR: "编辑",
    Post.DELEGATE: "居民代表",
    Post.OPERATOR: "平台",
}
_numbers = count(1)


def number() -> int:
    """A number no other thing of this test run has."""
    return next(_numbers)


# --- places ---


@kept
def make_area(kind: Kind, *, parent: Area | None = None, name: str = "", slug: str = "") -> Area:
    """An area of any level; without a parent it is a root."""
    n = number()
    values = {"kind": kind, "name": name or f"{kind.label}{n}", "slug": slug or f"{kind.value}-{n}"}
    if parent is None:
        return Area.add_root(**values)
    # A parent held by the test may be older than its youngest child.
    return Area.objects.get(pk=parent.pk).add_child(**values)


@kept
def make_subdistrict(*, name: str = "", slug: str = "") -> Area:
    """A subdistrict in a district of its own."""
    return make_area(Kind.SUBDISTRICT, parent=make_area(Kind.DISTRICT), name=name, slug=slug)


@kept
def make_neighbourhood(*, parent: Area | None = None, name: str = "", slug: str = "") -> Area:
    """A neighbourhood with its empty record, by default in a subdistrict of its own."""
    here = make_area(Kind.NEIGHBOURHOOD, parent=parent or make_subdistrict(), name=name, slug=slug)
    record.begin(here.slug)
    return here


@kept
def make_estate(*, parent: Area | None = None, name: str = "", slug: str = "") -> Area:
    """An estate, by default in a neighbourhood of its own."""
    return make_area(Kind.ESTATE, parent=parent or make_neighbourhood(), name=name, slug=slug)


@kept
def make_building(*, parent: Area | None = None, name: str = "", slug: str = "") -> Area:
    """A building in an estate. A neighbourhood as parent gets a new estate in between."""
    if parent is None or parent.kind == Kind.NEIGHBOURHOOD:
        parent = make_estate(parent=parent)
    return make_area(Kind.BUILDING, parent=parent, name=name, slug=slug)


@kept
def make_dwelling(*, within: Area | None = None, room: str = "", exclusive_area: int = 8642) -> Dwelling:
    """A flat in a building, or in a new building of the area given. Area in hundredths of a square metre."""
    building = within if within and within.kind == Kind.BUILDING else make_building(parent=within)
    return Dwelling.objects.create(
        building=building, entrance="1", room=room or str(number()), exclusive_area=exclusive_area
    )


# --- people ---


@kept
def make_person(
    *, display_name: str = "", real_name: str = "", phone: str = "", adult: bool = True
) -> Person:
    """Somebody without an account and without any relation."""
    n = number()
    return Person.objects.create(
        real_name=real_name or f"陈真名{n}",
        display_name=display_name or f"邻居{n}",
        phone=phone or f"139{n:08d}",
        adult_on=ADULT_ON if adult else None,
    )


@kept
def make_residency(person: Person, dwelling: Dwelling, *, until: date | None = None) -> Residency:
    """A verified residency."""
    return Residency.objects.create(person=person, dwelling=dwelling, until=until, **_verified())


@kept
def make_ownership(
    person: Person, dwelling: Dwelling, *, is_voter: bool = True, until: date | None = None
) -> Ownership:
    """A verified title."""
    return Ownership.objects.create(
        person=person, dwelling=dwelling, is_voter=is_voter, until=until, **_verified()
    )


@kept
def make_appointment(
    person: Person, post: Post, area: Area, *, title: str = "", until: date | None = None
) -> Appointment:
    """A post held since long ago."""
    return Appointment.objects.create(
        person=person, post=post, area=area, title=title or TITLES[post], since=SINCE, until=until
    )


@kept
def make_account(
    *, person: Person | None = None, username: str = "", email: str | None = None, password: str = ""
) -> User:
    """An account of a person, with an address that no other account has (`email=""`: without one)."""
    name = username or f"user{number()}"
    user = User(username=name, email=f"{name}@example.org" if email is None else email)
    user.person = person or make_person()
    user.set_password(password or None)
    user.save()
    return user


@kept
def make_user(
    role: Role = Role.ACCOUNT,
    *,
    post: Post | None = None,
    neighbourhood: Area | None = None,
    title: str = "",
    name: str = "",
    username: str = "",
    email: str | None = None,
    password: str = "",
) -> User:
    """An account with one role in a neighbourhood: lives there, owns there, or holds the post there.

    make_user(Role.RESIDENT, neighbourhood=here), make_user(post=Post.WORKER, neighbourhood=here).
    """
    person = make_person(display_name=name)
    post = post or next((held for held in Post if held.value == role.value), None)
    if role is Role.RESIDENT:
        make_residency(person, make_dwelling(within=neighbourhood))
    elif role is Role.OWNER:
        make_ownership(person, make_dwelling(within=neighbourhood))
    if post is not None:
        make_appointment(person, post, neighbourhood or make_neighbourhood(), title=title)
    return make_account(person=person, username=username, email=email, password=password)


@kept
def make_resident(*, within: Area | None = None, dwelling: Dwelling | None = None, name: str = "") -> User:
    """An account of somebody who lives in a dwelling, or in a new one inside an area."""
    user = make_user(name=name)
    make_residency(person_of(user), dwelling or make_dwelling(within=within))
    return user


@kept
def make_owner(
    *,
    within: Area | None = None,
    dwelling: Dwelling | None = None,
    name: str = "",
    exclusive_area: int = 8642,
) -> User:
    """An account of somebody who owns a dwelling, or a new one inside an area; does not live there."""
    user = make_user(name=name)
    make_ownership(person_of(user), dwelling or make_dwelling(within=within, exclusive_area=exclusive_area))
    return user


@kept
def make_visitor(role: Role, neighbourhood: Area) -> Visitor:
    """Whoever a row of a permission matrix names: nobody for VISITOR, else an account with that role."""
    return AnonymousUser() if role is Role.VISITOR else make_user(role, neighbourhood=neighbourhood)


def person_of(user: User) -> Person:
    """The person behind an account."""
    assert user.person is not None
    return user.person


def _verified() -> dict[str, object]:
    return {
        "since": SINCE,
        "status": RelationStatus.VERIFIED,
        "method": Method.ROSTER,
        "verified_at": clock.now(),
    }
