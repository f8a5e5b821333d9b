"""What looks odd about answers, and what it takes to leave one out."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.surveys.course import quality, selectors, services
from portal.surveys.models import Answer, Response
from portal.surveys.models.kinds import median
from portal.surveys.states import ResponseState, SurveyState
from tests.surveys.factories import Asking, hand_in, make_survey
from tests.worlds import kept

FULL: dict[str, Any] = {
    "age": "60-",
    "tenure": "owner",
    "elders": "yes",
    "help": ["meals"],
    "clean": 4,
    "order": ["ramp"],
    "people": 3,
    "since": "2001-05-01",
    "place": "花园",
    "wish": "请给 3 号楼门口装一个坡道",
    "canteen": "needed",
    "satisfied": {"firm": "good", "committee": "bad"},
}
MARKED = frozenset({"satisfied", "clean", "quiet"})


@pytest.mark.parametrize(
    ("values", "straight"),
    [
        ({"satisfied": {"a": "x", "b": "x", "c": "x", "d": "x"}}, True),
        ({"satisfied": {"a": "x", "b": "x", "c": "x"}}, False),
        ({"satisfied": {"a": "x", "b": "x", "c": "x", "d": "y"}}, False),
        ({"satisfied": {"a": "x", "b": "x", "c": "x"}, "clean": 3, "quiet": 3}, True),
        ({"satisfied": {"a": "x", "b": "x", "c": "x"}, "clean": 3, "quiet": 4}, False),
        ({"age": "60-", "canteen": "needed"}, False),
    ],
)
def test_the_same_mark_everywhere_is_straight(values: dict[str, Any], straight: bool) -> None:
    assert quality.is_straight(values, MARKED) is straight


def test_two_short_answers_may_well_be_alike() -> None:
    assert quality.fingerprint({"age": "60-", "tenure": "owner"}) is None
    assert quality.fingerprint(FULL) == quality.fingerprint(dict(reversed(FULL.items())))
    assert quality.fingerprint(FULL) != quality.fingerprint(FULL | {"people": 2})


@pytest.mark.parametrize(
    ("times", "middle"), [({}, None), ({60: 1}, 60), ({60: 1, 90: 1}, 60), ({1: 1, 9: 2}, 9)]
)
def test_the_middle_of_the_times(times: dict[int, int], middle: int | None) -> None:
    assert median(times) == middle


@kept
def make_odd() -> Asking:
    """A closed survey with six answers: two alike, one far too quick, three plain."""
    world = make_survey(state=SurveyState.CLOSED)
    for place in range(3):
        hand_in(world.survey, FULL | {"people": place + 1, "wish": f"第 {place} 件：多放几把长椅"})
    hand_in(world.survey, FULL)
    hand_in(world.survey, FULL)
    quick = hand_in(world.survey, {"age": "18-44"})
    quick.seconds = 79
    quick.save(update_fields=["seconds"])
    return world


@pytest.mark.django_db
def test_flags_are_the_same_when_looked_for_twice() -> None:
    world = make_odd()

    assert services.look(world.director, world.pk) == 3
    assert services.look(world.director, world.pk) == 3

    flags = sorted(tuple(flags) for flags in world.survey.responses.values_list("flags", flat=True))
    assert flags == [(), (), (), ("quick",), ("twice",), ("twice",)]


def odd_one(world: Asking) -> Response:
    return world.survey.responses.get(flags=["quick"])


@pytest.mark.django_db
def test_an_answer_left_out_is_counted_nowhere_and_can_be_put_back() -> None:
    world = make_odd()
    services.look(world.worker, world.pk)
    quick = odd_one(world)

    services.remove(world.worker, quick.pk, "quick", "79 秒答完 12 题")

    assert not Answer.objects.filter(response=quick).exists()
    assert selectors.removed(world.survey) == [("填得太快", 1)]
    entry = Entry.objects.get(action="survey.answer_removed")
    assert str(quick.pk) not in f"{entry.subject}{entry.data}"
    services.put_back(world.worker, quick.pk, "家里只有两题要答")
    assert Answer.objects.filter(response=quick, question__key="age", option__key="18-44").exists()
    assert selectors.removed(world.survey) == []


@pytest.mark.django_db
def test_an_answer_that_does_not_look_odd_is_shown_to_nobody() -> None:
    world = make_odd()
    services.look(world.worker, world.pk)
    plain = world.survey.responses.filter(flags=[]).first()
    assert plain is not None

    with pytest.raises(Http404):
        services.remove(world.worker, plain.pk, "other", "不好看")


@pytest.mark.django_db
def test_once_looked_through_nothing_is_left_out_any_more() -> None:
    world = make_odd()
    services.look(world.worker, world.pk)
    services.clean(world.worker, world.pk)

    with pytest.raises(NotPossible, match="不在核对"):
        services.remove(world.worker, odd_one(world).pk, "quick", "太快")

    assert odd_one(world).state == ResponseState.HANDED_IN
