"""Pages of secret votes: with and without scripts, the keys of the box, the check code."""

from __future__ import annotations

import html
import re
from base64 import b64encode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from portal.actions.models import Submission
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
    """A page of a vote; of the keys' actions the one on which parts are tried."""
    return act("try-keys", vote) if name == "keys_act" else reverse(f"voting:{name}", args=[vote.pk])


def act(name: str, vote: Vote) -> str:
    """What is done with the keys of a box."""
    return reverse("voting:keys_act", args=[vote.pk, name])


def code_on(body: str) -> str:
    """The check code that a ballot without scripts will be sealed with, as the form sends it."""
    (code,) = re.findall(r'<input type="hidden" name="code" value="([^"]*)"', body)
    return str(code)


def test_without_scripts_a_choice_is_cast_under_the_code_that_stood_beside_it(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        ballot = client.get(page("vote", vote))
        code = code_on(ballot.content.decode())
        sent = {"choice": "against", "code": code, "confirm": "on", "once": "0" * 32}
        done, again = (client.post(page("vote", vote), sent) for _ in range(2))
        home = client.get(page("vote", vote)).content.decode()

    assert "no-store" in ballot.headers["Cache-Control"]
    assert "服务器" in ballot.content.decode() or "server sees" in ballot.content.decode()
    assert numbers.meant(code) == code
    assert f'<p class="big num">{code}</p>' in ballot.content.decode()
    assert [(answer.status_code, answer.url) for answer in (done, again)] == [(302, page("vote", vote))] * 2
    assert all("no-store" in answer.headers["Cache-Control"] for answer in (done, again))
    assert code not in home
    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 0)
    factories.count(vote)
    assert opened(vote) == [(code, "against")]


def test_without_a_tick_the_choice_is_shown_again_in_words_under_the_same_code(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        answer = client.post(page("vote", vote), {"choice": "against", "code": "M7K3-9QXP-2VHT"})

    body = answer.content.decode()
    form = answer.context["voting"].form
    assert (answer.status_code, Ballot.objects.count()) == (422, 0)
    assert (list(form.errors), form.words, code_on(body)) == (["confirm"], "不同意", "M7K3-9QXP-2VHT")
    assert re.search(r'value="against"[^>]*checked', body)
    assert "不同意" in body.split('class="big num"')[1]
    assert "no-store" in answer.headers["Cache-Control"]
    assert "against" not in str(dict(client.session))


@pytest.mark.parametrize("code", ["", "nonsense", "M7K3-9QXP"])
def test_no_ballot_is_sealed_under_a_code_that_its_voter_does_not_have(client: Client, code: str) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        answer = client.post(page("vote", vote), {"choice": "against", "code": code, "confirm": "on"})

    shown = code_on(answer.content.decode())
    assert (answer.status_code, Ballot.objects.count()) == (422, 0)
    assert answer.context["voting"].form.non_field_errors()
    assert numbers.meant(shown) == shown != code


def test_a_sealed_ballot_that_comes_too_late_is_refused_and_told(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(AFTER):
        answer = client.post(
            page("vote", vote), {"choice": "against", "code": "M7K3-9QXP-2VHT", "confirm": "on"}
        )

    assert (answer.status_code, Ballot.objects.count()) == (409, 0)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert "M7K3" not in answer.content.decode()


def test_nothing_of_a_secret_choice_waits_even_where_a_signed_one_would(client: Client) -> None:
    place = make_place()
    vote = call(place)
    check = page("check", vote)
    for user in (None, place.people[0]):
        if user:
            client.force_login(user)
        with clock.at(DURING):
            for address in (page("vote", vote), check):
                answer = client.post(address, {"choice": "against", "page": check})
                assert answer.status_code in {302, 422}
            assert client.get(check).status_code == 302
        assert "against" not in str(dict(client.session))
    assert Ballot.objects.count() == 0


def test_a_choice_that_is_none_is_refused_before_it_is_sealed(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        sent = {"choice": "o7", "code": "M7K3-9QXP-2VHT", "confirm": "on"}
        answer = client.post(page("vote", vote), sent)

    assert (answer.status_code, Ballot.objects.count()) == (422, 0)


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


@pytest.mark.parametrize("name", ["vote", "check", "cast_sealed", "keys_act", "open_box"])
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


def parts_on(body: str) -> list[str]:
    """The parts of a key on three sheets."""
    return re.findall(r"(?:[0-9A-Z]{4}-){14}[0-9A-Z]{4}", body)


def test_the_parts_stand_on_three_sheets_and_are_stored_nowhere(client: Client) -> None:
    place = make_place()
    vote, custodians = call(place, custody=Custody.CUSTODIANS), three(place)
    client.force_login(place.director)
    with clock.at(CALLED_AT):
        named = client.post(act("name-custodians", vote), choose(custodians))
        first, printed = (client.get(named.url) for _ in range(2))
        parts = parts_on(printed.content.decode())
        made = client.post(named.url, {"drawn": printed.context["drawn"]})
        later = client.get(made.url).content.decode()
        old = client.post(
            act("try-keys", vote), {"share_1": parts[2], "share_2": parts_on(first.content.decode())[0]}
        )
        tried = client.post(act("try-keys", vote), {"share_1": parts[2], "share_2": parts[0]})

    assert (named.status_code, named.url) == (302, act("make-keys", vote))
    assert (printed.status_code, "no-store" in printed.headers["Cache-Control"]) == (200, True)
    assert len(set(parts)) == len(parts) == 3
    assert set(parts).isdisjoint(parts_on(first.content.decode()))
    assert printed.content.decode().count('class="qr"') == 3
    assert (made.status_code, made.url) == (302, page("keys", vote))
    assert parts_on(later) == []
    for stored in (vote.custodians.all(), Session.objects.all(), Submission.objects.all()):
        rows = str([vars(row) for row in stored]) + str(dict(client.session))
        assert [part for part in parts if part in rows] == []
    vote.refresh_from_db()
    assert (old.status_code, tried.status_code, vote.key_ready) == (409, 302, True)


def test_before_custodians_are_named_there_are_no_sheets(client: Client) -> None:
    place = make_place()
    vote = call(place, custody=Custody.CUSTODIANS)
    client.force_login(place.director)
    with clock.at(CALLED_AT):
        shown = client.get(act("make-keys", vote)).content.decode()
        answer = client.post(act("make-keys", vote), {"drawn": "x"})

    assert (parts_on(shown), answer.status_code) == ([], 409)


def test_what_stands_on_a_sheet_is_no_draft_that_the_browser_keeps(client: Client) -> None:
    place = make_place()
    vote, _shares, _custodians = with_keys(place)
    client.force_login(place.director)
    with clock.at(CALLED_AT):
        assert "data-draft" not in client.get(act("try-keys", vote)).content.decode()
    with clock.at(DURING):
        services.rehearse(place.director, vote.pk, _shares)
    with clock.at(AFTER):
        assert "data-draft" not in client.get(page("open_box", vote)).content.decode()


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
        answer = client.post(
            act("name-custodians", vote), choose([custodians[0], custodians[0], custodians[1]])
        )

    vote.refresh_from_db()
    assert (answer.status_code, vote.custodians.count()) == (422, 0)
