"""A ballot on paper beside one cast online: what can still be changed, and what each receipt stands for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from portal.kit import clock
from portal.voting import services
from portal.voting.models import Ballot, Duplicates, PaperBallot
from tests.voting import factories
from tests.voting.test_envelopes import box, early, judge
from tests.voting.test_paper import Desk, receive
from tests.voting.test_paper_pages import shown
from tests.voting.test_paper_views import client_of, get, local, post, url

pytestmark = pytest.mark.django_db
DURING, AFTER = factories.DURING, factories.AFTER
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("duplicates", "changes"), [(Duplicates.FIRST, False), (Duplicates.PAPER, False), (Duplicates.LAST, True)]
)
def test_what_the_rule_holds_fast_is_not_offered_to_be_changed(duplicates: str, changes: bool) -> None:
    desk = Desk(duplicates=duplicates)
    paper = desk.take("against")
    client, page = client_of(desk.place.people[0]), url("vote", desk.vote.pk)

    shows = shown(get(client, page, DURING + HOUR))
    sent = post(client, page, {"choice": "for"}, DURING + HOUR)
    checked = get(client, sent.url, DURING + HOUR)

    assert ('name="choice"' in shows) is changes
    assert checked.status_code == (200 if changes else 409)
    assert (url("paper_reading", paper.pk, "doubt") in shows) is True
    assert ('href="#paper"' in shows) is not changes


def test_a_sealed_ballot_is_not_offered_where_an_envelope_stands() -> None:
    desk = box()
    receive(desk, 1)

    page = shown(get(client_of(desk.place.people[1]), url("vote", desk.vote.pk), DURING + HOUR))

    assert "data-seal=" not in page
    assert "data-seal=" in shown(get(client_of(desk.place.people[0]), url("vote", desk.vote.pk)))


def test_the_paper_has_a_receipt_of_its_own_and_the_other_says_that_it_was_set_aside() -> None:
    desk = Desk()
    voter = desk.place.people[0]
    online = factories.cast(voter, desk.vote, "for").receipt
    paper = desk.take("against", at=DURING + HOUR, received_at=DURING - HOUR)
    ballot, client = Ballot.objects.get(), client_of(voter)

    page = shown(get(client, url("vote", desk.vote.pk), DURING + 2 * HOUR))
    old, new = (get(client, url("receipt", number), DURING + 2 * HOUR) for number in (online, ballot.receipt))

    assert ballot.receipt != online
    assert (ballot.receipt in page, online in page) == (True, True)
    assert (old.context["aside"].receipt, old.context["ballot"]) == (online, None)
    assert (new.context["ballot"], new.context["aside"]) == (ballot, None)
    assert old.context["aside_choice"] != new.context["choice"]
    anybody = get(Client(), url("receipt", online), DURING + 2 * HOUR)
    assert (anybody.status_code, anybody.context["aside_choice"]) == (200, "")

    with clock.at(DURING + 2 * HOUR):
        services.doubt(desk.ann, paper.pk, "mistyped", "看错编号")
        services.withdraw_paper(desk.bao, paper.pk)
    assert Ballot.objects.get().receipt == online
    gone = get(client, url("receipt", ballot.receipt), DURING + 3 * HOUR)
    assert gone.context["aside"].why == "withdrawn"


def test_a_later_ballot_online_has_another_receipt_than_the_paper_it_replaces() -> None:
    desk = Desk(duplicates=Duplicates.LAST)
    desk.take("against")
    paper = Ballot.objects.get().receipt

    online = factories.cast(desk.place.people[0], desk.vote, "for", at=DURING + HOUR).receipt
    changed = factories.cast(desk.place.people[0], desk.vote, "abstain", at=DURING + 2 * HOUR).receipt

    assert (online == changed, online == paper) == (True, False)
    found = get(Client(), url("receipt", paper), DURING + 2 * HOUR)
    assert found.context["aside"].receipt == paper


def test_a_sealed_ballot_that_an_envelope_replaced_keeps_its_receipt() -> None:
    desk = box()
    online = Ballot.objects.get().receipt
    judge(desk, early(desk), stands=True)

    page = get(Client(), url("receipt", online), DURING + 3 * HOUR)

    assert Ballot.objects.get().receipt != online
    assert page.context["aside"].receipt == online


@pytest.mark.parametrize("ahead", [HOUR, timedelta(days=30)])
def test_a_moment_that_is_still_to_come_is_an_error_of_its_field(ahead: timedelta) -> None:
    desk = Desk()
    code = desk.code()
    sent = {
        "code": code,
        "same": code,
        "mark": "for",
        "channel": "paper",
        "received_at": local(DURING + ahead),
    }

    page = post(client_of(desk.ann), url("paper_act", desk.vote.pk, "enter"), sent)

    assert page.status_code == 422
    assert "received_at" in page.context["form"].errors
    assert PaperBallot.objects.count() == 0
