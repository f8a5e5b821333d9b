"""Who somebody is in a place: roles follow from verified relations and dated appointments, never from flags."""

from __future__ import annotations

from enum import StrEnum

from django.db import connection

from portal.community.models import OFFICES, Appointment, Area, Post, Visitor
from portal.community.places import touching
from portal.kit import clock


class Role(StrEnum):
    """What a visitor is in a neighbourhood. A person may be several at once."""

    VISITOR = "visitor"
    ACCOUNT = "account"
    RESIDENT = "resident"
    OWNER = "owner"
    BUILDING_HEAD = "building_head"
    DELEGATE = "delegate"
    PROPERTY = "property"
    OWNERS_COMMITTEE = "owners_committee"
    WORKER = "worker"
    DIRECTOR = "director"
    PARTY = "party"
    OVERSIGHT = "oversight"
    OFFICER = "officer"
    AUDITOR = "auditor"
    EDITOR = "editor"
    OPERATOR = "operator"
    # Roles towards one thing, added by the app that knows the thing.
    PROPOSER = "proposer"
    RESPONSIBLE = "responsible"
    PANEL = "panel"
    TEAM_LEADER = "team_leader"
    TEAM_RECORDER = "team_recorder"
    TEAM_MEMBER = "team_member"
    # The person a sign-up, an hour record or a certificate is of, and who is asked to consent for a minor.
    PERSON = "person"
    GUARDIAN = "guardian"
    CONVENER = "convener"
    CUSTODIAN = "custodian"
    PRINCIPAL = "principal"
    # Who of those that look after a building writes its cash book.
    BOOKKEEPER = "bookkeeper"
    # Who was asked to decide where two people did not agree.
    THIRD = "third"
    # Who lives or owns in the building, or the part of it, that a thing belongs to.
    HOUSEHOLD = "household"
    # Who writes an application down for somebody without a phone.
    SCRIBE = "scribe"
    # Who was named to review an application, and to accept what was done with its money.
    REVIEWER = "reviewer"
    ACCEPTOR = "acceptor"
    # Who may give and end a post.
    APPOINTER = "appointer"


NEIGHBOUR = frozenset({Role.RESIDENT, Role.OWNER})
COMMITTEE = frozenset({Role.WORKER, Role.DIRECTOR})
STAFF = COMMITTEE | {Role.OFFICER}
SPEAKERS = (
    NEIGHBOUR | STAFF | {Role.PROPERTY, Role.OWNERS_COMMITTEE, Role.PARTY, Role.OVERSIGHT, Role.BUILDING_HEAD}
)
# Roles that anybody has, and that of whoever runs the portal, who is nobody's neighbour by that.
STRANGER = frozenset({Role.VISITOR, Role.ACCOUNT, Role.OPERATOR})
ROLE_OF = {post: Role(post.value) for post in Post}
OFFICIAL = frozenset(ROLE_OF[post] for post in OFFICES)


# Asked for every page somebody signed in sees: in one question, and not built anew each time. It says the same as
# AppointmentQuerySet.on with `places.touching`, and RelationQuerySet.on with in_area (tests hold them together).
HELD = """
SELECT held.post
  FROM community_appointment held JOIN community_area place ON place.id = held.area_id
 WHERE held.person_id = %(person)s AND held.since <= %(day)s AND (held.until IS NULL OR held.until > %(day)s)
   AND (place.path LIKE %(inside)s OR %(place)s LIKE place.path || '%%')
UNION
SELECT 'resident'
  FROM community_residency held JOIN community_dwelling home ON home.id = held.dwelling_id
                                JOIN community_area place ON place.id = home.building_id
 WHERE held.person_id = %(person)s AND held.since <= %(day)s AND (held.until IS NULL OR held.until > %(day)s)
   AND held.status = 'verified' AND place.path LIKE %(inside)s
UNION
SELECT 'owner'
  FROM community_ownership held JOIN community_dwelling home ON home.id = held.dwelling_id
                                JOIN community_area place ON place.id = home.building_id
 WHERE held.person_id = %(person)s AND held.since <= %(day)s AND (held.until IS NULL OR held.until > %(day)s)
   AND held.status = 'verified' AND place.path LIKE %(inside)s
"""


def roles_in(user: Visitor, neighbourhood: Area) -> frozenset[Role]:
    """The roles of a visitor in a neighbourhood today; asked once per request and kept on the user object.

    Those of an office only where a second factor stands behind the account (`User.acts_in_offices`).
    """
    if not user.is_authenticated:
        return frozenset({Role.VISITOR})
    known: dict[int, frozenset[Role]] = user.__dict__.setdefault("_roles", {})
    if neighbourhood.pk not in known:
        held = _roles(user, neighbourhood)
        if not held.isdisjoint(OFFICIAL) and not user.acts_in_offices:
            held -= OFFICIAL
        if user.is_superuser and user.acts_in_offices:
            held |= {Role.OPERATOR}
        known[neighbourhood.pk] = frozenset({Role.VISITOR, Role.ACCOUNT}) | held
    return known[neighbourhood.pk]


def is_stranger(user: Visitor, neighbourhood: Area) -> bool:
    """Whether nothing ties somebody to a neighbourhood yet: neither a home or a title nor a post."""
    return roles_in(user, neighbourhood) <= STRANGER


def operated(user: Visitor) -> list[str]:
    """The paths of the areas for which somebody runs the portal; for superusers all of it. Asked once a request.

    Nothing without a second factor behind the account.
    """
    if not user.is_authenticated or not user.acts_in_offices:
        return []
    if user.is_superuser:
        return [""]
    known: list[str] | None = user.__dict__.get("_operated")
    if known is None:
        held = Appointment.objects.acted_in_by(user).filter(post=Post.OPERATOR)
        known = user.__dict__["_operated"] = list(held.values_list("area__path", flat=True))
    return known


def operates(user: Visitor, area: Area) -> bool:
    """Whether somebody runs the portal for an area: for itself or one around it, never for a part of it alone."""
    return any(area.path.startswith(path) for path in operated(user))


def appointments_of(user: Visitor, area: Area) -> list[Appointment]:
    """The posts a visitor holds today for an area, for one above it, or for a part of it."""
    person = getattr(user, "person_id", None)
    if person is None:
        return []
    return list(Appointment.objects.acted_in_by(user).filter(touching(area.path)).select_related("area"))


def holders(post: Post | str, area: Area) -> list[Appointment]:
    """Who holds a post for an area today, appointed to it or to an area around or inside it."""
    held = Appointment.objects.on(clock.today()).filter(touching(area.path), post=post)
    return list(held.select_related("person__user", "area"))


def _roles(user: Visitor, neighbourhood: Area) -> frozenset[Role]:
    if user.person_id is None:  # type: ignore[union-attr]
        return frozenset()
    known = {
        "person": user.person_id,  # type: ignore[union-attr]
        "day": clock.today().isoformat(),
        "place": neighbourhood.path,
        "inside": f"{neighbourhood.path}%",
    }
    with connection.cursor() as cursor:
        cursor.execute(HELD, known)
        return frozenset(Role(held) for (held,) in cursor.fetchall())


def forget_roles(user: Visitor) -> None:
    """Ask again who somebody is, after a change in the same request."""
    user.__dict__.pop("_roles", None)
    user.__dict__.pop("_operated", None)
