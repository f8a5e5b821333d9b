"""Who may do what at the committee's desk, and with what ties somebody to a dwelling or to a post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from portal.actions.doors import Door, Need, Needs, PlaceDoor
from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Kind,
    Ownership,
    Person,
    Post,
    Residency,
    User,
    Visitor,
)
from portal.community.permissions import COMMITTEE, Role, operates, roles_in
from portal.community.places import ancestors, neighbourhood_of
from portal.community.requests import set_here, visitor
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.models import Import, PersonChange, Wish
from portal.register.states import (
    DWELLING_LIFE,
    LIFE,
    PERSON_LIFE,
    POST_LIFE,
    ChangeState,
    DwellingState,
    ImportState,
    PersonState,
    PostState,
    State,
    WishState,
)

M = TypeVar("M", bound=Model)
Tie: TypeAlias = Residency | Ownership
Ties: TypeAlias = type[Residency] | type[Ownership]

OWN = frozenset({Role.PERSON})
SEES_POSTS = COMMITTEE | {Role.OFFICER}
REQUESTED, VERIFIED = frozenset({State.REQUESTED}), frozenset({State.VERIFIED})

# What is done at the desk of a neighbourhood.
NEEDS = {
    "people": Need(COMMITTEE),
    "look": Need(COMMITTEE),
    "person": Need(COMMITTEE),
    "read_looks": Need(frozenset({Role.AUDITOR, Role.DIRECTOR})),
    "letters": Need(COMMITTEE),
    "roster": Need(COMMITTEE),
    "see_posts": Need(SEES_POSTS),
    "appoint": Need(frozenset({Role.DIRECTOR, Role.OFFICER})),
    "contact": Need(COMMITTEE | {Role.OPERATOR}),
}
RELATION_NEEDS = {
    "approve": Need(COMMITTEE, REQUESTED),
    "refuse": Need(COMMITTEE, REQUESTED),
    "withdraw": Need(OWN, REQUESTED),
    "end": Need(COMMITTEE, VERIFIED),
    "undo_approval": Need(COMMITTEE, VERIFIED),
    "undo_refusal": Need(COMMITTEE, frozenset({State.REFUSED})),
    "undo_end": Need(COMMITTEE, frozenset({State.ENDED})),
}
# A title ends only by the committee's hand.
RESIDENCY_NEEDS = RELATION_NEEDS | {"leave": Need(OWN, VERIFIED)}
OWNERSHIP_NEEDS = RELATION_NEEDS | {"name_voter": Need(COMMITTEE, VERIFIED)}
HELD = frozenset({PostState.HELD})
APPOINTER = frozenset({Role.APPOINTER})
# Whoever holds a post names who stands in during a leave; whoever gives it can do so for them.
APPOINTMENT_NEEDS = {
    "dismiss": Need(APPOINTER, HELD),
    "name_deputy": Need(APPOINTER | OWN, HELD),
    "reinstate": Need(APPOINTER, frozenset({PostState.ENDED})),
}
LIVING = frozenset({PersonState.LIVING})
STANDING = frozenset({PersonState.LIVING, PersonState.DEAD})
# What is done from the page of a person.
PERSON_NEEDS = {
    "correct_name": Need(COMMITTEE, STANDING),
    "correct_phone": Need(COMMITTEE, LIVING),
    "release_phone": Need(COMMITTEE, LIVING),
    "represent": Need(COMMITTEE, LIVING),
    "mark_deceased": Need(COMMITTEE, LIVING),
    "pass_on": Need(COMMITTEE, frozenset({PersonState.DEAD})),
    "unite": Need(COMMITTEE, STANDING),
}
CHANGE_NEEDS = {"take_back": Need(COMMITTEE, frozenset({ChangeState.STANDS}))}
WISH_NEEDS = {
    "settle": Need(COMMITTEE, frozenset({WishState.WAITING})),
    "decline": Need(COMMITTEE, frozenset({WishState.WAITING})),
    "withdraw": Need(OWN, frozenset({WishState.WAITING})),
}
DWELLING_NEEDS = {
    "correct": Need(COMMITTEE, frozenset({DwellingState.IN_USE})),
    "retire": Need(COMMITTEE, frozenset({DwellingState.IN_USE})),
    "bring_back": Need(COMMITTEE, frozenset({DwellingState.RETIRED})),
}
# That who confirms is somebody else than who handed it in is the service's to ask.
IMPORT_NEEDS = {
    "confirm": Need(COMMITTEE, frozenset({ImportState.WAITING})),
    "turn_down": Need(COMMITTEE, frozenset({ImportState.WAITING})),
    "take_back": Need(COMMITTEE, frozenset({ImportState.DONE})),
}

# Which posts may be given and ended by whom. Who runs the portal names the first director, and the posts of wider
# areas; another operator is named and ended by one of the same or a wider area.
APPOINTS: dict[Role, frozenset[Post]] = {
    Role.DIRECTOR: frozenset(
        {Post.WORKER, Post.OWNERS_COMMITTEE, Post.PROPERTY, Post.BUILDING_HEAD, Post.DELEGATE}
    ),
    Role.OFFICER: frozenset({Post.DIRECTOR, Post.WORKER, Post.PARTY, Post.OVERSIGHT}),
    Role.OPERATOR: frozenset({Post.DIRECTOR, Post.OFFICER, Post.AUDITOR, Post.EDITOR, Post.OPERATOR}),
}
# The levels whose posts a desk gives.
PLACES = (Kind.NEIGHBOURHOOD, Kind.ESTATE, Kind.BUILDING)
WIDER = (Kind.DISTRICT, Kind.SUBDISTRICT)
# For which levels a post is held, where not for every one.
LEVELS: dict[Post, tuple[Kind, ...]] = {
    Post.DIRECTOR: (Kind.NEIGHBOURHOOD,),
    Post.OFFICER: (*WIDER, Kind.NEIGHBOURHOOD),
    Post.AUDITOR: (*WIDER, Kind.NEIGHBOURHOOD),
    Post.EDITOR: (*WIDER, Kind.NEIGHBOURHOOD),
    Post.OPERATOR: WIDER,
}


def posts_to_give(user: Visitor, area: Area) -> list[Post]:
    """The posts a visitor may give and end in a neighbourhood, or for a wider area, in the order of `Post`.

    The posts of a wider area are given by whoever runs the portal for it, and by nobody of a part of it.
    """
    roles = roles_in(user, area) if area.is_neighbourhood else frozenset[Role]()
    if runs_portal(user, area):
        roles |= {Role.OPERATOR}
    given = frozenset[Post]().union(*(APPOINTS.get(role, frozenset()) for role in roles))
    return [post for post in Post if post in given]


def operator_gives(area: Area) -> list[Post]:
    """The posts that whoever runs the portal gives for an area of this level, in the order of `Post`."""
    return [post for post in Post if post in APPOINTS[Role.OPERATOR] and area.kind in LEVELS[post]]


def runs_portal(user: Visitor, area: Area) -> bool:
    """Whether somebody runs the portal for an area. In a neighbourhood its roles say so, which are known."""
    return Role.OPERATOR in roles_in(user, area) if area.is_neighbourhood else operates(user, area)


def may_touch(user: User, *people: Person) -> None:
    """Refuse what would give or take a post that is not the user's to give, or concerns the user's own record.

    Whoever unites a record with that of a director could otherwise make anybody director. The director may touch
    whoever holds a post in the place. Raises NotPossible.
    """
    if user.person_id in {person.pk for person in people}:
        raise NotPossible(_("This is your own record. Please ask a colleague."))
    for held in Appointment.objects.on(clock.today()).filter(person__in=people).select_related("area"):
        here = neighbourhood_of(held.area)
        if here is None or (
            Role.DIRECTOR not in roles_in(user, here) and Post(held.post) not in posts_to_give(user, here)
        ):
            said = _("This person holds the post “%(title)s”, which you do not give. Please ask who does.")
            raise NotPossible(said % {"title": held.title})


class DeskDoor(Door[M]):
    """The door to things of the register: for those outside of `knows` their pages do not exist."""

    def __init__(self, *args: Any, knows: frozenset[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._knows = knows

    def open(self, request: HttpRequest, key: Any, action: str | None = None) -> M:
        """A thing for a page; 404 for whoever must not know that there is one."""
        try:
            return super().open(request, key, action)
        except PermissionDenied as denied:
            asking = visitor(request)
            if self._knows.isdisjoint(self.roles(asking, self.get(asking, key))):
                raise Http404(key) from denied
            raise

    def take(self, user: Visitor, key: Any, action: str) -> M:
        """A thing to change. What was taken back in between is refused like what has moved on."""
        try:
            return super().take(user, key, action)
        except Http404 as gone:
            raise NotPossible(_("This request is not there any more.")) from gone


class PersonDoor(DeskDoor[Person]):
    """The door to people as the desk knows them: each belongs to the places where they live, own or hold a post.

    `neighbourhood`, set on what comes through, is the one of these at whose desk the visitor works, else the first.
    """

    def _found(
        self, user: Visitor, key: Any, *, lock: bool = False, among: QuerySet[Person] | None = None
    ) -> Person:
        person = super()._found(user, key, lock=lock, among=among)
        places = places_of(person)
        if not places:
            raise Http404(key)
        own = [place for place in places if not COMMITTEE.isdisjoint(roles_in(user, place))]
        person.neighbourhood = (own or places)[0]
        return person


def places_of(person: Person) -> list[Area]:
    """The neighbourhoods in which somebody lives, owns or holds a post, did once, or was changed by the desk."""
    paths = {*person.appointments.values_list("area__path", flat=True)}
    for ties in (person.residencys, person.ownerships):
        paths |= {*ties.values_list("dwelling__building__path", flat=True)}
    above = {path for each in paths for path in [*ancestors(each), each]}
    about = PersonChange.objects.filter(Q(person=person) | Q(other=person)).values("neighbourhood")
    found = Area.objects.filter(Q(path__in=above) | Q(pk__in=about), kind=Kind.NEIGHBOURHOOD)
    return list(found.order_by("path"))


class AppointmentDoor(DeskDoor[Appointment]):
    """The door to posts; those of a wider area belong to no neighbourhood."""

    def enter(self, request: HttpRequest, thing: Appointment) -> Appointment:
        """Say where a page is about, where it is about one place."""
        set_here(request, neighbourhood_of(thing.area))
        return thing


def _towards_person(user: Visitor, person: Person) -> frozenset[Role]:
    return roles_in(user, person.neighbourhood)


def _towards_change(user: Visitor, change: PersonChange) -> frozenset[Role]:
    return roles_in(user, change.neighbourhood)


def _towards_asked(user: Visitor, asked: Tie | Wish) -> frozenset[Role]:
    """Of what somebody asked of the desk, or holds there since."""
    roles = roles_in(user, asked.neighbourhood)
    own = user.is_authenticated and user.person_id is not None and user.person_id == asked.person_id
    return roles | OWN if own else roles


def _at_its_desk(user: Visitor, thing: Dwelling | Import) -> frozenset[Role]:
    return roles_in(user, thing.neighbourhood)


def _towards_appointment(user: Visitor, held: Appointment) -> frozenset[Role]:
    here = neighbourhood_of(held.area)
    roles = roles_in(user, here) if here is not None else frozenset[Role]()
    gives = Post(held.post) in posts_to_give(user, here or held.area)
    person = getattr(user, "person_id", None)
    own = person is not None and person == held.person_id
    # Who is back before the leave is over ends what the deputy holds.
    gives = gives or (held.deputy_for is not None and person == held.deputy_for.person_id)
    return roles | (APPOINTER if gives else frozenset()) | (OWN if own else frozenset())


def _lock_dwelling(model: Ties) -> Callable[[Any], object]:
    """Relations of one dwelling change one at a time."""

    def lock(pk: Any) -> object:
        wanted = model.objects.filter(pk=pk).values_list("dwelling", flat=True)
        return Dwelling.objects.select_for_update(of=("self",)).filter(pk__in=list(wanted)).first()

    return lock


def _relations(model: Ties, needs: Needs) -> DeskDoor[Any]:
    return DeskDoor(
        model,
        needs,
        _towards_asked,
        related=("person", "dwelling__building"),
        lock_first=_lock_dwelling(model),
        objects=lambda user: model.objects.all(),
        life=LIFE,
        knows=COMMITTEE | OWN,
    )


DESK = PlaceDoor(NEEDS)
RELATIONS: dict[str, DeskDoor[Any]] = {
    "residency": _relations(Residency, RESIDENCY_NEEDS),
    "ownership": _relations(Ownership, OWNERSHIP_NEEDS),
}
DWELLINGS: DeskDoor[Dwelling] = DeskDoor(
    Dwelling,
    DWELLING_NEEDS,
    _at_its_desk,
    related=("building",),
    objects=lambda user: Dwelling.objects.all(),
    life=DWELLING_LIFE,
    knows=COMMITTEE,
)
IMPORTS: DeskDoor[Import] = DeskDoor(
    Import,
    IMPORT_NEEDS,
    _at_its_desk,
    related=("neighbourhood", "by__person"),
    objects=lambda user: Import.objects.all(),
    knows=COMMITTEE,
)
APPOINTMENTS = AppointmentDoor(
    Appointment,
    APPOINTMENT_NEEDS,
    _towards_appointment,
    related=("area", "person", "deputy_for"),
    objects=lambda user: Appointment.objects.all(),
    life=POST_LIFE,
    knows=SEES_POSTS | OWN,
)
PEOPLE = PersonDoor(
    Person,
    PERSON_NEEDS,
    _towards_person,
    objects=lambda user: Person.objects.all(),
    life=PERSON_LIFE,
    knows=COMMITTEE,
)
CHANGES: DeskDoor[PersonChange] = DeskDoor(
    PersonChange,
    CHANGE_NEEDS,
    _towards_change,
    related=("person", "neighbourhood"),
    objects=lambda user: PersonChange.objects.all(),
    knows=COMMITTEE,
)
WISHES: DeskDoor[Wish] = DeskDoor(
    Wish,
    WISH_NEEDS,
    _towards_asked,
    related=("person", "neighbourhood"),
    objects=lambda user: Wish.objects.all(),
    knows=COMMITTEE | OWN,
)
