"""The result of a round in plain words: of all, of one project, of one's own share, and computed again."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.funds.allocating.elections import Rules
from portal.funds.explaining import selectors
from portal.funds.explaining.own import own
from portal.funds.explaining.told import told
from portal.funds.models import Allocation, AllocationRun, Call, Rule
from portal.kit import clock
from portal.kit.wording import half_up
from tests.funds.elections import example
from tests.funds.factories_ballot import make_vote
from tests.funds.factories_explaining import TICKS, make_call_with, make_result

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, pk: int, **query: str) -> str:
    answer = client.get(reverse(f"funds:{name}", args=[pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_result_lists_who_won_in_order_and_why_the_others_did_not(client: Client) -> None:
    made = make_result()
    result = told(made.allocation.payload)

    said = page(client, "result", made.call.pk)

    assert result.winners
    assert result.losers
    places = [said.index(f">{one.title}<") for one in [*result.winners, *result.losers]]
    assert places == sorted(places)
    assert reverse("funds:why", args=[made.project(won=True).pk]) in said
    for project in result.winners:
        assert f">{project.title}<" in said
