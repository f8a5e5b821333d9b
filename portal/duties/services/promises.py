"""Opening, keeping and dropping a promise, and who owes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Person, Post, User, Visitor, stands_for
from portal.community.places import touching
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.kinds import OFFICIAL
from portal.duties.levels import remind_moment
from portal.duties.models import Duty, DutyQuerySet
from portal.kit import clock
from portal.record.services import key


def open_duty(  # noqa: PLR0913 - what a promise has
    kind: str,
    subject: Any,
    *,
    due: Deadline,
    person: Person | None = None,
    post: Post | str = "",
    area: Area | None = None,
    neighbourhood: Area | None = None,
    title: str = "",
    url: str = "",
) -> Duty:
    """Let a person, or whoever holds a post for an area (default: the neighbourhood), owe something.

    Idempotent: while a duty of this kind on this subject (and person) stands, it is returned as it is.
    `subject`: a thing with a neighbourhood, a title and a page, or the key of one; what is given besides stands
    instead. What is owed is said by the kind (see `register_kinds`).
    """
    now, here = clock.now(), neighbourhood or subject.neighbourhood
    # Nobody is late from the first moment on: not even where the portal comes too late to ask.
    due = due if due.at > now else add_working_days(now, 1)
    duty, _new = Duty.objects.active().get_or_create(
        kind=kind,
        subject=_key(subject),
        person=person,
        defaults={
            "neighbourhood": here,
            "title": (title or subject.title)[:200],
            "url": url or subject.get_absolute_url(),
            "post": "" if person else post,
            "area": None if person else area or here,
            "opened_at": now,
            "due_at": due.at,
            "counted_from": due.since,
            "counted_in": due.unit,
            "counted_by": due.rule,
            "remind_at": remind_moment(now, due.at),
            "provisional": due.provisional,
        },
    )
    return duty


def close(kind: str, subject: Model | str, *, by: User | None = None, person: Person | None = None) -> int:
    """The promise was kept: by its person where named, else all of this kind. Returns how many there were."""
    standing = Duty.objects.active().about(_key(subject)).filter(kind=kind)
    if person is not None:
        standing = standing.filter(person=person)
    return standing.update(done_at=clock.now(), done_by=by)


def drop(subject: Model | str, kind: str | None = None) -> int:
    """The reason for promises is gone, such as when a topic is withdrawn. Returns how many were dropped."""
    standing = Duty.objects.active().about(_key(subject))
    return (standing.filter(kind=kind) if kind else standing).update(dropped_at=clock.now())


def waiting_for(user: Visitor) -> DutyQuerySet:
    """What an account owes today, itself or by its posts, the most urgent first; without what a colleague has taken."""
    person = getattr(user, "person_id", None)
    return owed_in_team(user).filter(Q(taken_by=None) | Q(taken_by=person))


def owed_in_team(user: Visitor) -> DutyQuerySet:
    """What an account or a colleague with the same post owes today."""
    mine = owed_q(user)
    return Duty.objects.active().filter(mine).select_related("person", "area", "neighbourhood")


def owed_q(user: Visitor) -> Q:
    """What an account owes today, itself or by its posts, as a condition. One query."""
    person = getattr(user, "person_id", None)
    if person is None:
        return Q(pk__in=())
    held = list(
        Appointment.objects.on(clock.today()).filter(person=person).select_related("area", "deputy_for")
    )
    mine = Q(person=person) | owed_by(held)
    absent = [one.deputy_for.person_id for one in held if one.deputy_for]
    return mine | Q(person__in=absent, kind__in=OFFICIAL) if absent else mine


def owed_by(appointments: Iterable[Appointment]) -> Q:
    """What these posts owe, as a condition: their own duties and those of the posts they stand for."""
    owed = (Q(touching(held.area.path), post__in=stands_for(held.post)) for held in appointments)
    return reduce(or_, owed, Q(pk__in=()))


@dataclass(frozen=True)
class Ower:
    """Who owes a duty, as the public reads it; `person`: who of them has it in hand, None where nobody yet."""

    name: str
    person: int | None


def owers_of(duties: Iterable[Duty]) -> dict[int, Ower]:
    """Who owes each duty, and who has it in hand. One query for all that are owed by posts."""
    listed = list(duties)
    held = _appointments([duty for duty in listed if duty.post])
    return {duty.pk: _ower(duty, held) for duty in listed}


def who_owes(duties: Iterable[Duty]) -> dict[int, str]:
    """Who owes each duty, as the public reads it: 物业 李经理. One query for all that are owed by posts."""
    return {pk: ower.name for pk, ower in owers_of(duties).items()}


def _key(subject: Model | str) -> str:
    return subject if isinstance(subject, str) else key(subject)


def _appointments(duties: list[Duty]) -> list[Appointment]:
    areas = {duty.area.path for duty in duties if duty.area}
    if not areas:
        return []
    there = reduce(or_, map(touching, areas))
    takers = {duty.taken_by_id for duty in duties if duty.taken_by_id}
    whose = Q(post__in={duty.post for duty in duties}) | Q(person__in=takers)
    held = Appointment.objects.on(clock.today()).filter(there, whose)
    return list(held.select_related("person", "area").order_by("pk"))


def _ower(duty: Duty, appointments: list[Appointment]) -> Ower:
    if duty.person is not None:
        return Ower(duty.person.public_name, duty.person_id)
    here = [one for one in appointments if one.post == duty.post and _touch(one, duty)]
    if taken := [one for one in appointments if one.person_id == duty.taken_by_id and _may(one, duty)]:
        return _in_hand(taken[0])
    away = {one.deputy_for_id for one in here}
    held = [one for one in here if one.pk not in away]
    if len(held) == 1:
        return _in_hand(held[0])
    post = str(Post(duty.post).label)
    return Ower(post if held else _("%(post)s (nobody holds the post)") % {"post": post}, None)


def _in_hand(held: Appointment) -> Ower:
    return Ower(held.record_title, held.person_id)


def _may(held: Appointment, duty: Duty) -> bool:
    """Whether a post, or one that stands for it, owes a duty."""
    return duty.post in stands_for(held.post) and _touch(held, duty)


def _touch(held: Appointment, duty: Duty) -> bool:
    return duty.area is not None and held.area.touches(duty.area)
