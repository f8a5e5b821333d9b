"""The end of a vote: decided in one place, for good, once for each effect, to the second over HTTP as well."""

from __future__ import annotations

import ast
import sqlite3
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.voting import jobs, papers, services
from portal.voting.models import Ballot, BallotChange, Duplicates, Envelope, PaperBallot, Vote
from portal.voting.permissions import ENVELOPES
from portal.voting.services import journal
from portal.voting.states import PaperState, Phase
from tests.concurrency import at_once
from tests.voting import factories
from tests.voting.servers import open_now, server, voter
from tests.voting.test_envelopes import box, early, judge, make_box
from tests.voting.test_paper import Desk, note, receive
from tests.voting.test_secret import call, make_place, put

pytestmark = pytest.mark.django_db
DURING, AFTER, CLOSES_AT = factories.DURING, factories.AFTER, factories.CLOSES_AT
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[2]
# Where "open" is decided: the life of a vote, and the same as conditions for the database.
DECIDED = {"portal/voting/states.py", "portal/voting/models/votes.py"}


# --- one place, for good ---


def test_one_place_decides_whether_a_vote_is_open() -> None:
    found = set()
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Compare) or "migrations" in path.parts:
                continue
            sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
            if "clock.now()" in sides and any(side.endswith("vote.closes_at") for side in sides):
                found.add(str(path.relative_to(ROOT)))

    assert found <= DECIDED


@pytest.mark.parametrize("minutes", [-2, 10])
def test_a_clock_that_jumps_opens_no_vote_again(minutes: int) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    factories.cast(place.people[0], vote)
    with clock.at(CLOSES_AT):
        jobs.end_votes()
        jobs.end_votes()

    with clock.at(CLOSES_AT + timedelta(minutes=minutes)):
        assert Vote.objects.get().phase is Phase.CLOSED
        assert not Vote.objects.open().exists()
        with pytest.raises(NotPossible):
            services.cast(place.people[1], vote.pk, "for")
        with pytest.raises(NotPossible):
            services.cast(place.people[0], vote.pk, "against")
        jobs.count_votes()

    vote.refresh_from_db()
    assert (vote.phase, Ballot.objects.count()) == (Phase.COUNTED, 1)


def test_an_extended_vote_ends_at_its_new_end_only() -> None:
    place = factories.make_place()
    vote = factories.call(place, may_extend_to=CLOSES_AT + timedelta(days=7))
    with clock.at(CLOSES_AT - HOUR):
        services.extend(place.director, vote.pk, CLOSES_AT + timedelta(days=7), "人手不足")
    with clock.at(CLOSES_AT):
        assert services.end_votes() == 0

    factories.cast(place.people[0], vote, at=CLOSES_AT + HOUR)
    assert Ballot.objects.count() == 1


def test_whoever_has_not_voted_is_reminded_of_each_end() -> None:
    place = factories.make_place()
    vote = factories.call(place, may_extend_to=CLOSES_AT + timedelta(days=7))
    with clock.at(CLOSES_AT - HOUR):
        jobs.remind_voters()
        services.extend(place.director, vote.pk, CLOSES_AT + timedelta(days=7), "人手不足")
        jobs.remind_voters()
    assert Notice.objects.filter(kind="vote.ending", user=place.people[0]).count() == 1

    with clock.at(CLOSES_AT + timedelta(days=6)):
        jobs.remind_voters()
        jobs.remind_voters()

    assert Notice.objects.filter(kind="vote.ending", user=place.people[0]).count() == 2


# --- the journal of SQLite ---


