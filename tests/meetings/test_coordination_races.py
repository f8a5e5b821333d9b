"""The end of a coordination meeting when a party ends it while the mediator seals."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import services
from portal.meetings.models import Coordination
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.models import Entry
from tests.concurrency import at_once
from tests.meetings.coordination_factories import case_at

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_sealed_or_ended_but_never_both() -> None:
    case = case_at(C.AGREED)
    with clock.at(case.now):
        for user in (case.one, case.other):
            services.sign(user, case.pk, text_hash=case.fresh().agreement_hash)
    acts: list[Callable[[], Coordination]] = [
        lambda: services.seal(case.worker, case.pk),
        lambda: services.stop(case.other, case.pk, reason=""),
    ]

    def act(number: int) -> None:
        with clock.at(case.now):
            acts[number]()

    outcome = at_once(2, act, numbered=True)
    assert [type(error) for error in outcome.errors] == [NotPossible]
    ends = ("coordination.sealed", "coordination.stopped")
    assert Entry.objects.filter(subject=f"coordination:{case.pk}", action__in=ends).count() == 1
    assert (case.fresh().sealed_at is None) is (case.fresh().state == C.STOPPED)
