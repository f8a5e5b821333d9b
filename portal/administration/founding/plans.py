"""What of the rows is new: the tree as it is and as it will be, the contacts, and who is given which post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from django.utils.translation import gettext as _

from portal.administration.founding.columns import CONTACTS, TITLES
from portal.administration.founding.rows import Problem, Row
from portal.community.models import Appointment, Area, Contact, Kind, Post, User
from portal.kit.names import compared

# For an area of which level a post is given here.
LEVEL = {Post.DIRECTOR: Kind.NEIGHBOURHOOD, Post.OFFICER: Kind.SUBDISTRICT, Post.OPERATOR: Kind.DISTRICT}
# How the first level begins where nobody says how it stands in addresses.
FIRST = "qu"


@dataclass(eq=False)
class Place:
    """An area that is there (`area`) or will be. `slug` empty: one is made."""

    kind: Kind
    name: str
    slug: str = ""
    above: Place | None = None
    area: Area | None = None
    line: int = 0
    below: dict[tuple[str, str], Place] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The place in words."""
        return f"{self.above.where} {self.name}" if self.above else self.name


@dataclass(eq=False)
class Seat:
    """Somebody who is named for a post. `user`: their account, where there is one."""

    post: Post
    place: Place
    name: str
    phone: str
    title: str
    line: int
    user: User | None = None
    held: bool = False


