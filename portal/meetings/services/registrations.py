"""Observers' seats at a hearing: taken one by one under the hearing's lock, and given back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Person, User
from portal.community.selectors import accounts_of, person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import rules
from portal.meetings.events import REGISTERED, UNREGISTERED
from portal.meetings.models import Hearing, Registration
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import neighbours_by_key
from portal.voting.models import Channel


@transaction.atomic
def register(user: User, pk: int, *, wants_to_speak: bool = False) -> Registration:
    """Take a seat to listen, or to speak. Whoever has one keeps it; only the wish to speak changes."""
    hearing = HEARINGS.take(user, pk, "register")
    return _seat(hearing, person_of(user), by=user, wants_to_speak=wants_to_speak)


@transaction.atomic
def register_for(
    user: User, pk: int, *, person_pk: int, channel: Channel | str, wants_to_speak: bool = False
) -> Registration:
    """Take a seat for a neighbour who rang, wrote or came to the counter; the channel is kept with it."""
    hearing = HEARINGS.take(user, pk, "register_for")
    person = Person.objects.filter(pk__in=neighbours_by_key(hearing.neighbourhood, [person_pk])).first()
    if person is None:
        raise NotPossible(_("Only those who live or own in the neighbourhood take a seat."))
    return _seat(hearing, person, by=user, wants_to_speak=wants_to_speak, channel=channel)


@transaction.atomic
def unregister(user: User, pk: int) -> Hearing:
    """Give one's seat back; somebody else can take it."""
    hearing = HEARINGS.take(user, pk, "unregister")
    taken = hearing.registrations.filter(person=person_of(user)).first()
    if taken is None:
        raise NotPossible(_("You have no seat at this hearing."))
    taken.delete()
    announce(UNREGISTERED, hearing, by=user, data={"seat": taken.seat})
    return hearing


def has_seat(hearing: Hearing, user: User) -> bool:
    """Whether an account's person has a seat of the observers."""
    return hearing.registrations.filter(person=user.person_id or 0).exists()


def require_ahead(hearing: Hearing) -> None:
    """Refuse to give seats of a hearing whose hour has come."""
    if hearing.starts_at and clock.now() >= hearing.starts_at:
        raise NotPossible(_("The hearing has begun; no more seats are given out."))


def _seat(
    hearing: Hearing,
    person: Person,
    *,
    by: User,
    wants_to_speak: bool,
    channel: Channel | str = Channel.ONLINE,
) -> Registration:
    require_ahead(hearing)
    if _takes_part(hearing, person):
        raise NotPossible(
            _("Whoever sits on the panel, chairs or presents the plan needs no observer's seat.")
        )
    before = hearing.registrations.filter(person=person).first()
    if before is not None:
        Registration.objects.filter(pk=before.pk).update(wants_to_speak=wants_to_speak)
        before.wants_to_speak = wants_to_speak
        return before
    return _new_seat(hearing, person, by=by, wants_to_speak=wants_to_speak, channel=channel)


def _new_seat(
    hearing: Hearing, person: Person, *, by: User, wants_to_speak: bool, channel: Channel | str
) -> Registration:
    taken = set(hearing.registrations.values_list("seat", flat=True))
    seat = rules.free_seat(taken, hearing.seats)
    if seat is None:
        raise NotPossible(
            _("All seats are taken. The minutes and the opinion will be published on this page.")
        )
    made = Registration.objects.create(
        hearing=hearing,
        person=person,
        seat=seat,
        wants_to_speak=wants_to_speak,
        channel=channel,
        entered_by=None if channel == Channel.ONLINE else by.person,
    )
    told, data = accounts_of(person.pk), {"seat": seat, "channel": str(channel)}
    announce(REGISTERED, hearing, by=by, to=told, data=data, seat=seat)
    return made


def _takes_part(hearing: Hearing, person: Person) -> bool:
    if person.pk in {hearing.chair_id, hearing.plan_person_id}:
        return True
    return hearing.participants.filter(Q(person=person)).exists()