@pytest.mark.django_db(transaction=True)
def test_while_somebody_reads_the_journal_waits_and_the_periodic_work_empties_it() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    place = make_place()
    vote = call(place)
    traces = [bytes(put(user, vote, "for").sealed or b"")[100:400] for user in place.people]
    path = str(connection.settings_dict["NAME"])

    def on_disk() -> bytes:
        return b"".join(part.read_bytes() for end in ("", "-wal") if (part := Path(path + end)).exists())

    with sqlite3.connect(path, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM voting_ballot").fetchone()
        factories.count(vote)
        vote.refresh_from_db()
        assert (vote.counted_at is not None, vote.emptied_at) == (True, None)
        assert any(trace in on_disk() for trace in traces)
        assert journal.empty_due() == 0
        reader.execute("COMMIT")
    reader.close()

    with clock.at(AFTER):
        jobs.empty_journals()

    vote.refresh_from_db()
    assert vote.emptied_at == AFTER
    assert not any(trace in on_disk() for trace in traces)
    assert journal.empty_due() == 0


@pytest.mark.django_db(transaction=True)
def test_after_an_opening_that_nobody_disturbed_nothing_is_left_to_do() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for")
    factories.count(vote)

    vote.refresh_from_db()
    assert vote.emptied_at is not None
    assert journal.empty_due() == 0


# --- at once ---


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_around_the_end_over_http_a_ballot_stands_if_and_only_if_it_was_accepted() -> None:
    """Two hundred posts within half a second before and after the end: what was answered is what is there."""
    voters = 200
    place = factories.make_place(tuple([9000] * voters))
    vote, people = open_now(place), [voter(user) for user in place.people]
    Vote.objects.filter(pk=vote.pk).update(closes_at=clock.now() + timedelta(seconds=20))
    vote.refresh_from_db()

    def send(n: int) -> int:
        wait = (vote.closes_at - clock.now()).total_seconds() - 0.5 + n / voters
        time.sleep(max(0.0, wait))
        return people[n].send(running.port, vote)

    with server() as running:
        people[0].reads(running.port, f"/votes/{vote.pk}/")
        attempts = at_once(voters, send, numbered=True)

    assert attempts.errors == []
    assert set(attempts.results) <= {302, 409}
    there = Ballot.objects.filter(vote=vote)
    assert there.count() == attempts.results.count(302)
    assert not there.filter(cast_at__gte=vote.closes_at).exists()
    assert attempts.results.count(409) > 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_three_workers_after_an_outage_do_everything_once() -> None:
    desk = Desk()
    factories.cast(desk.place.people[1], desk.vote)
    with clock.at(DURING):
        services.print_ballots(desk.ann, desk.vote.pk)
    late = CLOSES_AT + 2 * HOUR

    def work() -> None:
        with clock.at(late):
            for job in (jobs.end_votes, jobs.freeze_rolls, jobs.remind_voters, jobs.count_votes):
                job()

    waiting = at_once(3, work)
    assert (waiting.errors, Duty.objects.filter(kind="vote.paper").count()) == ([], 1)
    desk.finish(late)
    counting = at_once(3, work)

    assert counting.errors == []
    assert [Entry.objects.filter(action=f"vote.{what}").count() for what in ("roll_frozen", "counted")] == [
        1,
        1,
    ]
    assert Notice.objects.filter(kind="vote.counted", user=desk.place.people[1]).count() == 1
    assert Notice.objects.filter(kind="vote.ending").count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_envelope_noted_by_two_clerks_at_once_is_noted_once() -> None:
    desk = make_box()
    clerks = [desk.ann, desk.bao]

    def work(n: int) -> Envelope:
        with clock.at(DURING):
            return services.receive_envelope(clerks[n], desk.vote.pk, desk.code(0))

    attempts = at_once(2, work, numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    assert Envelope.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("duplicates", Duplicates.values)
def test_an_envelope_booked_while_its_voter_casts_is_one_ballot_and_loses_none(duplicates: str) -> None:
    desk = make_box(duplicates)
    outer = note(desk, at=DURING, received_at=DURING - HOUR)

    def work(n: int) -> object:
        if n % 2:
            return put(desk.place.people[0], desk.vote, "for")
        with clock.at(DURING):
            return services.confirm_envelope(desk.bao, outer.pk)

    attempts = at_once(6, work, numbered=True)

    assert {type(error) for error in attempts.errors} <= {NotPossible}
    ballot = Ballot.objects.get()
    outer.refresh_from_db()
    assert outer.state is not PaperState.ENTERED
    # It came before what was cast online: nobody alone takes a sealed ballot away.
    if any(isinstance(one, Ballot) for one in attempts.results) and outer.state is PaperState.DISPUTED:
        assert ballot.sealed is not None
    assert (ballot.sealed is None) == (outer.state is PaperState.TAKEN)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rulings_at_once_are_one() -> None:
    desk = box()
    outer = early(desk)
    judges = [desk.cai, desk.place.director]

    attempts = at_once(2, lambda n: judge(desk, outer, stands=bool(n), user=judges[n]), numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_rulings_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = box()
    outer = early(desk)
    judges = [desk.cai, desk.place.director]
    looked = threading.Barrier(2)

    def unlocked(*asked: Any) -> Envelope:
        found = ENVELOPES.get(*asked)
        looked.wait(timeout=10)
        return found

    monkeypatch.setattr(ENVELOPES, "take", unlocked)

    attempts = at_once(2, lambda n: judge(desk, outer, stands=bool(n), user=judges[n]), numbered=True)

    assert (attempts.errors, len(attempts.results)) == ([], 2)
    assert BallotChange.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_paper_withdrawn_and_kept_at_once_goes_one_way() -> None:
    desk = Desk()
    paper = desk.take("for")
    with clock.at(DURING):
        services.doubt(desk.ann, paper.pk, "missing", "查无此票")

    def work(n: int) -> object:
        with clock.at(DURING):
            if n:
                return services.keep(desk.cai, paper.pk, "在箱中")
            return services.withdraw_paper(desk.bao, paper.pk)

    attempts = at_once(2, work, numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    gone = PaperBallot.objects.get().state is PaperState.WITHDRAWN
    assert Ballot.objects.exists() != gone


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_paper_doubted_while_all_is_counted_is_counted_or_waited_for() -> None:
    desk = Desk()
    paper = desk.take("for")
    desk.finish()
    begun = threading.Barrier(2)

    def work(n: int) -> object:
        begun.wait(timeout=10)
        if n:
            return factories.count(desk.vote)
        with clock.at(AFTER):
            return services.doubt(desk.bao, paper.pk, "missing", "查无此票")

    attempts = at_once(2, work, numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    vote = Vote.objects.get()
    assert vote.counted_at is not None
    assert vote.totals["cast"]["for"]["heads"] == 1
    with clock.at(AFTER):
        assert papers.missing(vote) == ""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_voter_denies_while_somebody_books_the_envelope() -> None:
    desk = make_box()
    outer = note(desk)

    def work(n: int) -> object:
        with clock.at(DURING):
            if n:
                return services.doubt_envelope(desk.place.people[0], outer.pk, "", "不是我的")
            return services.confirm_envelope(desk.bao, outer.pk)

    attempts = at_once(2, work, numbered=True)

    assert {type(error) for error in attempts.errors} <= {NotPossible}
    outer.refresh_from_db()
    assert outer.state is PaperState.DOUBTED
    assert Ballot.objects.exists() == (outer.stands is True)


def test_a_second_envelope_of_a_line_is_refused_until_the_first_is_gone() -> None:
    desk = make_box()
    receive(desk)

    with pytest.raises(NotPossible):
        note(desk)


@pytest.mark.django_db
def test_a_ballot_bears_the_moment_by_which_it_was_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the writing takes: the clock is read once, under the lock."""
    place = factories.make_place()
    vote = factories.call(place)
    moments = iter([vote.closes_at - timedelta(milliseconds=1)])
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: clock._set.get() or next(moments, None) or vote.closes_at)

    ballot = services.cast(place.people[0], vote.pk, "for")

    monkeypatch.setattr(clock, "now", real)
    assert ballot.cast_at < vote.closes_at
