"""Many at once, on PostgreSQL: one time for eight neighbours, one note for two topics."""

from __future__ import annotations

import pytest

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.surveys.reception.permissions import DAYS
from portal.surveys.reception.services import days, notes
from tests.concurrency import at_once
from tests.deliberation.factories import make_topic
from tests.factories import make_resident
from tests.surveys.reception_factories import Desk, make_desk, make_note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MANY = 8


def book_at_once(desk: Desk, people: list[User], numbers: list[int]) -> tuple[int, set[type[Exception]]]:
    def book(at: int) -> object:
        user = User.objects.select_related("person").get(pk=people[at].pk)
        return days.book(user, desk.day.pk, number=numbers[at], matter="来问")

    outcome = at_once(MANY, book, numbered=True)
    return desk.day.bookings.standing().count(), {type(error) for error in outcome.errors}


@pytest.mark.parametrize("locked", [True, False])
def test_one_of_many_gets_the_time(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk()
    people = [make_resident(within=desk.building) for _one in range(MANY)]
    if not locked:
        # The constraint holds it without the lock, too.
        monkeypatch.setattr(DAYS, "take", DAYS.get)

    assert book_at_once(desk, people, [0] * MANY) == (1, {NotPossible})


@pytest.mark.parametrize("locked", [True, False])
def test_somebody_gets_one_time_of_all_they_press_at_once(
    locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    if not locked:
        monkeypatch.setattr(DAYS, "take", DAYS.get)

    assert book_at_once(desk, [desk.resident] * MANY, [n % 6 for n in range(MANY)]) == (1, {NotPossible})


def test_a_note_goes_into_one_topic() -> None:
    desk = make_desk()
    note, both = make_note(desk), [make_topic(desk.here) for _one in range(2)]

    def take(at: int) -> object:
        user = User.objects.select_related("person").get(pk=desk.worker.pk)
        return notes.take_up(user, desk.slug, notes=[note.pk], topic=both[at])

    outcome = at_once(2, take, numbered=True)

    assert [type(error) for error in outcome.errors] == [NotPossible]
