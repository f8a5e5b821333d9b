"""A coordination meeting from application to the closed file, its edges, and what each refuses."""

from __future__ import annotations

import pytest

from portal.kit import clock
from portal.meetings.states.coordination import CoordinationState as C
from tests.meetings.coordination_factories import case_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", list(C))
def test_every_state_is_reached_by_the_services(state: C) -> None:
    case = case_at(state)
    assert case.fresh().state == state
    with clock.at(case.now):
        assert case.fresh().title == case.fresh().number == "协调〔2026〕1号"
