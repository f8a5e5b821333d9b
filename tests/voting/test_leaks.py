"""Every way we know by which a secret ballot could give its voter away, tried. Each must fail."""

from __future__ import annotations

import io
import logging
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from portal.community.models import User
from portal.kit import clock
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.voting import jobs, keys, result
from portal.voting.models import Ballot, BallotChange, OpenedBallot, Vote
from tests.voting import factories
from tests.voting.factories import AFTER, DURING
from tests.voting.test_secret import call, clerks, envelope, hand_in, make_place, opened, put

pytestmark = pytest.mark.django_db
# Choices of a vote whose options are named so that a trace of them is found anywhere.
CODE = "M7K3-9QXP-2VHT"


def rows() -> dict[str, list[str]]:
    """Every row of every table as text, as somebody reads it who has the whole database."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the catalogue
            found[table] = [" ".join(_text(value) for value in row) for row in cursor.fetchall()]
    return found


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)


def tables_with(word: str) -> set[str]:
    """Where a word stands, the tables of the vote's own question left out: it names all choices."""
    return {table for table, lines in rows().items() for line in lines if word in line}


def cast_without_scripts(client: Client, user: User, vote: Vote, choice: str, code: str) -> None:
    client.force_login(user)
    with clock.at(DURING):
        page = reverse("voting:vote", args=[vote.pk])
        client.get(page)
        assert client.post(page, {"choice": choice, "code": code}).status_code == 422
        assert client.post(page, {"choice": choice, "code": code, "confirm": "on"}).status_code == 302
        client.get(page)


def cast_with_script(client: Client, user: User, vote: Vote, choice: str, code: str) -> None:
    client.force_login(user)
    sent = b64encode(envelope(vote, choice, code)).decode()
    with clock.at(DURING):
        client.post(reverse("voting:cast_sealed", args=[vote.pk]), {"envelope": sent})


# --- while the vote is open ---


@pytest.mark.parametrize("cast", [cast_without_scripts, cast_with_script])
def test_the_whole_database_and_the_log_hold_neither_choice_nor_code(
    client: Client, caplog: pytest.LogCaptureFixture, cast: Any
) -> None:
    place = make_place()
    vote = call(place)
    everywhere = tables_with("against")
    with caplog.at_level(logging.DEBUG):
        cast(client, place.people[0], vote, "against", CODE)

    assert Ballot.objects.count() == 1
    # The words of the question stand where they stood before; the code stands nowhere.
    assert tables_with("against") == everywhere
    assert tables_with(CODE) == tables_with(CODE.replace("-", "")) == set()
    told = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert "against" not in told
    assert CODE not in told


def test_no_statement_sent_to_the_database_carries_a_choice(client: Client) -> None:
    """Not even in a parameter: a database's own log of statements tells nothing."""
    place = make_place()
    vote = call(place)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        cast_without_scripts(client, place.people[0], vote, "against", CODE)

    assert len(asked) > 0
    assert [query for query in asked if CODE in query["sql"] or "'against'" in query["sql"]] == []


def test_looking_up_a_check_code_writes_it_to_no_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for", CODE)
    with caplog.at_level(logging.INFO), clock.at(DURING):
        assert client.get(f"/v/{CODE}").status_code == 404
    factories.count(vote)
    with caplog.at_level(logging.INFO):
        assert client.get(f"/v/{CODE}").status_code == 200

    assert [record for record in caplog.records if CODE in record.getMessage()] == []


def test_all_ballots_look_alike_whatever_they_hold() -> None:
    place = make_place()
    vote = call(place)
    for user, choice in zip(place.people, ["for", "against", "abstain"], strict=True):
        put(user, vote, choice)

    ballots = Ballot.objects.order_by("entry")
    assert {len(ballot.sealed or b"") for ballot in ballots} == {605}
    assert {(ballot.choice, ballot.channel, len(ballot.receipt), len(ballot.seal)) for ballot in ballots} == {
        ("", "online", 14, 64)
    }


def test_a_dump_of_an_open_vote_opens_nothing() -> None:
    """It holds the envelopes and no key; the key is in no table, and not among the files people bring."""
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for", CODE)
    out = io.StringIO()
    call_command("dumpdata", "voting", "record", "community", stdout=out)
    private = keys.fetch(vote.public_id).private_numbers().private_value

    assert vote.public_key in out.getvalue()
    for trace in (
        CODE,
        str(private),
        f"{private:x}",
        b64encode(private.to_bytes(32)).decode(),
        "PRIVATE KEY",
    ):
        assert trace not in out.getvalue()


