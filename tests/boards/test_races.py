"""Many at once, on PostgreSQL: the fifth must-read, and one swap that is answered while the day goes elsewhere."""

from __future__ import annotations

from time import sleep

import pytest

from portal.boards.doors import services as doors
from portal.boards.doors.models import DoorTry
from portal.boards.permissions import BOARDS
from portal.boards.services import notices, rota
from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.record.services import key
from tests.boards.factories import House, asked, make_house, make_must_read, make_rota, soon
from tests.concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
WRITERS = 8


def full_but_one() -> House:
    """A board on which one more must-read has room."""
    house = make_house()
    for n in range(notices.MOST - 1):
        make_must_read(house, f"必读{n}")
    return house


def write_at_once(house: House) -> tuple[int, set[type[Exception]]]:
    def write(number: int) -> object:
        head = User.objects.select_related("person").get(pk=house.head.pk)
        return notices.write(head, house.pk, f"同时{number}", "", soon(), soon())

    outcome = at_once(WRITERS, write, numbered=True)
    return house.board.must_reads.current().count(), {type(error) for error in outcome.errors}


def test_of_many_who_write_at_once_only_the_fifth_gets_its_place() -> None:
    house = full_but_one()

    standing, errors = write_at_once(house)

    assert (standing, errors) == (notices.MOST, {NotPossible})


def test_without_the_lock_more_than_five_would_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    house = full_but_one()
    monkeypatch.setattr(BOARDS, "take", BOARDS.get)
    # All have counted before one of them writes, however slow the machine is.
    monkeypatch.setattr(notices, "_require_days", lambda _day, _last_day: sleep(0.5))

    standing, _errors = write_at_once(house)

    assert standing > notices.MOST


def test_a_swap_and_a_day_given_by_hand_at_the_same_time_never_leave_a_household_twice() -> None:
    house = make_house()
    days = make_rota(house)
    swap = rota.ask_swap(house.first, days[0].pk, days[1])

    def act(number: int) -> object:
        if number:
            return rota.set_day(house.head, house.pk, days[1].day, house.homes[3])
        return rota.agree(house.second, swap.pk)

    at_once(2, act, numbered=True)

    swap.refresh_from_db()
    got = [day.dwelling for day in house.board.rota.select_related("dwelling").order_by("day")[:2]]
    # Either the swap came first and its second day was given away afterwards, or it had lapsed.
    assert got == ([house.homes[1], house.homes[3]] if swap.agreed_at else [house.homes[0], house.homes[3]])


def test_two_who_answer_one_swap_at_once_are_not_both_heard() -> None:
    house = make_house()
    days = make_rota(house)
    swap = rota.ask_swap(house.first, days[0].pk, days[1])

    def answer(number: int) -> object:
        return (rota.agree, rota.refuse)[number](house.second, swap.pk)

    outcome = at_once(2, answer, numbered=True)

    assert [type(error) for error in outcome.errors] == [NotPossible]


def test_two_who_note_one_door_at_once_leave_one_mark_of_the_day() -> None:
    house = make_house()
    vote = asked(house)
    flat = house.homes[3].pk

    def note(number: int) -> object:
        head = User.objects.select_related("person").get(pk=house.head.pk)
        return doors.note_round(head, house.pk, key(vote), {flat: ("away", "met")[number % 2]})

    outcome = at_once(WRITERS, note, numbered=True)

    assert outcome.errors == []
    assert DoorTry.objects.get().result in {"away", "met"}
