"""Races, on PostgreSQL: what happens at the same moment, and how it would go wrong without our locks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record import numbers
from portal.record.models import Entry
from portal.record.services import key
from portal.voting import recount, result, services
from portal.voting.models import Ballot, BallotChange, RollEntry, Vote
from portal.voting.permissions import entry_of
from tests.concurrency import at_once
from tests.voting import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_twenty_ballots_of_one_voter_at_once_are_one() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    attempts = at_once(20, lambda: factories.cast(place.people[0], vote, "for"))

    assert attempts.errors == []
    assert {ballot.receipt for ballot in attempts.results} == {Ballot.objects.get().receipt}
    assert BallotChange.objects.count() == 0


def test_twenty_different_choices_at_once_are_one_ballot_and_its_changes() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    options = ["for", "against", "abstain"]

    attempts = at_once(20, lambda n: factories.cast(place.people[0], vote, options[n % 3]), numbered=True)

    assert attempts.errors == []
    ballot = Ballot.objects.get()
    steps = [*ballot.entry.set_aside.order_by("pk").values_list("choice", flat=True), ballot.choice]
    assert len(steps) > 1
    assert all(before != after for before, after in zip(steps, steps[1:], strict=False))


def naive(place: factories.Place, vote: Vote) -> Ballot:
    """Casting as one would write it first: look, then insert."""
    with transaction.atomic():
        entry = entry_of(place.people[0], vote.pk)
        assert entry is not None
        found = Ballot.objects.filter(entry=entry).first()
        time.sleep(0.3)  # long enough for all to have looked, also on a busy machine
        return found or Ballot.objects.create(
            vote=vote, entry=entry, choice="for", receipt=numbers.draw(), cast_by=place.people[0]
        )


def test_without_the_lock_only_the_constraint_holds() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    attempts = at_once(20, lambda: naive(place, vote))

    assert Ballot.objects.count() == 1
    assert {type(error) for error in attempts.errors} == {IntegrityError}


def test_without_lock_and_constraint_one_voter_has_several_ballots() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with no_constraint():
        at_once(20, lambda: naive(place, vote))
        ballots = Ballot.objects.count()

    assert ballots > 1


@contextmanager
def no_constraint() -> Iterator[None]:
    """The table without "one ballot an entry"; whatever came of it is removed with the test's rows."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Ballot._meta.db_table)
        name = next(n for n, one in found.items() if one["unique"] and one["columns"] == ["entry_id"])
        cursor.execute(f"ALTER TABLE voting_ballot DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        Ballot.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE voting_ballot ADD CONSTRAINT {name} UNIQUE (entry_id)")


def test_many_voters_at_once_all_have_their_ballot() -> None:
    place = factories.make_place(tuple([9000] * 20))
    vote = factories.call(place)

    attempts = at_once(20, lambda n: factories.cast(place.people[n], vote), numbered=True)

    assert attempts.errors == []
    assert factories.count(vote).outcome == "passed"


def test_the_count_waits_for_a_ballot_that_was_in_time() -> None:
    """A ballot cast a second before the end, committed after it, is counted and published."""
    place = factories.make_place((10000,))
    vote = factories.call(place)
    cast, counting = threading.Event(), threading.Event()

    def slow_voter() -> None:
        with transaction.atomic():
            factories.cast(place.people[0], vote, at=factories.CLOSES_AT - timedelta(seconds=1))
            cast.set()
            counting.wait(timeout=5)
            # The count has begun; give it time to pass by, if it would.
            threading.Event().wait(0.5)

    def counter() -> Vote:
        cast.wait(timeout=5)
        counting.set()
        return factories.count(vote, at=factories.CLOSES_AT)

    attempts = at_once(2, lambda n: (slow_voter, counter)[n](), numbered=True)

    assert attempts.errors == []
    assert Vote.objects.get().outcome == "passed"
    assert recount.recount(result.document(Vote.objects.select_related("neighbourhood").get()))[2] == []


