"""Two records of one human become one, are parted again, or somebody leaves: what of surveys hangs on them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.community.models import Residency, User
from portal.kit import clock
from portal.register.services import persons
from portal.surveys.answering import services
from portal.surveys.course.frame import unit_for
from portal.surveys.models import Booking, Disposition, FrameUnit, Mode, Response, Unit
from portal.surveys.states import BookingState, ResponseState
from tests.factories import make_user, person_of
from tests.surveys.factories import Asking, make_survey
from tests.surveys.reception_factories import make_booking, make_desk
from tests.worlds import kept

pytestmark = pytest.mark.django_db

LEAST = {"age": "60-", "elders": "no"}


@kept
def make_doubled() -> tuple[Asking, User, FrameUnit, FrameUnit]:
    """A survey of adults, by name, that asks one human twice."""
    asking = make_survey(mode=Mode.NAMED, unit=Unit.ADULT)
    other = make_user()
    first, second = (
        FrameUnit.objects.create(
            survey=asking.survey, number=number, dwelling=asking.home, person=person_of(user)
        )
        for number, user in ((8, asking.resident), (9, other))
    )
    return asking, other, first, second


def unite(boss: User, kept_user: User, other: User) -> int:
    made = persons.unite(boss, person_of(kept_user).pk, person_of(other), "同一人两份记录")
    return made.pk


def handed_in(user: User, asking: Asking) -> Response:
    response = services.begin(user, asking.pk)
    services.save(response, LEAST)
    return services.hand_in(response, uuid4())


def unit(made: FrameUnit) -> FrameUnit:
    return FrameUnit.objects.get(pk=made.pk)


def test_of_two_units_one_is_asked_and_the_other_is_nobody_until_they_are_parted() -> None:
    asking, other, first, second = make_doubled()

    change = unite(asking.director, asking.resident, other)

    assert unit_for(asking.resident, asking.survey) == first
    assert unit(second).disposition == Disposition.EMPTY
    persons.take_back(asking.director, change)
    assert unit(second).disposition == ""
    assert unit_for(User.objects.get(pk=other.pk), asking.survey) == second


def test_what_the_record_that_goes_handed_in_counts_once_and_nobody_answers_again() -> None:
    asking, other, first, second = make_doubled()
    response = handed_in(other, asking)

    change = unite(asking.director, asking.resident, other)

    assert [unit(one).handed_in_on is not None for one in (first, second)] == [True, False]
    assert [one.pk for one in Response.objects.filter(state=ResponseState.HANDED_IN)] == [response.pk]
    with pytest.raises(services.HandedInAlready):
        services.begin(User.objects.get(pk=asking.resident.pk), asking.pk)
    persons.take_back(asking.director, change)
    assert [unit(one).handed_in_on is not None for one in (first, second)] == [False, True]


def test_of_two_times_on_one_day_one_stays_and_comes_back_when_they_are_parted() -> None:
    desk = make_desk()
    early, late = make_booking(desk), make_booking(desk, desk.neighbour, 2)

    change = unite(desk.director, desk.resident, desk.neighbour)

    held = Booking.objects.exclude(state=BookingState.GIVEN_BACK)
    assert held.filter(person=person_of(desk.resident)).get() == early
    persons.take_back(desk.director, change)
    assert held.filter(person=person_of(desk.neighbour)).get() == late


def test_whoever_moves_away_is_asked_no_more_and_whoever_lives_there_goes_on() -> None:
    asking = make_survey(mode=Mode.NAMED)
    begun = services.begin(asking.resident, asking.pk)
    services.save(begun, {"age": "60-"})

    yesterday = clock.today() - timedelta(days=1)
    Residency.objects.filter(person=person_of(asking.resident)).update(since=yesterday, until=yesterday)

    with pytest.raises(services.NotAsked):
        services.begin(User.objects.get(pk=asking.resident.pk), asking.pk)
    assert Response.objects.get(pk=begun.pk).values == {"age": "60-"}