@dataclass
class Plan:
    """What will be made and changed; nothing, where there are problems. `remarks`: what stays as it is."""

    places: list[Place] = field(default_factory=list)
    contacts: list[tuple[Place, dict[str, str]]] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    phones: list[tuple[Seat, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.places or self.contacts or self.phones or any(not seat.held for seat in self.seats))

    def count(self, kind: Kind) -> int:
        """How many areas of a level are new."""
        return sum(place.kind == kind for place in self.places)


def plan(rows: list[Row]) -> Plan:
    """Compare rows with what is there. A neighbourhood is known by its address, else by its name and subdistrict."""
    return _Planner().over(rows)


class _Planner:
    def __init__(self) -> None:
        self.plan = Plan()
        self.roots: dict[tuple[str, str], Place] = {}
        self.slugs: dict[str, Place] = {}
        self.seats: dict[tuple[Post, Place], Seat] = {}
        self._load()

    def over(self, rows: list[Row]) -> Plan:
        for row in rows:
            try:
                self._row(row)
            except ValueError as why:
                self.plan.problems.append(Problem(row.line, str(why)))
        self._name()
        self._compare_contacts()
        _Seats(self.plan, list(self.seats.values())).compare()
        self.plan.problems.sort(key=lambda problem: problem.line)
        return self.plan

    def _load(self) -> None:
        """The tree as it is, in one query."""
        known: dict[str, Place] = {}
        for area in Area.objects.order_by("path"):
            # Above it, or the nearest that is: a building may lie in a neighbourhood.
            above = known.get(area.path[: -Area.steplen])
            place = Place(Kind(area.kind), area.name, area.slug, above, area)
            known[area.path] = self.slugs[area.slug] = place
            self._under(above).setdefault((area.kind, compared(area.name)), place)

    def _under(self, above: Place | None) -> dict[tuple[str, str], Place]:
        return self.roots if above is None else above.below

    def _row(self, row: Row) -> None:
        sites = row.sites
        district = self._place(Kind.DISTRICT, row.text("district"), "", None, row)
        subdistrict = self._place(
            Kind.SUBDISTRICT, row.text("subdistrict"), row.text("subdistrict_slug"), district, row
        )
        here = self._place(Kind.NEIGHBOURHOOD, row.text("neighbourhood"), row.text("slug"), subdistrict, row)
        for name, buildings in sites:
            estate = self._place(Kind.ESTATE, name, "", here, row)
            for building in buildings:
                self._place(Kind.BUILDING, building, "", estate, row)
        self._contact(here, row)
        for post, place in zip(LEVEL, (here, subdistrict, district), strict=True):
            self._seat(post, place, row)

    def _place(self, kind: Kind, name: str, slug: str, above: Place | None, row: Row) -> Place:
        """The area of that name there; `slug` decides which one it is, where it is given."""
        taken = self.slugs.get(slug) if slug else None
        if taken is not None:
            return self._same(taken, kind, name, above)
        found = self._under(above).get((kind, compared(name)))
        if found is not None:
            if slug and found.slug and found.slug != slug:
                raise ValueError(
                    _("%(name)s is there under the address %(slug)s: an address that people know stays")
                    % {"name": name, "slug": found.slug}
                )
            if slug:
                found.slug = slug
                self.slugs[slug] = found
            return found
        made = Place(kind, name, slug, above, line=row.line)
        self._under(above)[kind, compared(name)] = made
        if slug:
            self.slugs[slug] = made
        self.plan.places.append(made)
        return made

    def _same(self, taken: Place, kind: Kind, name: str, above: Place | None) -> Place:
        """What an address stands for already; nothing is renamed or moved by a file."""
        if taken.kind != kind or taken.above is not above:
            raise ValueError(
                _("the address %(slug)s belongs to %(where)s") % {"slug": taken.slug, "where": taken.where}
            )
        if compared(taken.name) != compared(name):
            raise ValueError(
                _(
                    "%(slug)s is called %(old)s, not %(new)s: rename it on the page of areas, or correct the address"
                )
                % {"slug": taken.slug, "old": taken.name, "new": name}
            )
        return taken

    def _contact(self, here: Place, row: Row) -> None:
        for column in CONTACTS:
            said = row.text(column.key)
            if said and here.contact.setdefault(column.key, said) != said:
                raise ValueError(
                    _("%(column)s differs from an earlier row of %(name)s")
                    % {"column": column.heads[0], "name": here.name}
                )

    def _seat(self, post: Post, place: Place, row: Row) -> None:
        name, phone = row.text(post.value), row.text(f"{post.value}_phone")
        if not name:
            if phone:
                raise ValueError(_("a number and no name: whose is %(phone)s?") % {"phone": phone})
            return
        seat = Seat(post, place, name, phone, row.text(f"{post.value}_title") or TITLES[post], row.line)
        first = self.seats.setdefault((post, place), seat)
        if (compared(first.name), first.phone) != (compared(name), phone):
            raise ValueError(
                _("line %(line)d names somebody else as %(title)s of %(name)s")
                % {"line": first.line, "title": first.title, "name": place.name}
            )

    def _name(self) -> None:
        """Addresses for who gave none: that of the area above, and the next number that is free."""
        for place in self.plan.places:
            if place.slug or place.kind in {Kind.ESTATE, Kind.BUILDING}:
                continue
            stem = place.above.slug if place.above else FIRST
            place.slug = next(slug for n in count(1) if (slug := f"{stem}-{n}") not in self.slugs)
            self.slugs[place.slug] = place

    def _compare_contacts(self) -> None:
        said = {place.slug: place for place in self.slugs.values() if place.contact}
        known = {held.area_id: held for held in Contact.objects.filter(area__slug__in=list(said))}
        for place in said.values():
            held = known.get(place.area.pk) if place.area else None
            changed = {key: text for key, text in place.contact.items() if getattr(held, key, "") != text}
            if changed:
                self.plan.contacts.append((place, changed))
            if place.area is not None:
                self.plan.changes += [
                    f"{place.name}: {column.question} {getattr(held, column.key, '') or '–'} → {changed[column.key]}"
                    for column in CONTACTS
                    if column.key in changed
                ]


class _Seats:
    """Who is named for a post, compared with who holds it and with the accounts that are there."""

    def __init__(self, plan: Plan, seats: list[Seat]) -> None:
        self.plan, self.seats = plan, seats
        areas = [seat.place.area.pk for seat in seats if seat.place.area]
        self.held: dict[tuple[str, int], list[Appointment]] = {}
        given = Appointment.objects.filter(area__in=areas, post__in=list(LEVEL)).select_related(
            "person__user"
        )
        for one in given.order_by("pk"):
            self.held.setdefault((one.post, one.area_id), []).append(one)
        phones = [seat.phone for seat in seats if seat.phone]
        self.by_phone = {
            user.phone: user for user in User.objects.filter(phone__in=phones).select_related("person")
        }
        self.names: dict[str, Seat] = {}

    def compare(self) -> None:
        """Everybody who is new, and whose number changed."""
        for seat in self.seats:
            try:
                self._compare(seat)
            except ValueError as why:
                self.plan.problems.append(Problem(seat.line, str(why)))

    def _compare(self, seat: Seat) -> None:
        self._one_number(seat)
        area = seat.place.area
        given = self.held.get((seat.post, area.pk), []) if area else []
        mine = [one for one in given if _is(one, seat.name)]
        if given and not mine:
            holder = given[-1].person.public_name
            why = _("%(name)s is %(title)s of %(place)s by the page of posts; that stays so")
            said = {"name": holder, "title": given[-1].title, "place": seat.place.name}
            self.plan.remarks.append(Problem(seat.line, why % said))
            return
        seat.held = bool(given)
        seat.user = _account(mine) or self._known(seat)
        self.plan.seats.append(seat)
        if seat.held and seat.phone and seat.user and seat.user.phone != seat.phone:
            self._new_number(seat, seat.user)

    def _one_number(self, seat: Seat) -> None:
        """One number is one person, here and among the accounts."""
        first = self.names.setdefault(seat.phone, seat) if seat.phone else seat
        if compared(first.name) != compared(seat.name):
            raise ValueError(
                _("line %(line)d gives the number %(phone)s to %(name)s")
                % {"line": first.line, "phone": seat.phone, "name": first.name}
            )

    def _known(self, seat: Seat) -> User | None:
        user = self.by_phone.get(seat.phone) if seat.phone else None
        if user is None or user.person is None:
            return None
        if compared(seat.name) in {user.person.name_key, user.person.shown_key}:
            return user
        if user.phone_verified:
            raise ValueError(_("the number %(phone)s belongs to another account") % {"phone": seat.phone})
        return None

    def _new_number(self, seat: Seat, user: User) -> None:
        if user.phone_verified:
            why = _("%(name)s has proved another number; only they change it")
            self.plan.remarks.append(Problem(seat.line, why % {"name": seat.name}))
            return
        self._known(seat)
        self.plan.phones.append((seat, user.phone))
        self.plan.changes.append(f"{seat.name}: {user.phone or '–'} → {seat.phone}")


def _is(held: Appointment, name: str) -> bool:
    return compared(name) in {held.person.name_key, held.person.shown_key}


def _account(held: Iterable[Appointment]) -> User | None:
    return next((user for one in held if (user := getattr(one.person, "user", None))), None)
