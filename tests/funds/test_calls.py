"""Funds, their money and their calls."""

from __future__ import annotations

import pytest

from portal.funds.calls import freezing, selectors
from portal.funds.states import CallState
from tests.funds.factories import AT_HAND, make_application, make_call, make_fund, make_grant, make_source

pytestmark = pytest.mark.django_db


def test_a_fund_with_money_a_call_an_application_and_a_grant_stand() -> None:
    funding = make_fund()
    source = make_source(funding)
    call = make_call(funding, frozen=True)
    grant = make_grant(make_application(call))

    assert source.at_hand.balance == AT_HAND
    assert funding.fund.book.subject == f"fund:{funding.fund.pk}"
    assert call.state == CallState.OPEN
    assert freezing.still_stands(call)
    assert sum(one.amount for one in grant.instalments.all()) == grant.approved
    assert selectors.money(funding.fund).promised == call.pot + grant.approved
