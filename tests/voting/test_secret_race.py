"""Sealed ballots at the same moment, on PostgreSQL."""

from __future__ import annotations

import pytest

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.voting import services
from portal.voting.models import Ballot, BallotChange, OpenedBallot
from tests.concurrency import at_once
from tests.voting import factories
from tests.voting.factories import DURING
from tests.voting.test_secret import call, envelope, make_place, put

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_twenty_sealings_of_one_voter_at_once_are_one_ballot_and_its_changes() -> None:
    place = make_place()
    vote = call(place)

    attempts = at_once(20, lambda n: put(place.people[0], vote, ["for", "against"][n % 2]), numbered=True)

    assert attempts.errors == []
    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 19)
    factories.count(vote)
    assert OpenedBallot.objects.count() == 1


def test_one_envelope_sent_twenty_times_at_once_is_one_ballot_without_a_change() -> None:
    place = make_place()
    vote = call(place)
    sent = envelope(vote, "for")

    def send() -> Ballot:
        with clock.at(DURING):
            return services.cast_sealed(place.people[0], vote.pk, sent)

    attempts = at_once(20, send)

    assert attempts.errors == []
    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 0)


def test_one_envelope_from_two_voters_at_once_is_taken_from_one() -> None:
    place = make_place()
    vote = call(place)
    sent = envelope(vote, "for")

    def send(number: int) -> Ballot:
        with clock.at(DURING):
            return services.cast_sealed(place.people[number % 2], vote.pk, sent)

    attempts = at_once(10, send, numbered=True)

    assert {type(error) for error in attempts.errors} == {NotPossible}
    assert Ballot.objects.count() == 1


def test_two_counts_at_once_open_the_box_once() -> None:
    place = make_place()
    vote = call(place)
    for user in place.people:
        put(user, vote)

    attempts = at_once(6, lambda: factories.count(vote))

    assert attempts.errors == []
    assert OpenedBallot.objects.count() == 3
    assert Entry.objects.filter(action="vote.opened").count() == 1
    assert Entry.objects.filter(action="vote.counted").count() == 1