def test_a_changed_ballot_leaves_no_envelope_behind() -> None:
    place = make_place()
    vote = call(place)
    first = put(place.people[0], vote, "for")
    old = bytes(first.sealed or b"").decode("latin-1")[:40]
    put(place.people[0], vote, "against")

    assert BallotChange.objects.values_list("choice", flat=True).get() == ""
    assert tables_with(old) == tables_with(first.seal) == set()


def test_while_open_nobody_reads_a_result_not_even_staff(client: Client) -> None:
    place = make_place()
    vote = call(place)
    for user in place.people:
        put(user, vote, "against")
    for reader in (place.director, place.people[0], None):
        client.logout()
        if reader:
            client.force_login(reader)
        with clock.at(DURING):
            body = client.get(reverse("voting:vote", args=[vote.pk])).content.decode()
            assert client.get(reverse("voting:result", args=[vote.pk])).status_code == 404
        assert 'id="result"' not in body
    vote.refresh_from_db()
    assert (vote.totals, vote.outcome, OpenedBallot.objects.count()) == ({}, "", 0)


def test_turnout_of_a_building_with_few_voters_is_not_told_of_a_secret_vote_alone(client: Client) -> None:
    place = make_place()
    secret, signed = call(place), factories.call_residents(place)
    names = [factories.line(user, secret).building.name for user in place.people]
    with clock.at(DURING):
        bodies = [
            client.get(reverse("voting:vote", args=[vote.pk])).content.decode().split('id="turnout"')[1]
            for vote in (secret, signed)
        ]

    assert [[name in body for name in names] for body in bodies] == [[False] * 3, [True] * 3]


def test_news_never_say_who_voted_nor_how() -> None:
    place = make_place()
    vote = call(place)
    before = Notice.objects.count()
    for user in place.people[:2]:
        put(user, vote, "against", "")
    assert Notice.objects.count() == before
    with clock.at(factories.CLOSES_AT - timedelta(hours=20)):
        jobs.remind_voters()
    assert Notice.objects.exclude(kind__in=["vote.called", "vote.ending"]).count() == 0
    factories.count(vote)
    told = [str(notice.params) for notice in Notice.objects.all()]
    assert len(told) > before
    assert not any(
        word in text
        for text in told
        for word in ("against", *Ballot.objects.values_list("receipt", flat=True))
    )


def test_the_record_says_nothing_of_single_ballots() -> None:
    place = make_place()
    vote = call(place)
    ballots = [
        put(user, vote, "against", code) for user, code in zip(place.people, [CODE, "", ""], strict=True)
    ]
    assert set(Entry.objects.filter(subject=f"vote:{vote.pk}").values_list("action", flat=True)) == {
        "vote.called"
    }
    factories.count(vote)
    written = " ".join(str(entry.data) for entry in Entry.objects.all())
    for trace in (CODE, *(ballot.receipt for ballot in ballots), *(ballot.seal for ballot in ballots)):
        assert trace not in written


# --- after the opening ---


def test_nothing_joins_an_opened_ballot_to_a_voter() -> None:
    """The opened table has no time, no person, no line; its values stand in no other row."""
    place = make_place(12)
    vote = call(place)
    for number, user in enumerate(place.people):
        put(user, vote, ["for", "against"][number % 2])
    seals = set(Ballot.objects.values_list("seal", flat=True))
    factories.count(vote)

    columns = {field.name for field in OpenedBallot._meta.get_fields()}
    assert columns == {"id", "vote", "code", "choice", "channel"}
    assert set(Ballot.objects.values_list("choice", "sealed", "seal")) == {("", None, "")}
    for code, _choice in opened(vote):
        assert tables_with(code) == {"voting_openedballot"}
    assert not any(tables_with(seal) for seal in seals)


def test_opened_ballots_lie_in_the_order_of_their_codes_not_of_casting() -> None:
    place = make_place(12)
    vote = call(place)
    for user in place.people:
        put(user, vote, "for")
    factories.count(vote)

    codes = list(OpenedBallot.objects.order_by("pk").values_list("code", flat=True))
    assert codes == sorted(codes)


