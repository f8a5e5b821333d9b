"""A hearing that was cancelled by mistake takes place after all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.deliberation.states import State
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.services import hearings, reinstating
from portal.meetings.states.hearing import HearingState as H
from tests import factories
from tests.meetings.factories import HELD_AT, Scene, hearing_at, plan, register, standing, told

pytestmark = pytest.mark.django_db


def cancelled(state: H) -> Scene:
    scene = hearing_at(state)
    scene.now = min(scene.now, HELD_AT - timedelta(hours=1))
    with clock.at(scene.now):
        hearings.cancel(scene.worker, scene.pk, reason="弄错了")
    return scene


def again(scene: Scene) -> None:
    reinstating.reinstate(scene.worker, scene.pk, reason="没有弄错")


@pytest.mark.parametrize("state", [H.PLANNED, H.PANEL_SET, H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED])
def test_it_goes_on_where_it_stood_owed_as_before_and_all_are_told(state: H) -> None:
    before = hearing_at(state)
    owed = [(duty.kind, duty.post) for duty in standing(before)]
    scene = cancelled(state)

    with clock.at(scene.now):
        again(scene)

    hearing = scene.fresh()
    assert (hearing.state, hearing.reason, hearing.cancelled_from, hearing.cancelled_at) == (
        state,
        "",
        "",
        None,
    )
    assert [(duty.kind, duty.post) for duty in standing(scene)] == owed
    if state is not H.PLANNED:
        assert "hearing.reinstated" in told(scene.delegates[0])
    scene.topic.refresh_from_db()
    assert scene.topic.state == State.IN_FORUM


def test_seats_that_were_taken_stay_taken() -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(scene.now):
        register(scene, factories.make_resident(within=scene.here))
        hearings.cancel(scene.worker, scene.pk, reason="弄错了")
        again(scene)

    assert scene.fresh().registrations.count() == 1


def test_from_its_planned_beginning_on_it_stays_cancelled() -> None:
    scene = cancelled(H.CONFIRMED)
    begins = scene.fresh().starts_at
    assert begins is not None

    with clock.at(begins), pytest.raises(NotPossible):
        again(scene)


def test_one_without_a_date_is_taken_up_within_some_days() -> None:
    scene = cancelled(H.PLANNED)

    with clock.at(reinstating.cancelled_for_good_at(scene.fresh())), pytest.raises(NotPossible):
        again(scene)


def test_where_another_hearing_took_its_place_it_stays_cancelled() -> None:
    scene = cancelled(H.ANNOUNCED)
    first = scene.hearing
    with clock.at(scene.now):
        plan(scene)
        scene.hearing = first

        with pytest.raises(NotPossible):
            again(scene)
