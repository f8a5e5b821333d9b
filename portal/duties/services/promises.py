"""Opening, keeping and dropping a promise, and who owes it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from portal.community.models import STANDS_FOR, Appointment, Area, Person, Post, User, Visitor
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
    """What an account owes today, itself or by its posts, the most urgent first."""
    person = getattr(user, "person_id", None)
    if person is None:
        return Duty.objects.none()
    held = list(
        Appointment.objects.on(clock.today()).filter(person=person).select_related("area", "deputy_for")
    )
    mine = reduce(or_, [_owed_by(appointment) for appointment in held], Q(person=person))
    absent = [one.deputy_for.person_id for one in held if one.deputy_for]
    if absent:
        mine |= Q(person__in=absent, kind__in=OFFICIAL)
    return Duty.objects.active().filter(mine).select_related("person", "area", "neighbourhood")


def who_owes(duties: Iterable[Duty]) -> dict[int, str]:
    """Who owes each duty, as the public reads it: 物业 李经理. One query for all that are owed by posts."""
    listed = list(duties)
    held = _appointments([duty for duty in listed if duty.post])
    return {duty.pk: _name(duty, held) for duty in listed}


def _key(subject: Model | str) -> str:
    return subject if isinstance(subject, str) else key(subject)


def _owed_by(held: Appointment) -> Q:
    return Q(touching(held.area.path), post__in=STANDS_FOR.get(held.post, (held.post,)))


def _appointments(duties: list[Duty]) -> list[Appointment]:
    areas = {duty.area.path for duty in duties if duty.area}
    if not areas:
        return []
    there = reduce(or_, map(touching, areas))
    held = Appointment.objects.on(clock.today()).filter(there, post__in={duty.post for duty in duties})
    return list(held.select_related("person", "area").order_by("pk"))


def _name(duty: Duty, appointments: list[Appointment]) -> str:
    if duty.person is not None:
        return duty.person.public_name
    here = [one for one in appointments if one.post == duty.post and _touch(one.area, duty.area)]
    away = {one.deputy_for_id for one in here}
    held = [one for one in here if one.pk not in away]
    if len(held) == 1:
        return f"{held[0].title} {held[0].person.public_name}"
    post = str(Post(duty.post).label)
    return post if held else _("%(post)s (nobody holds the post)") % {"post": post}


def _touch(one: Area, other: Area | None) -> bool:
    return other is not None and (one.within(other) or other.within(one))
