"""The count adds up before the transaction that fixes it, and again where anything came between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.kit import clock
from portal.voting import recount, result, services
from portal.voting.models import Ballot, RollEntry, Vote
from portal.voting.services import counting
from tests.voting import factories
from tests.voting.factories import AFTER, CLOSES_AT, DURING, Place

pytestmark = pytest.mark.django_db


def late_ballot(place: Place, vote: Vote) -> None:
    """One that was in time and is written after the sums."""
    factories.cast(place.people[1], vote, at=CLOSES_AT - timedelta(seconds=1))


def changed_ballot(place: Place, vote: Vote) -> None:
    factories.cast(place.people[0], vote, "against", at=CLOSES_AT - timedelta(seconds=1))


def struck_line(place: Place, vote: Vote) -> None:
    with clock.at(DURING):
        services.strike_line(place.director, line_of(place, vote).pk, "同一套房列了两次")


def changed_area(place: Place, vote: Vote) -> None:
    with clock.at(DURING):
        services.change_area(place.director, line_of(place, vote).pk, 4321, "按登记簿")


def served_line(place: Place, vote: Vote) -> None:
    with clock.at(DURING):
        services.serve(place.director, line_of(place, vote).pk, "door", DURING, "本人")


def line_of(place: Place, vote: Vote) -> RollEntry:
    return RollEntry.objects.get(vote=vote, person=place.people[2].person)


def called(place: Place) -> Vote:
    vote = factories.call(place)
    factories.cast(place.people[0], vote)
    return vote


@pytest.mark.parametrize("between", [late_ballot, changed_ballot])
def test_what_comes_between_sums_and_count_is_in_the_result(
    monkeypatch: pytest.MonkeyPatch, between: Any
) -> None:
    place = factories.make_place()
    vote, added_up = called(place), counting._added_up

    def then(pk: int) -> Any:
        sums = added_up(pk)
        between(place, vote)
        return sums

    monkeypatch.setattr(counting, "_added_up", then)
    found = factories.count(vote)

    cast = {choice: sums["heads"] for choice, sums in found.totals["cast"].items() if sums["heads"]}
    assert cast == ({"for": 2} if between is late_ballot else {"against": 1})
    assert recount.recount(result.document(Vote.objects.select_related("neighbourhood").get()))[2] == []
    assert found.result_sha256 == result.fingerprint(result.flowing(found))


def test_where_nothing_came_between_nothing_is_added_up_in_the_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = factories.make_place()
    vote = called(place)
    taken: list[bool] = []
    take = counting._take
    depth = len(connection.savepoint_ids)

    def watched(voted: Vote) -> Any:
        taken.append(len(connection.savepoint_ids) > depth)
        return take(voted)

    monkeypatch.setattr(counting, "_take", watched)
    factories.count(vote)

    assert taken == [False]


def test_every_change_of_a_row_that_counts_is_another_state() -> None:
    place = factories.make_place()
    vote = called(place)
    seen = {counting._state_of(vote)}
    changes = (late_ballot, changed_ballot, served_line, changed_area, struck_line)
    for number, change in enumerate(changes, start=2):
        change(place, vote)
        seen.add(counting._state_of(vote))
        assert len(seen) == number
    Vote.objects.filter(pk=vote.pk).update(lot="摇号")
    seen.add(counting._state_of(Vote.objects.get(pk=vote.pk)))
    assert len(seen) == len(changes) + 2


def test_counting_twice_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    place = factories.make_place()
    vote = called(place)
    first = factories.count(vote)
    with clock.at(AFTER), CaptureQueriesContext(connection) as asked:
        again = counting.count(vote.pk)

    assert again.result_sha256 == first.result_sha256
    assert not any("GROUP BY" in query["sql"] for query in asked)
    assert Ballot.objects.count() == 1
