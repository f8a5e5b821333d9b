"""One voter, two hundred requests at once, through the real server."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.actions.models import Submission
from portal.kit.errors import NotPossible
from portal.voting.models import Ballot, BallotChange
from tests.concurrency import at_once
from tests.voting import factories
from tests.voting.servers import Voter, open_now, server, voter

REQUESTS = 200


def patient(send: Callable[[], int], tries: int = 20) -> int:
    """Press again where the connection was not taken: two hundred at once are more than a port queues."""
    for _again in range(tries - 1):
        with contextlib.suppress(ConnectionError):
            return send()
        time.sleep(0.2)
    return send()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_hundred_ballots_of_one_voter_at_once_are_one() -> None:
    """Some are the same form sent again, some are from other tabs, with other choices."""
    place = factories.make_place()
    vote, session = open_now(place), voter(place.people[0]).session
    options, forms = ["for", "against", "abstain"], [str(uuid.uuid4()) for _ in range(20)]

    def send(n: int) -> int:
        # One choice a form: its second sending is answered like the first and changes nothing.
        return patient(lambda: Voter(session, options[n % 20 % 3], forms[n % 20]).send(running.port, vote))

    with server() as running:
        attempts = at_once(REQUESTS, send, numbered=True)
        page = Voter(session).reads(running.port, f"/votes/{vote.pk}/")

    assert (attempts.errors, attempts.results) == ([], [302] * REQUESTS)
    ballot = Ballot.objects.get()
    assert ballot.cast_by == place.people[0]
    assert ballot.receipt in page
    said = [*BallotChange.objects.order_by("pk").values_list("choice", flat=True), ballot.choice]
    assert all(before != after for before, after in zip(said, said[1:], strict=False))
    # Each form is known by one row: its ballot's, that of a change, or, where it said the same, its own.
    known = [*BallotChange.objects.values_list("form_key", flat=True), ballot.form_key]
    known += Submission.objects.values_list("key", flat=True)
    assert sorted(map(str, known)) == sorted(forms)


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False), (1, False)])
def test_at_the_very_end_no_ballot_is_taken_any_more(seconds: int, taken: bool) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    at = factories.CLOSES_AT + timedelta(seconds=seconds)

    if taken:
        factories.cast(place.people[0], vote, at=at)
    else:
        with pytest.raises(NotPossible):
            factories.cast(place.people[0], vote, at=at)

    assert Ballot.objects.count() == taken
