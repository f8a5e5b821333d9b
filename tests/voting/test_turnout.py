"""The turnout is counted once a minute, however many look; what a reader did shows at once, and the end is exact."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Area, Kind
from portal.kit import clock
from portal.voting import result
from portal.voting.models import RollEntry, Vote
from portal.voting.turnout import FIRST_BUILDINGS, turnout_of
from tests.voting import factories

pytestmark = pytest.mark.django_db

THEN = factories.DURING
MINUTE = timedelta(minutes=1)


def page(client: Client, vote: Vote, at: datetime, name: str = "vote", query: str = "") -> str:
    with clock.at(at):
        response = client.get(reverse(f"voting:{name}", args=[vote.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def english(user: object = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if user is not None:
        client.force_login(user)  # type: ignore[arg-type]
    return client


def test_a_ballot_shows_at_once_to_its_voter_and_within_a_minute_in_the_turnout() -> None:
    place = factories.make_place()
    vote, voter = factories.call(place), english(place.people[0])
    before = page(voter, vote, THEN)
    ballot = factories.cast(place.people[0], vote, at=THEN)

    at_once, later = page(voter, vote, THEN), page(voter, vote, THEN + MINUTE)

    assert ballot.receipt not in before
    assert ballot.receipt in at_once
    assert ("0 / 3" in before, "0 / 3" in at_once, "1 / 3" in later) == (True, True, True)
    assert "As of 12:00. It is counted anew every minute." in at_once
    assert "As of 12:01." in later


def test_within_a_minute_the_roll_is_counted_for_the_first_reader_only() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    asked = []
    for _reader in range(2):
        with clock.at(THEN), CaptureQueriesContext(connection) as queries:
            turnout_of(vote)
        asked.append(len(queries))

    assert asked == [1, 0]


def test_nothing_is_kept_over_the_end_and_what_was_counted_is_final() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    last = factories.CLOSES_AT - timedelta(seconds=1)
    page(english(), vote, last)
    factories.cast(place.people[0], vote, at=last)

    closed = page(english(), vote, factories.CLOSES_AT)
    factories.count(vote, at=factories.CLOSES_AT + timedelta(seconds=1))
    counted = page(english(), vote, factories.CLOSES_AT + timedelta(seconds=2))

    assert "1 / 1 (100%)" in closed.split('id="turnout"')[1]
    assert "1 / 1 (100%)" in counted.split('id="turnout"')[1]
    assert ("As of" in closed, "As of" in counted) == (True, False)


def test_a_correction_of_the_roll_shows_at_once() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    with clock.at(THEN):
        assert sum(each.roll.heads for each in turnout_of(vote).buildings) == 3
        RollEntry.objects.filter(pk=factories.line(place.people[2], vote).pk).update(struck_at=THEN)
        Vote.objects.filter(pk=vote.pk).update(heads=2)
        vote.refresh_from_db()
        assert sum(each.roll.heads for each in turnout_of(vote).buildings) == 2


def test_the_page_shows_some_buildings_and_another_all_of_them() -> None:
    place = factories.make_place((5000,) * (FIRST_BUILDINGS + 12))
    vote = factories.call(place)
    names = list(Area.objects.filter(kind=Kind.BUILDING).order_by("path").values_list("name", flat=True))

    shown = page(english(), vote, THEN)
    pages = [page(english(), vote, THEN, "turnout", f"?page={number}") for number in (1, 2)]

    assert f"All {len(names)} buildings" in shown
    assert [shown.count(f"<span>{name}</span>") for name in names] == [1] * FIRST_BUILDINGS + [0] * 12
    assert ["".join(pages).count(f"<span>{name}</span>") for name in names] == [1] * len(names)


def test_before_it_begins_there_is_no_turnout() -> None:
    vote = factories.call(factories.make_place())

    assert "Nothing is shown building by building here." in page(
        english(), vote, factories.CALLED_AT, "turnout"
    )


def test_a_published_result_is_written_once_and_again_if_it_is_deleted() -> None:
    place = factories.make_place()
    vote = factories.counted(place, "for", "against")
    from_database = b"".join(result.text(vote))

    sent = []
    for _turn in range(3):
        response = Client().get(reverse("voting:result", args=[vote.pk]))
        sent.append(b"".join(response.streaming_content))  # type: ignore[arg-type]
        [piece] = result.ready_text(vote)
        if _turn == 1:
            piece.path.unlink()

    assert sent == [from_database] * 3
