"""Pages of secret votes: with and without scripts, the keys of the box, the check code."""

from __future__ import annotations

import html
import re
from base64 import b64encode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.kit import clock
from portal.record import numbers
from portal.voting import services
from portal.voting.models import Ballot, BallotChange, Custody, OpenedBallot, Vote
from portal.voting.states import Phase
from tests.voting import factories
from tests.voting.factories import AFTER, CALLED_AT, DURING
from tests.voting.test_keys import three, with_keys
from tests.voting.test_secret import call, envelope, make_place, opened, put

pytestmark = pytest.mark.django_db


def page(name: str, vote: Vote) -> str:
    return reverse(f"voting:{name}", args=[vote.pk])


def hidden(body: str) -> dict[str, str]:
    """The hidden fields of the one form of a page that has a check code."""
    return dict(re.findall(r'<input type="hidden" name="(line|choice|code)" value="([^"]*)"', body))


def test_without_scripts_a_choice_is_checked_sealed_and_its_code_shown_once(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        checked = client.post(page("check_sealed", vote), {"choice": "against"})
        sent = hidden(checked.content.decode())
        done = client.post(page("cast_open", vote), sent)
        again = client.post(page("cast_open", vote), sent)
        home = client.get(page("vote", vote)).content.decode()

    assert "no-store" in checked.headers["Cache-Control"]
    assert "服务器" in checked.content.decode() or "server sees" in checked.content.decode()
    assert (done.status_code, "no-store" in done.headers["Cache-Control"]) == (200, True)
    assert numbers.meant(sent["code"]) == sent["code"]
    for answer in (done, again):
        assert answer.content.decode().count(sent["code"]) == 1
    assert sent["code"] not in home
    assert Ballot.objects.count() == 1
    factories.count(vote)
    assert opened(vote) == [(sent["code"], "against")]


def test_a_choice_that_is_none_is_refused_before_it_is_sealed(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        assert client.post(page("check_sealed", vote), {"choice": "o7"}).status_code == 422
        client.post(page("cast_open", vote), {"choice": "o7"})

    assert Ballot.objects.count() == 0


def test_the_script_sends_the_envelope_alone_and_hears_the_receipt(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    sent = {"envelope": b64encode(envelope(vote, "for")).decode()}
    with clock.at(DURING):
        first, again = (
            client.post(page("cast_sealed", vote), sent),
            client.post(page("cast_sealed", vote), sent),
        )

    receipt = Ballot.objects.get().receipt
    assert first.json() == again.json() == {"receipt": receipt, "url": f"/v/{receipt}"}
    assert BallotChange.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "status"), [("", 409), ("%%%", 400), ("é", 400), (b64encode(b"x" * 605).decode(), 409)]
)
def test_what_is_no_envelope_is_answered_with_a_reason(client: Client, sent: str, status: int) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        answer = client.post(page("cast_sealed", vote), {"envelope": sent})

    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


def test_whoever_is_not_on_the_roll_seals_nothing(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.director)
    with clock.at(DURING):
        answer = client.post(
            page("cast_sealed", vote), {"envelope": b64encode(envelope(vote, "for")).decode()}
        )

    assert (answer.status_code, Ballot.objects.count()) == (409, 0)


def test_the_page_hands_the_script_all_it_needs_and_never_shows_a_choice(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        before = client.get(page("vote", vote)).content.decode()
        ballot = put(place.people[0], vote, "for")
        after = client.get(page("vote", vote)).content.decode()

    for name, value in {
        "data-key": vote.public_key,
        "data-vote": str(vote.public_id),
        "data-method": "motion",
        "data-options": "for,against,abstain",
        "data-seal": page("cast_sealed", vote),
    }.items():
        assert f'{name}="{value}"' in html.unescape(before)
    assert "js/seal.js" in before
    assert ballot.receipt in after
    assert "checked" not in after


def test_a_check_code_says_how_its_ballot_was_counted_and_a_receipt_does_not(client: Client) -> None:
    place = make_place()
    vote = call(place)
    ballot = put(place.people[0], vote, "against", "M7K3-9QXP-2VHT")
    client.force_login(place.people[0])
    with clock.at(DURING):
        assert client.get("/v/M7K3-9QXP-2VHT").status_code == 404
    factories.count(vote)
    by_code = client.get("/v/m7k39qxp2vht").content.decode()
    by_receipt = client.get(f"/v/{ballot.receipt}").content.decode()

    assert "<strong>不同意</strong>" in by_code
    assert ballot.receipt not in by_code
    assert "不同意" not in by_receipt
    assert "M7K3-9QXP-2VHT" not in by_receipt


# --- signing in half way ---


@pytest.mark.parametrize("name", ["check_sealed", "cast_open", "cast_sealed", "try_keys", "open_box"])
def test_what_was_sent_without_a_session_is_forgotten(client: Client, name: str) -> None:
    vote = call(make_place())
    client.get(page("vote", vote))
    with clock.at(DURING):
        answer = client.post(
            page(name, vote), {"choice": "against", "envelope": "RU5WRUxPUEU=", "share_1": "PART"}
        )

    assert answer.status_code == 302
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert not any(word in str(kept) for word in ("against", "RU5WRUxPUEU", "PART"))


# --- the keys ---


def choose(custodians: list[User]) -> dict[str, int]:
    return {f"keeper_{number}": user.pk for number, user in enumerate(custodians, 1)}


def test_the_parts_are_shown_once_on_three_sheets_and_stored_nowhere(client: Client) -> None:
    place = make_place()
    vote, custodians = call(place, custody=Custody.CUSTODIANS), three(place)
    client.force_login(place.director)
    with clock.at(CALLED_AT):
        made = client.post(page("make_keys", vote), choose(custodians))
        later = client.get(page("keys", vote)).content.decode()
        parts = re.findall(r"(?:[0-9A-Z]{4}-){14}[0-9A-Z]{4}", made.content.decode())
        tried = client.post(page("try_keys", vote), {"share_1": parts[2], "share_2": parts[0]})

    assert (made.status_code, "no-store" in made.headers["Cache-Control"]) == (200, True)
    assert len(set(parts)) == len(parts) == 3
    assert made.content.decode().count('class="qr"') == 3
    assert not any(part in later for part in parts)
    vote.refresh_from_db()
    assert (tried.status_code, vote.key_ready) == (302, True)


def test_a_custodian_opens_the_box_with_a_second_one(client: Client) -> None:
    place = make_place()
    vote, shares, custodians = with_keys(place)
    with clock.at(DURING):
        services.rehearse(place.director, vote.pk, shares)
    put(place.people[0], vote)
    client.force_login(custodians[1])
    with clock.at(AFTER):
        wrong = client.post(page("open_box", vote), {"share_1": shares[0], "share_2": shares[0]})
        right = client.post(page("open_box", vote), {"share_1": shares[0], "share_2": shares[1]})

    vote.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (409, 302)
    assert (vote.phase, OpenedBallot.objects.count()) == (Phase.COUNTED, 1)


@pytest.mark.parametrize("name", ["keys", "open_box"])
def test_a_voter_has_no_business_with_the_keys(client: Client, name: str) -> None:
    place = make_place()
    vote, _shares, _custodians = with_keys(place)
    client.force_login(place.people[0])

    assert client.get(page(name, vote)).status_code == 403


def test_one_person_cannot_keep_two_parts(client: Client) -> None:
    place = make_place()
    vote, custodians = call(place, custody=Custody.CUSTODIANS), three(place)
    client.force_login(place.director)
    with clock.at(CALLED_AT):
        answer = client.post(page("make_keys", vote), choose([custodians[0], custodians[0], custodians[1]]))

    vote.refresh_from_db()
    assert (answer.status_code, vote.public_key) == (422, "")
