"""The server is killed in the middle of a vote: what was confirmed is there afterwards, nothing is there twice."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from portal.voting.models import Ballot, BallotChange
from tests.concurrency import at_once
from tests.voting import factories
from tests.voting.servers import open_now, server, voter

VOTERS = 50
pytestmark = pytest.mark.django_db(transaction=True)


def test_confirmed_ballots_outlive_a_killed_server_and_nobody_votes_twice() -> None:
    place = factories.make_place(tuple([9000] * VOTERS))
    vote, voters = open_now(place), [voter(user) for user in place.people]
    enough, confirmed = threading.Event(), set[int]()

    def cast(n: int) -> int | None:
        time.sleep(n * 0.01)  # so that some ballots are in, some are on their way, some are not begun
        status = voters[n].send(running.port, vote)
        if status == 302:
            confirmed.add(n)
        if len(confirmed) >= VOTERS // 5:
            enough.set()
        return status

    def killer(_n: int) -> None:
        enough.wait(timeout=20)
        running.kill()

    with server() as running:
        attempts = at_once(VOTERS + 1, lambda n: (killer if n == VOTERS else cast)(n), numbered=True)
        assert enough.is_set()
        assert {type(error) for error in attempts.errors} <= {
            ConnectionResetError, ConnectionRefusedError, ConnectionError,
        }  # fmt: skip
        there = set(Ballot.objects.filter(vote=vote).values_list("cast_by", flat=True))
        assert VOTERS // 5 <= len(confirmed) < VOTERS
        assert {place.people[n].pk for n in confirmed} <= there

        # Everybody sends the same form once more, as one does who saw no answer.
        running.start()
        again = at_once(VOTERS, lambda n: voters[n].send(running.port, vote), numbered=True)
        first = min(confirmed)
        receipt = Ballot.objects.get(vote=vote, cast_by=place.people[first]).receipt
        assert receipt in voters[first].reads(running.port, f"/votes/{vote.pk}/")

    assert (again.errors, again.results) == ([], [302] * VOTERS)
    assert sorted(Ballot.objects.filter(vote=vote).values_list("cast_by", flat=True)) == sorted(
        user.pk for user in place.people
    )
    assert BallotChange.objects.count() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
