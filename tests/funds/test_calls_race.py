"""Two rounds that are opened at once with the same money, and rules that are written while somebody hands in."""

from __future__ import annotations

import threading

import pytest

from portal.funds.calls import services
from portal.funds.calls.freezing import freeze, still_stands
from portal.funds.calls.permissions import CALLS
from portal.funds.calls.services import rounds
from portal.funds.calls.services.lacks import require_ready
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.ledger import services as ledger
from tests.concurrency import at_once
from tests.funds.factories import POT, make_call, make_fund, make_source

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _opened_at_once() -> int:
    funding = make_fund()
    make_source(funding, POT)
    calls = [make_call(funding, state=CallState.DRAFT, title=f"第 {n} 轮") for n in range(2)]
    at_once(2, lambda n: services.open_call(funding.director, calls[n].pk), numbered=True)
    return Call.objects.filter(state=CallState.OPEN).count()


def test_of_two_rounds_opened_at_once_with_the_same_money_one_is() -> None:
    assert _opened_at_once() == 1


def test_without_the_lock_of_the_book_both_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Barrier(2)

    def looked(call: Call) -> None:
        require_ready(call)
        gate.wait(timeout=10)

    monkeypatch.setattr(ledger, "locked", lambda book: book)
    monkeypatch.setattr(rounds, "require_ready", looked)

    assert _opened_at_once() == 2


def test_rules_written_while_somebody_hands_in_are_written_before_or_refused() -> None:
    call = make_call()
    worker = call.created_by.user

    def either(n: int) -> object:
        return freeze(call) if n else services.edit_call(worker, call.pk, "改总额", pot=POT + 100)

    at_once(2, either, numbered=True)

    held = CALLS.get(worker, call.pk)
    assert held.frozen_at is not None
    assert still_stands(held)
