"""The hidden key of a ballot's form: sent again, whenever and however often, it is received once."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from portal.actions.models import Submission
from portal.voting.models import Ballot, BallotChange, Vote
from tests import factories as places
from tests.concurrency import at_once
from tests.voting import factories
from tests.voting.test_mandates import mandate, revoke
from tests.voting.test_views import check_page, page, post, signed_in, text

pytestmark = pytest.mark.django_db
KEYS = [str(uuid.UUID(int=at)) for at in range(5)]


def send(client: Client, vote: Vote, choice: str, key: str, **more: str) -> int:
    """A ballot's form; the status of its answer."""
    at = factories.AFTER if more.pop("late", "") else factories.DURING
    return int(post(client, check_page(vote), {"choice": choice, "once": key, **more}, at).status_code)


def stands() -> tuple[str, int]:
    """What the one ballot says, and how often it was changed."""
    return Ballot.objects.get().choice, BallotChange.objects.count()


def one(client: Client) -> tuple[factories.Place, Vote]:
    place = factories.make_place()
    signed_in(client, place.people[0])
    return place, factories.call(place)


def test_a_form_is_kept_with_the_ballot_it_brought_and_with_what_that_was_changed_from(
    client: Client,
) -> None:
    _place, vote = one(client)

    for choice, key in (("for", KEYS[0]), ("against", KEYS[1])):
        send(client, vote, choice, key)

    assert str(Ballot.objects.get().form_key) == KEYS[1]
    assert str(BallotChange.objects.get().form_key) == KEYS[0]
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("again", [0, 1, 2])
def test_no_form_sent_again_undoes_a_later_one(client: Client, again: int) -> None:
    """Also not the one that said the same as the ballot, of which nothing came."""
    _place, vote = one(client)
    sent = list(zip(("for", "for", "against"), KEYS, strict=False))
    for choice, key in sent:
        send(client, vote, choice, key)

    assert send(client, vote, *sent[again]) == 302
    assert stands() == ("against", 1)


def test_sent_again_after_the_end_it_is_answered_as_received(client: Client) -> None:
    _place, vote = one(client)
    send(client, vote, "for", KEYS[0])

    assert send(client, vote, "for", KEYS[0], late="1") == 302
    assert send(client, vote, "for", KEYS[1], late="1") == 409
    assert stands() == ("for", 0)


def test_the_second_answer_says_that_nothing_was_sent_twice(client: Client) -> None:
    _place, vote = one(client)
    for _time in range(2):
        send(client, vote, "for", KEYS[0])

    assert "已经收到过了，没有重复提交。" in text(client.get(page(vote)))


def test_a_form_whose_ballot_was_cancelled_does_not_bring_it_back(client: Client) -> None:
    place = factories.make_place()
    vote, holder = factories.call(place), places.make_user()
    held = mandate(place, vote, place.people[0], holder)
    signed_in(client, holder)
    send(client, vote, "for", KEYS[0])
    revoke(place.director, held)
    mandate(place, vote, place.people[0], holder)

    assert send(client, vote, "for", KEYS[0]) == 302
    assert Ballot.objects.count() == 0
    assert send(client, vote, "for", KEYS[1]) == 302
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("changed", [False, True])
def test_the_form_of_somebody_else_is_refused(client: Client, changed: bool) -> None:
    place, vote = one(client)
    send(client, vote, "for", KEYS[0])
    if changed:
        send(client, vote, "against", KEYS[1])
    signed_in(client, place.people[1])

    assert send(client, vote, "for", KEYS[0]) == 403
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("line", ["abc", "007", "9" * 12, "-1", " "])
def test_a_line_that_is_no_number_is_nobodys(client: Client, line: str) -> None:
    _place, vote = one(client)

    assert send(client, vote, "for", KEYS[0], line=line) == 409
    assert Ballot.objects.count() == 0


def test_a_vote_that_is_none_is_not_found(client: Client) -> None:
    _place, vote = one(client)
    vote.pk += 1

    assert send(client, vote, "for", KEYS[0]) == 404


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_voters_with_one_key_at_once_have_one_ballot() -> None:
    """The database holds it where neither of two transactions sees the other."""
    place = factories.make_place()
    vote, browsers = factories.call(place), [signed_in(Client(), user) for user in place.people[:2]]

    outcome = at_once(2, lambda n: send(browsers[n], vote, "for", KEYS[0]), numbered=True)

    assert outcome.errors == []
    assert sorted(outcome.results) == [302, 403]
    assert Ballot.objects.count() == 1
