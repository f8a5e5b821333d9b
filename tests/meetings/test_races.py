"""Seats when several reach for them at once. Without the lock the race is there, and the database still holds."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Hearing, Mark
from portal.meetings.permissions import HEARINGS
from portal.meetings.services import hearings, registrations
from portal.meetings.states.hearing import HearingState as H
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.concurrency import at_once
from tests.meetings.factories import HELD_AT, Scene, hearing_at, plan

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RIVALS = 6


def scene_with_seats(seats: int) -> tuple[Scene, list[User]]:
    """A hearing that takes registrations, and neighbours who want a seat."""
    scene = hearing_at(H.REGISTRATION)
    Hearing.objects.filter(pk=scene.pk).update(seats=seats)
    return scene, [factories.make_resident(within=scene.here) for _ in range(RIVALS)]


def reach_for_a_seat(scene: Scene, user: User) -> int:
    """Register at the scene's moment."""
    with clock.at(scene.now):
        return registrations.register(user, scene.pk).seat


def test_the_last_seat_goes_to_one() -> None:
    scene, rivals = scene_with_seats(1)

    outcome = at_once(RIVALS, lambda n: reach_for_a_seat(scene, rivals[n]), numbered=True)

    assert outcome.results == [1]
    assert [type(error) for error in outcome.errors] == [NotPossible] * (RIVALS - 1)
    assert scene.hearing.registrations.count() == 1


def test_each_rival_gets_a_seat_of_its_own_while_there_are_seats() -> None:
    scene, rivals = scene_with_seats(4)

    outcome = at_once(RIVALS, lambda n: reach_for_a_seat(scene, rivals[n]), numbered=True)

    assert sorted(outcome.results) == [1, 2, 3, 4]
    assert [type(error) for error in outcome.errors] == [NotPossible, NotPossible]


def test_without_the_lock_rivals_reach_for_the_same_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_lock(user: User, pk: int, action: str) -> Hearing:
        return HEARINGS.get(user, pk, action)

    monkeypatch.setattr(HEARINGS, "take", without_lock)
    collided = 0

    for _ in range(5):
        scene, rivals = scene_with_seats(RIVALS)
        outcome = at_once(RIVALS, lambda n: reach_for_a_seat(scene, rivals[n]), numbered=True)  # noqa: B023
        collided += sum(isinstance(error, IntegrityError) for error in outcome.errors)
        seats = list(scene.hearing.registrations.values_list("seat", flat=True))
        assert len(set(seats)) == len(seats) == len(outcome.results)

    assert collided


def test_one_neighbour_who_taps_often_has_one_seat() -> None:
    scene, rivals = scene_with_seats(RIVALS)

    outcome = at_once(RIVALS, lambda: reach_for_a_seat(scene, rivals[0]))

    assert outcome.results == [1] * RIVALS
    entries = Entry.objects.filter(subject=key(scene.hearing), action="hearing.registered")
    assert entries.count() == 1


def test_a_topic_gets_one_hearing_however_many_plan_one() -> None:
    scene = hearing_at(H.CANCELLED)

    def again() -> None:
        with clock.at(scene.now):
            plan(scene)

    outcome = at_once(RIVALS, again)

    assert len(outcome.results) == 1
    assert Hearing.objects.filter(subject=key(scene.topic)).exclude(state=H.CANCELLED).count() == 1


def test_a_hearing_is_either_postponed_or_goes_on() -> None:
    scene = hearing_at(H.REGISTRATION)

    def act(n: int) -> None:
        with clock.at(scene.now):
            if n % 2:
                hearings.postpone(scene.worker, scene.pk, reason="台风")
            else:
                hearings.confirm_list(scene.worker, scene.pk)

    outcome = at_once(RIVALS, act, numbered=True)

    steps = list(
        Entry.objects.filter(subject=key(scene.hearing))
        .order_by("sequence")
        .values_list("action", flat=True)[4:]
    )
    assert steps in (["hearing.postponed"], ["hearing.confirmed", "hearing.postponed"])
    assert len(outcome.results) == len(steps)


def test_minutes_change_or_are_marked_but_a_mark_never_stands_on_another_text() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    member = scene.member(scene.delegates[0])

    def act(n: int) -> None:
        with clock.at(HELD_AT):
            if n % 2:
                minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.SIGNED)
            else:
                views = {one.pk: minutes.View("for") for one in scene.hearing.participants.all()}
                minutes.draft_minutes(scene.worker, scene.pk, text=f"第 {n} 稿", views=views)

    at_once(RIVALS, act, numbered=True)

    entries = Entry.objects.filter(subject=key(scene.hearing)).order_by("-sequence")
    last = entries.filter(action__in=["hearing.marked", "hearing.minutes_changed"])[0].action
    member.refresh_from_db()
    assert bool(member.mark) == (last == "hearing.marked")