def test_without_the_gate_the_count_would_miss_it() -> None:
    """The same, counting only what is committed: the voter has a receipt, and the count has no ballot."""
    place = factories.make_place((10000,))
    vote = factories.call(place)
    cast, counted = threading.Event(), threading.Event()

    def slow_voter() -> None:
        with transaction.atomic():
            factories.cast(place.people[0], vote, at=factories.CLOSES_AT - timedelta(seconds=1))
            cast.set()
            counted.wait(timeout=5)

    def careless() -> int:
        cast.wait(timeout=5)
        with transaction.atomic():
            Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
            seen = Ballot.objects.filter(vote=vote).count()
        counted.set()
        return seen

    attempts = at_once(2, lambda n: (slow_voter, careless)[n](), numbered=True)

    assert attempts.errors == []
    assert 0 in attempts.results
    assert Ballot.objects.count() == 1


def test_a_ballot_that_comes_while_votes_are_counted_is_refused() -> None:
    """It would be in time by its own clock, but the count is inside: it waits, and finds the vote counted."""
    place = factories.make_place((10000, 10000))
    vote = factories.call(place)
    counted = threading.Event()

    def slow_counter() -> None:
        with transaction.atomic():
            factories.count(vote)
            counted.set()
            threading.Event().wait(0.5)

    def voter() -> Ballot:
        counted.wait(timeout=5)
        return factories.cast(place.people[0], vote)

    attempts = at_once(2, lambda n: (slow_counter, voter)[n](), numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    assert Ballot.objects.count() == 0


def test_voters_do_not_wait_for_each_other() -> None:
    """Twelve ballots that are all cast before any of them is committed."""
    place = factories.make_place(tuple([10000] * 12))
    vote = factories.call(place)
    all_cast = threading.Barrier(12)

    def voter(n: int) -> None:
        with transaction.atomic():
            factories.cast(place.people[n], vote)
            all_cast.wait(timeout=10)

    attempts = at_once(12, voter, numbered=True)

    assert attempts.errors == []
    assert Ballot.objects.count() == 12


def test_a_voter_who_waited_for_the_lock_past_the_end_is_refused() -> None:
    """The clock is read under the lock: who asks in time but gets the turn after the end is too late."""
    place = factories.make_place((10000,))
    vote = factories.call(place)
    locked = threading.Event()
    ends = clock.now() + timedelta(seconds=1)
    Vote.objects.filter(pk=vote.pk).update(opens_at=ends - timedelta(hours=1), closes_at=ends)

    def holder() -> None:
        with transaction.atomic():
            list(RollEntry.objects.select_for_update().filter(vote=vote))
            locked.set()
            threading.Event().wait(1.5)

    def voter() -> None:
        locked.wait(timeout=5)
        assert clock.now() < ends
        services.cast(place.people[0], vote.pk, "for")

    attempts = at_once(2, lambda n: (holder, voter)[n](), numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    assert Ballot.objects.count() == 0


@pytest.mark.parametrize("second", range(-3, 4))
def test_at_the_end_a_ballot_counts_to_the_second(second: int) -> None:
    """24:00 in Shanghai: twenty voters and the count, all at once, some seconds before or after it."""
    place = factories.make_place(tuple([10000] * 12))
    vote = factories.call(place)
    at = clock.end_of(clock.day_of(factories.DURING) + timedelta(days=4)) + timedelta(seconds=second)
    assert at - timedelta(seconds=second) == factories.CLOSES_AT

    def act(n: int) -> str:
        with clock.at(at):
            if n == 12:
                return services.count(vote.pk).outcome
            return services.cast(place.people[n], vote.pk, "for").receipt

    attempts = at_once(13, act, numbered=True)
    ballots = Ballot.objects.count()

    assert {type(error) for error in attempts.errors} == {NotPossible}
    assert ballots == (12 if second < 0 else 0)
    assert len(attempts.errors) == (1 if second < 0 else 12)


def test_a_result_that_is_posted_twice_at_once_is_posted_once() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    factories.cast_all(place, vote, "for", "for", "against")

    attempts = at_once(8, lambda: factories.count(vote))

    assert attempts.errors == []
    assert {one.record_sequence for one in attempts.results} == {
        Entry.objects.get(action="vote.counted").sequence
    }
    assert Notice.objects.filter(kind="vote.counted", occasion=key(vote)).count() == 3


def test_a_reminder_that_is_sent_twice_at_once_is_sent_once() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    def remind() -> int:
        with clock.at(factories.CLOSES_AT - timedelta(hours=1)):
            return services.remind(vote.pk)

    attempts = at_once(8, remind)

    assert attempts.errors == []
    assert sorted(attempts.results) == [0] * 7 + [3]
    assert Notice.objects.filter(kind="vote.ending").count() == 3
