"""The rota: by the order of flats, by hand, swapped between two households, ticked when done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal.boards.models import RotaDay
from portal.boards.services import rota
from portal.boards.states import SwapState
from portal.community.models import Post
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from tests.boards.factories import House, make_house, make_rota, soon
from tests.factories import person_of
from tests.worlds import kept

pytestmark = pytest.mark.django_db


@kept
def house_with_rota() -> tuple[House, list[RotaDay]]:
    """A building whose four flats are on duty one after the other."""
    house = make_house()
    return house, make_rota(house)


def rooms(house: House) -> list[str]:
    return [day.dwelling.room for day in house.board.rota.select_related("dwelling").order_by("day")]


def test_days_go_round_by_the_order_of_flats_and_what_was_given_by_hand_stays() -> None:
    house = make_house()
    rota.set_day(house.head, house.pk, soon(2), house.homes[3])

    rota.plan(house.head, house.pk, soon(), 1, house.homes[1])

    assert rooms(house) == ["202", "302", "301", "302", "201", "202", "301"]


def test_who_is_on_duty_is_no_matter_of_the_public_record() -> None:
    house, _days = house_with_rota()

    assert "201" not in str([entry.data for entry in Entry.objects.filter(action="board.rota")])


def test_a_neighbour_is_asked_owes_an_answer_and_agrees() -> None:
    house, days = house_with_rota()

    swap = rota.ask_swap(house.first, days[0].pk, days[1])
    duty = Duty.objects.active().get(kind="board.swap")
    asked = Notice.objects.get(kind="board.swap_asked")
    rota.agree(house.second, swap.pk)

    assert (duty.person, asked.user) == (person_of(house.second), house.second)
    assert duty.due_at <= clock.at_time(days[0].day, 0, 0)
    assert rooms(house)[:2] == ["202", "201"]
    assert Notice.objects.get(kind="board.swap_agreed").user == house.first
    assert not Duty.objects.active().exists()


def test_a_refused_or_withdrawn_wish_leaves_the_days_as_they_are() -> None:
    house, days = house_with_rota()

    rota.refuse(house.second, rota.ask_swap(house.first, days[0].pk, days[1]).pk)
    rota.withdraw(house.first, rota.ask_swap(house.first, days[0].pk, days[1]).pk)

    assert rooms(house)[:2] == ["201", "202"]
    assert [swap.state for swap in house.board.swaps.all()] == [SwapState.REFUSED, SwapState.WITHDRAWN]
    assert not Duty.objects.active().exists()


def test_only_those_whose_days_they_are_ask_and_answer() -> None:
    house, days = house_with_rota()
    swap = rota.ask_swap(house.first, days[0].pk, days[1])

    for wrong in (house.first, house.head, house.other_head, house.worker):
        with pytest.raises(PermissionDenied):
            rota.agree(wrong, swap.pk)
    with pytest.raises(PermissionDenied):
        rota.ask_swap(house.second, days[0].pk, days[2])


def test_the_head_answers_for_a_household_without_a_phone() -> None:
    house, days = house_with_rota()

    swap = rota.ask_swap(house.first, days[0].pk, days[3])

    duty = Duty.objects.active().get(kind="board.swap")
    assert (duty.post, duty.area) == (Post.BUILDING_HEAD, house.building)
    assert Notice.objects.get(kind="board.swap_asked").user == house.head
    rota.agree(house.head, swap.pk)
    assert rooms(house)[:4] == ["302", "202", "301", "201"]


def test_a_day_that_went_to_another_household_is_no_longer_what_was_asked_about() -> None:
    house, days = house_with_rota()
    swap = rota.ask_swap(house.first, days[0].pk, days[1])

    rota.set_day(house.head, house.pk, days[1].day, house.homes[3])

    with pytest.raises(NotPossible):
        rota.agree(house.second, swap.pk)
    swap.refresh_from_db()
    assert swap.state is SwapState.LAPSED
    assert not Duty.objects.active().exists()


def test_an_unanswered_wish_lapses_when_the_first_day_has_come_and_its_asker_is_told_once() -> None:
    house, days = house_with_rota()
    rota.ask_swap(house.first, days[2].pk if days[2].dwelling == house.homes[0] else days[0].pk, days[1])

    with clock.at(clock.now() + timedelta(days=1)):
        for _again in range(2):
            rota.lapse_unanswered()

    assert Notice.objects.filter(kind="board.swap_lapsed").count() == 1
    assert not Duty.objects.active().exists()


def test_one_wish_a_day_at_a_time_and_never_for_one_s_own_day_or_today() -> None:
    house, days = house_with_rota()
    rota.ask_swap(house.first, days[0].pk, days[1])

    with pytest.raises(NotPossible):
        rota.ask_swap(house.first, days[0].pk, days[2])
    with pytest.raises(NotPossible):
        rota.ask_swap(house.first, days[4].pk, days[0])
    with clock.at(clock.now() + timedelta(days=2)), pytest.raises(NotPossible):
        rota.ask_swap(house.first, days[4].pk, days[1])


def test_a_day_is_ticked_by_its_household_or_the_head_once_it_has_come() -> None:
    house, days = house_with_rota()

    with pytest.raises(NotPossible):
        rota.done(house.first, days[0].pk)
    with clock.at(clock.now() + timedelta(days=2)):
        rota.done(house.first, days[0].pk)
        rota.done(house.head, days[1].pk)
        with pytest.raises(PermissionDenied):
            rota.done(house.first, days[1].pk)

    assert house.board.rota.exclude(done_at=None).count() == 2


def test_tomorrow_s_household_is_told_once() -> None:
    house, _days = house_with_rota()

    for _again in range(2):
        rota.tell_tomorrow()

    assert [notice.user for notice in Notice.objects.filter(kind="board.tomorrow")] == [house.first]
