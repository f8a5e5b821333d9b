"""Numbers: who answers for one, and that a new one is nobody's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.record import numbers
from portal.record.numbers import Keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def _keepers() -> Iterator[None]:
    """Whatever a test registers is gone after it."""
    before = dict(numbers.KEEPERS)
    yield
    numbers.KEEPERS.clear()
    numbers.KEEPERS.update(before)


@pytest.mark.usefixtures("_keepers")
def test_a_new_number_is_nobodys() -> None:
    asked: list[str] = []

    def first_two(number: str) -> bool:
        asked.append(number)
        return len(asked) <= 2

    numbers.register("other", Keeper(first_two, ""))

    assert numbers.draw_free() == asked[2]
    assert len(set(asked)) == 3


@pytest.mark.usefixtures("_keepers")
def test_the_keeper_who_knows_a_number_answers() -> None:
    mine = numbers.draw()
    keeper = Keeper(lambda number: number == mine, "")
    numbers.register("other", keeper)

    assert numbers.keeper_of(mine) is keeper
    assert numbers.keeper_of(numbers.draw()) is None


def test_votes_and_certificates_give_out_numbers() -> None:
    assert sorted(numbers.KEEPERS) == ["certificate", "vote"]