@pytest.mark.parametrize(("online", "paper", "told"), [(7, 5, True), (8, 4, False), (4, 5, False)])
def test_few_ballots_of_one_channel_are_not_told_apart_even_in_the_table(
    online: int, paper: int, told: bool
) -> None:
    place = make_place(online + paper)
    vote, two = call(place), clerks(place)
    for number, user in enumerate(place.people[:online]):
        put(user, vote, ["for", "against"][number % 2])
    for number, user in enumerate(place.people[online:], 1):
        hand_in(vote, user, "for", number, two)

    vote = factories.count(vote, at=AFTER + timedelta(days=20))

    assert set(OpenedBallot.objects.values_list("channel", flat=True)) == (
        {"online", "paper"} if told else {""}
    )
    assert sorted(vote.totals["channels"]) == (["online", "paper"] if told else [])
    assert "channel" not in str(result.body(vote)["ballots"])


def test_where_all_chose_the_same_no_channel_is_told() -> None:
    place = make_place(12)
    vote, two = call(place), clerks(place)
    for user in place.people[:6]:
        put(user, vote, "for")
    for number, user in enumerate(place.people[6:], 1):
        hand_in(vote, user, "for", number, two)

    assert factories.count(vote, at=AFTER + timedelta(days=20)).totals["channels"] == {}


def test_the_page_warns_beforehand_that_a_small_vote_tells_by_itself(client: Client) -> None:
    place = make_place()
    vote = call(place)
    client.force_login(place.people[0])
    with clock.at(DURING):
        body = client.get(reverse("voting:vote", args=[vote.pk])).content.decode()

    assert "10" in body.split("data-sealed-receipt")[1].split("</section>")[0]


def test_the_published_file_has_no_order_but_the_codes() -> None:
    place = make_place(12)
    vote = call(place)
    for number, user in enumerate(place.people):
        put(user, vote, ["for", "against"][number % 2])
    vote = factories.count(vote)

    published = result.document(vote)
    numbers = [entry["entry"] for entry in published["roll"]]
    assert [ballot["entry"] for ballot in published["ballots"]] == [None] * 12
    assert [ballot["receipt"] for ballot in published["ballots"]] == sorted(code for code, _ in opened(vote))
    assert numbers == [f"e{number}" for number in range(1, 13)]
    participation = {ballot.receipt for ballot in Ballot.objects.all()}
    assert participation.isdisjoint(ballot["receipt"] for ballot in published["ballots"])


# --- the installation ---


def test_no_admin_shows_a_vote() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert [model for model in get_snippet_models() if model._meta.app_label == "voting"] == []
    assert [
        app.name for app in apps.get_app_configs() if "history" in app.name or "reversion" in app.name
    ] == []


def test_sqlite_overwrites_what_it_empties() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_after_the_opening_the_files_of_sqlite_hold_no_envelope() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    place = make_place()
    vote = call(place)
    ballots = [put(user, vote, "for") for user in place.people]
    traces = [bytes(ballot.sealed or b"")[100:400] for ballot in ballots]
    path = str(connection.settings_dict["NAME"])

    def on_disk() -> bytes:
        return b"".join(_read(f"{path}{end}") for end in ("", "-wal"))

    assert all(trace in on_disk() for trace in traces)
    factories.count(vote)
    assert not any(trace in on_disk() for trace in traces)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_transaction_that_wrote_a_row_leads_from_no_voter_to_a_ballot() -> None:
    """Marking the voter and storing a detached ballot in one transaction gave every vote away (xmin)."""
    place = make_place(6)
    vote = call(place)
    for user in place.people:
        put(user, vote, "for")
    factories.count(vote)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM voting_openedballot")
        opened_by = cursor.fetchall()
        cursor.execute("SELECT DISTINCT xmin::text FROM voting_ballot")
        emptied_by = cursor.fetchall()
        cursor.execute(
            "SELECT b.id, count(*) FROM voting_ballot b JOIN voting_openedballot o ON o.xmin = b.xmin GROUP BY b.id"
        )
        joined = cursor.fetchall()
        cursor.execute(
            "SELECT count(*) FROM voting_rollentry r JOIN voting_openedballot o ON o.xmin = r.xmin"
        )
        lines = cursor.fetchone()
    # All share the one transaction of the opening: each voter leads to all ballots alike.
    assert opened_by == emptied_by
    assert len(opened_by) == 1
    assert {number for _ballot, number in joined} == {6}
    assert lines == (0,)
