"""The pages of funds, rounds and lines, as people meet them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.funds.factories import make_call, make_fund, make_source

pytestmark = pytest.mark.django_db


def test_everybody_reads_list_fund_round_and_line(client: Client) -> None:
    funding = make_fund()
    make_source(funding)
    call = make_call(funding, frozen=True)
    line = funding.fund.book.entries.get()

    for url in (
        reverse("funds:funds", args=[funding.here.slug]),
        funding.fund.get_absolute_url(),
        call.get_absolute_url(),
        reverse("funds:line", args=[line.pk]),
        reverse("funds:call_rules", args=[call.pk]),
    ):
        page = client.get(url)
        assert page.status_code == 200, url
