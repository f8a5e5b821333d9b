"""Must-reads: five at a time, gone by the clock, corrected with a trace, told to the building's households."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.boards.models import MustRead
from portal.boards.services import notices
from portal.boards.states import ReadState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from tests.boards.factories import House, make_house, make_must_read, picture, soon
from tests.factories import make_resident

pytestmark = pytest.mark.django_db


def told(house: House, kind: str) -> set[int]:
    return set(Notice.objects.filter(kind=kind).values_list("user", flat=True))


def test_the_households_of_the_building_are_told_and_nobody_else() -> None:
    house = make_house()
    make_resident(within=house.here)

    make_must_read(house)

    assert told(house, "board.must_read") == {house.first.pk, house.second.pk}
    entry = Entry.objects.get(action="board.must_read")
    assert (entry.subject, entry.title) == (f"building:{house.pk}", "水箱清洗")


def test_a_sixth_is_refused_until_one_is_taken_down_or_over() -> None:
    house = make_house()
    for n in range(notices.MOST):
        last = make_must_read(house, f"必读{n}", days=n + 1)

    with pytest.raises(NotPossible):
        make_must_read(house, "第六条")
    notices.end(house.head, last.pk, "取消了")
    make_must_read(house, "第六条")
    with clock.at(clock.now() + timedelta(days=2)):
        make_must_read(house, "第七条")

        assert [one.title for one in notices.current(house.board)] == [
            "必读1",
            "必读2",
            "第六条",
            "必读3",
            "第七条",
        ]


def test_the_same_one_for_the_same_day_is_refused() -> None:
    house = make_house()
    make_must_read(house, days=1)

    with pytest.raises(NotPossible):
        make_must_read(house, days=1)
    make_must_read(house, days=2)


def test_it_goes_by_the_clock_after_its_last_day_and_can_then_not_be_changed() -> None:
    house = make_house()
    must_read = make_must_read(house, days=1)

    with clock.at(clock.now() + timedelta(days=2)):
        assert notices.current(house.board) == []
        assert MustRead.objects.get().state is ReadState.OVER
        with pytest.raises(NotPossible):
            notices.end(house.head, must_read.pk, "过期")


def test_a_correction_keeps_what_was_said_and_tells_again() -> None:
    house = make_house()
    must_read = make_must_read(house)

    notices.correct(house.head, must_read.pk, "水箱清洗改期", "", soon(5), soon(5))

    former = must_read.former.get()
    assert (former.title, former.last_day) == ("水箱清洗", soon(3))
    assert told(house, "board.corrected") == {house.first.pk, house.second.pk}
    assert Entry.objects.get(action="board.corrected").data["was"] == "水箱清洗"
    with pytest.raises(NotPossible):
        notices.correct(house.head, must_read.pk, "水箱清洗改期", "", soon(5), soon(5))


def test_the_last_day_is_neither_over_nor_before_what_it_is_about() -> None:
    house = make_house()

    for day, last_day in ((soon(-3), soon(-1)), (soon(4), soon(2))):
        with pytest.raises(NotPossible):
            notices.write(house.head, house.pk, "停水", "", day, last_day)


def test_it_says_since_when_it_hangs_in_the_lobby_with_a_photo_everybody_may_see() -> None:
    house = make_house()
    must_read = make_must_read(house)

    put = notices.put_up(house.head, must_read.pk, clock.today(), picture())

    assert put.posted_on == clock.today()
    assert put.posted_photo is not None
    put.posted_photo.refresh_from_db()
    assert put.posted_photo.public


def test_the_committee_steps_in_with_its_name_in_the_record() -> None:
    house = make_house()
    must_read = make_must_read(house)

    notices.end(house.worker, must_read.pk, "内容有误")

    entry = Entry.objects.get(action="board.ended")
    assert entry.actor.startswith("居委会")
    assert entry.data["reason"] == "内容有误"
