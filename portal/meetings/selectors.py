"""Hearings on a subject, as the apps above ask for them; and whom the news of a hearing reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from portal.community.models import Area, Ownership, Residency, User, Visitor
from portal.community.selectors import members
from portal.kit import clock
from portal.meetings.models import Hearing, Meeting
from portal.meetings.states.hearing import OVER, HearingState


def hearings_about(*subjects: str) -> QuerySet[Hearing]:
    """The hearings on these subjects, by their keys, the oldest first."""
    return Hearing.objects.filter(subject__in=subjects).order_by("pk")


def running_about(*subjects: str) -> QuerySet[Hearing]:
    """Those of which something is still to come."""
    return hearings_about(*subjects).exclude(state__in=OVER)


def affected(hearing: Hearing) -> QuerySet[User]:
    """The accounts of all who live or own where the matter applies."""
    return members(hearing.area)


def delegates(hearing: Hearing) -> QuerySet[User]:
    """The accounts of the panel; a delegate without a phone has none."""
    return User.objects.filter(is_active=True, person__in=hearing.participants.values("person"))


def taking_part(hearing: Hearing) -> QuerySet[User]:
    """The accounts of the panel and of those who registered."""
    listed = Q(person__in=hearing.participants.values("person")) | Q(
        person__in=hearing.registrations.values("person")
    )
    return User.objects.filter(listed, is_active=True)


def needing_no_seat(user: Visitor, meetings: Iterable[Meeting]) -> list[int]:
    """Of meetings whose observers' seats can be taken, the keys of those the visitor takes part in or has a seat at."""
    person = getattr(user, "person_id", None)
    open_now = [one.pk for one in meetings if one.state == HearingState.REGISTRATION]
    if person is None or not open_now:
        return []
    seated = Q(participants__person=person, participants__replaced_at=None) | Q(registrations__person=person)
    leads = Q(chair=person) | Q(plan_person=person)
    found = Hearing.objects.filter(seated | leads, pk__in=open_now).order_by("pk")
    return list(found.values_list("pk", flat=True).distinct())


def came_to(hearing: Hearing) -> tuple[int, int]:
    """How many delegates are noted as present in this round and still live or own here; how many seats there are."""
    panel = list(hearing.participants.sitting().values_list("person", "rounds"))
    present = [person for person, rounds in panel if hearing.round in rounds]
    return len(neighbours_by_key(hearing.neighbourhood, present)), len(panel)


def neighbours_by_key(area: Area, keys: Collection[int]) -> set[int]:
    """Which of these persons live or own inside an area today."""
    return {
        person
        for model in (Residency, Ownership)
        for person in model.objects.on(clock.today())
        .in_area(area)
        .filter(person__in=keys)
        .values_list("person_id", flat=True)
    }
