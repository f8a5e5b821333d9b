"""A draw when several press at once: one panel, and nobody on the list whom the tickets do not know."""

from __future__ import annotations

import pytest

from portal.community.models import Post
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.lots import seating, services
from portal.meetings.states.lots import LotState as L
from tests import factories
from tests.concurrency import at_once
from tests.meetings.test_lots_services import CLOSES_AT, SEED_AT, Lot

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RIVALS = 4


def test_a_panel_is_drawn_once() -> None:
    lot = Lot().commit()
    readers = [factories.make_user(post=Post.WORKER, neighbourhood=lot.scene.here) for _ in range(RIVALS)]
    with clock.at(SEED_AT):
        seating.enter_seed(lot.worker, lot.pk, seed="1")

    def read(number: int) -> str:
        with clock.at(SEED_AT):
            return str(seating.draw_panel(readers[number], lot.pk, seed="1").state)

    outcome = at_once(RIVALS, read, numbered=True)

    assert outcome.results == [L.DRAWN]
    assert [type(error) for error in outcome.errors] == [NotPossible] * (RIVALS - 1)
    assert len(lot.panel()) == 3


def test_who_signs_off_while_the_tickets_are_made_is_in_none_or_stays() -> None:
    lot = Lot()
    with clock.at(CLOSES_AT):
        services.close_sign_up(lot.worker, lot.pk)
    code = lot.draw.volunteers.get(person=lot.users[0].person).code

    def press(number: int) -> str:
        with clock.at(CLOSES_AT):
            if number:
                services.withdraw(lot.users[0], lot.pk)
                return "withdrawn"
            services.commit(lot.worker, lot.pk, seed_event="x", seed_at=SEED_AT)
            return "committed"

    outcome = at_once(2, press, numbered=True)

    assert "committed" in outcome.results
    assert (code in lot.draw.tickets) == ("withdrawn" not in outcome.results)
