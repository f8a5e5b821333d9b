"""Who takes a delegate's seat, or an observer's, when somebody leaves."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.leaving import Item, Leaving
from portal.community.models import Person, User
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import events
from portal.meetings.models import Hearing, Participant, Registration
from portal.meetings.permissions import HEARINGS, SEATED
from portal.meetings.selectors import neighbours_by_key
from portal.meetings.services.vacancies import locks, owe
from portal.meetings.states.hearing import HearingState as H

SEAT_DUTY = "hearing.replace"
OBSERVED = frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.POSTPONED})


@transaction.atomic
def replace_delegate(user: User, pk: int, *, seat: int, person: Person) -> Hearing:
    """Give a delegate's seat to somebody else, who speaks for the same group; both are told.

    What was said in rounds before stays with who said it. Raises NotPossible for a seat that is none of this panel,
    and for somebody who neither lives nor owns here, or has a part in the hearing already.
    """
    hearing = HEARINGS.take(user, pk, "replace_delegate")
    member = hearing.participants.sitting().filter(pk=seat).first()
    if member is None:
        raise NotPossible(_("That person is not on this panel."))
    return pass_seat(user, member, hearing, person)


def pass_seat(user: User, member: Participant, hearing: Hearing, person: Person) -> Hearing:
    """Give a seat of a locked hearing to somebody else, as `replace_delegate` says."""
    _check_delegate(hearing, person)
    hearing.registrations.filter(person=person).delete()
    left = member.person_id
    _seat(member, person)
    told, group = accounts_of(person.pk), {"group": member.group}
    announce(events.REPLACED, hearing, by=user, to=told, data=group)
    announce(events.SEAT_PASSED, hearing, to=accounts_of(left))
    if not absent(hearing):
        duties.close(SEAT_DUTY, hearing, by=user)
    return hearing


def absent(hearing: Hearing) -> set[int]:
    """The keys of delegates who neither live nor own in the neighbourhood any more; they make no quorum."""
    people = set(hearing.participants.sitting().values_list("person", flat=True))
    return people - neighbours_by_key(hearing.neighbourhood, people)


# --- what hangs on somebody who leaves ---

lock = locks(Hearing)


def seats_of(leaving: Leaving) -> QuerySet[Participant]:
    """The seats of somebody who moves away or closes the account, on panels that are still to meet."""
    held = Participant.objects.sitting().filter(
        leaving.within("meeting__neighbourhood", leaving.moved_from),
        person=leaving.person,
        meeting__hearing__isnull=False,
        meeting__state__in=SEATED,
    )
    return held.select_related("meeting__hearing__neighbourhood").order_by("pk")


def seat_shown(leaving: Leaving, member: Participant) -> Item:
    """One of them, as the page of the leaving lists it."""
    hearing = member.meeting.hearing
    return Item(
        f"{hearing.title} · {member.group}",
        _("the committee names another delegate"),
        hearing.get_absolute_url(),
    )


def vacate(leaving: Leaving, seats: list[Participant]) -> None:
    """The committee owes another delegate before the hearing, and is told."""
    for member in seats:
        hearing = member.meeting.hearing
        owe(hearing, SEAT_DUTY, events.SEAT_VACANT, leaving.person, leaving.by, group=member.group)


def observers_of(leaving: Leaving) -> QuerySet[Registration]:
    """The observers' seats of somebody who moves away or closes the account."""
    taken = Registration.objects.filter(
        leaving.within("hearing__neighbourhood", leaving.moved_from),
        person=leaving.person,
        hearing__state__in=OBSERVED,
    )
    return taken.select_related("hearing__neighbourhood").order_by("pk")


def observer_shown(leaving: Leaving, taken: Registration) -> Item:
    """One of them, as the page of the leaving lists it."""
    title = _("%(title)s, seat %(seat)d") % {"title": taken.hearing.title, "seat": taken.seat}
    return Item(title, _("is free again"), taken.hearing.get_absolute_url())


def free_observers(leaving: Leaving, seats: list[Registration]) -> None:
    """Others can take them."""
    for taken in seats:
        taken.delete()
        announce(events.UNREGISTERED, taken.hearing, data={"seat": taken.seat})


def _seat(member: Participant, person: Person) -> None:
    """Somebody who never came leaves no trace in the minutes; what others said stays theirs."""
    if member.rounds:
        member.replaced_at = clock.now()
        member.save(update_fields=["replaced_at"])
        Participant.objects.create(meeting=member.meeting, person=person, group=member.group)
    else:
        member.person = person
        member.save(update_fields=["person"])


def _check_delegate(hearing: Hearing, person: Person) -> None:
    if person.pk == hearing.plan_person_id:
        raise NotPossible(_("Whoever presents the plan cannot sit on the panel that judges it."))
    if person.pk == hearing.chair_id:
        raise NotPossible(_("Whoever chairs the hearing has no seat on the panel."))
    if hearing.participants.filter(person=person).exists():
        raise NotPossible(_("This person has or had a seat on the panel already."))
    if person.pk not in neighbours_by_key(hearing.neighbourhood, [person.pk]):
        raise NotPossible(_("Every member of the panel must live or own in this neighbourhood."))
