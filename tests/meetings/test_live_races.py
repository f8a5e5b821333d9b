"""The hall when several reach for the same at once."""

from __future__ import annotations

import pytest

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.live.boards import answers_of
from portal.meetings.live.services import pulses, turns
from portal.meetings.models import Floor, LiveEvent, Pulse, Turn
from portal.meetings.states.hearing import HearingState as H
from tests import factories
from tests.concurrency import at_once
from tests.meetings.factories import HELD_AT, Scene, hearing_at

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RIVALS = 6


@pytest.fixture
def hall() -> Scene:
    """A hearing in session with an open queue."""
    scene = hearing_at(H.IN_SESSION)
    with clock.at(HELD_AT):
        turns.set_queue(scene.worker, scene.pk, queue="open")
    return scene


def test_two_clerks_call_one_speaker(hall: Scene) -> None:
    with clock.at(HELD_AT):
        turns.ask_turn(hall.delegates[0], hall.pk)

    def call(_number: int) -> Turn:
        with clock.at(HELD_AT):
            return turns.call_next(hall.worker, hall.pk)

    outcome = at_once(2, call, numbered=True)
    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert Turn.objects.filter(meeting_id=hall.pk).speaking().count() == 1


def test_all_answers_are_counted_and_numbers_have_no_gaps(hall: Scene) -> None:
    people = [factories.make_resident(within=hall.here) for _ in range(RIVALS)]
    with clock.at(HELD_AT):
        pulse = pulses.open_pulse(hall.worker, hall.pk, question="同意吗？", options=["是", "否"])
    before = Floor.objects.get(pk=hall.pk).sequence

    def answer(number: int) -> None:
        with clock.at(HELD_AT):
            pulses.answer_pulse(people[number], hall.pk, pulse=pulse.pk, option=0)

    assert at_once(RIVALS, answer, numbered=True).errors == []
    assert answers_of(Pulse.objects.get(pk=pulse.pk)) == [RIVALS, 0]
    assert Floor.objects.get(pk=hall.pk).sequence == before + RIVALS
    assert LiveEvent.objects.filter(meeting_id=hall.pk, number__gt=before).count() == 0
