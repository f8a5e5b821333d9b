"""Ballots on paper: two people read each, a third decides, the vote's rule says which of two ballots stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.community.models import RuleSet, User
from portal.community.permissions import Role
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.voting import jobs, papers, recount, result, services
from portal.voting.matters import Question
from portal.voting.models import (
    Ballot,
    BallotChange,
    Channel,
    Duplicates,
    Envelope,
    PaperBallot,
    SetAside,
    Vote,
)
from tests import factories as places
from tests.concurrency import at_once
from tests.voting import factories
from tests.worlds import kept

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DURING, AFTER = factories.DURING, factories.AFTER


class Desk:
    """A vote with three clerks."""

    @kept
    def __init__(self, *, duplicates: str = Duplicates.FIRST, **changes: Any) -> None:
        RuleSet.objects.filter(key="voting.duplicates").update(value=duplicates)
        self.place = factories.make_place((9000, 9000, 9000))
        self.vote = factories.call(self.place, **changes)
        self.ann, self.bao, self.cai = (
            places.make_user(Role.WORKER, neighbourhood=self.place.neighbourhood) for _ in range(3)
        )

    def code(self, number: int = 0) -> str:
        return factories.line(self.place.people[number], self.vote).label

    def enter(
        self, choice: str = "for", number: int = 0, *, at: datetime = DURING, **more: Any
    ) -> PaperBallot:
        user = more.pop("user", self.ann)
        with clock.at(at):
            return services.enter(user, self.vote.pk, more.pop("code", self.code(number)), choice, **more)

    def confirm(
        self, paper: PaperBallot, choice: str, user: User | None = None, at: datetime = DURING
    ) -> PaperBallot:
        with clock.at(at):
            return services.confirm(user or self.bao, paper.pk, choice)

    def judge(self, paper: PaperBallot, choice: str, user: User | None = None) -> PaperBallot:
        with clock.at(DURING):
            return services.judge(user or self.cai, paper.pk, choice)

    def take(
        self, choice: str = "for", number: int = 0, *, at: datetime = DURING, **more: Any
    ) -> PaperBallot:
        """A paper both clerks read alike."""
        return self.confirm(self.enter(choice, number, at=at, **more), choice, at=at)

    def finish(self, at: datetime = AFTER) -> Vote:
        with clock.at(at):
            return services.finish_paper(self.ann, self.vote.pk)


# --- two readings ---


def test_two_equal_readings_are_a_ballot_with_its_way_and_time() -> None:
    desk = Desk()
    desk.confirm(desk.enter("against", received_at=DURING - HOUR, channel=Channel.COUNTER), "against")

    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.channel, ballot.cast_at) == ("against", "counter", DURING - HOUR)
    assert ballot.entry == factories.line(desk.place.people[0], desk.vote)
    assert PaperBallot.objects.get().stands is True


def test_one_reading_counts_for_nothing() -> None:
    desk = Desk()
    desk.enter("for")

    assert Ballot.objects.count() == 0


def test_w2_two_clerks_disagree_until_a_third_decides_and_all_readings_are_kept() -> None:
    desk = Desk()
    paper = desk.confirm(desk.enter("for"), "against")
    assert (Ballot.objects.count(), paper.taken_at) == (0, None)
    with pytest.raises(NotPossible):
        desk.finish()
    with pytest.raises(NotPossible):
        factories.count(desk.vote)

    desk.judge(paper, "against")

    kept = PaperBallot.objects.get()
    assert (kept.first_choice, kept.second_choice, kept.judged_choice) == ("for", "against", "against")
    assert Ballot.objects.get().choice == "against"


def test_w3_the_same_person_reads_a_paper_once() -> None:
    desk = Desk()
    paper = desk.enter("for")
    with pytest.raises(NotPossible):
        desk.confirm(paper, "for", desk.ann)
    desk.confirm(paper, "against")
    for clerk in (desk.ann, desk.bao):
        with pytest.raises(NotPossible):
            desk.judge(paper, "for", clerk)
    with pytest.raises(NotPossible):
        desk.confirm(paper, "for", desk.cai)


def test_w3_the_database_refuses_the_same_person_too() -> None:
    desk = Desk()
    paper = desk.enter("for")

    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBallot.objects.filter(pk=paper.pk).update(second_by=desk.ann, second_at=DURING)


@pytest.mark.parametrize(
    ("written", "kept"), [("invalid", "invalid"), ("", "abstain"), ("abstain", "abstain")]
)
def test_w5_two_ticks_are_invalid_and_an_empty_ballot_abstains(written: str, kept: str) -> None:
    desk = Desk()
    desk.take(written)

    assert Ballot.objects.get().choice == kept


def test_what_is_no_option_is_refused() -> None:
    with pytest.raises(NotPossible):
        Desk().enter("maybe")


def test_invalid_ballots_took_part_and_stand_in_the_published_file() -> None:
    desk = Desk()
    desk.take("invalid", 0)
    desk.take("for", 1)
    desk.finish()
    vote = factories.count(desk.vote)

    assert vote.totals["cast"]["invalid"] == {"heads": 1, "area": 9000}
    assert vote.outcome == "failed"
    published = result.document(vote)
    assert sorted(row["choice"] for row in published["ballots"]) == ["for", "invalid"]
    verdict, _lines, faults = recount.recount(published)
    assert (verdict, faults) == ("failed", [])


# --- which paper is taken at all ---


@pytest.mark.parametrize("code", ["e99", "99", "", "x", "e-1", "１"])
def test_a_code_that_is_not_on_the_roll_is_refused(code: str) -> None:
    with pytest.raises(NotPossible):
        Desk().enter(code=code)


def test_late_paper_is_refused_and_paper_in_time_is_entered_after_the_end() -> None:
    desk = Desk()
    desk.take(number=1)

    with pytest.raises(NotPossible):
        desk.enter(at=AFTER, received_at=factories.CLOSES_AT)
    desk.enter(at=AFTER, received_at=factories.CLOSES_AT - timedelta(seconds=1))

    assert PaperBallot.objects.count() == 2


def test_a_paper_cannot_come_before_the_opening_or_in_the_future() -> None:
    desk = Desk()
    for moment in (factories.OPENS_AT - HOUR, DURING + HOUR):
        with pytest.raises(NotPossible):
            desk.enter(received_at=moment)


def test_a_moment_typed_to_the_minute_is_in_time_in_the_minute_of_the_opening() -> None:
    desk = Desk()
    Vote.objects.update(opens_at=factories.OPENS_AT + timedelta(seconds=40))

    with pytest.raises(NotPossible):
        desk.enter(received_at=factories.OPENS_AT - timedelta(minutes=1))
    assert desk.enter(received_at=factories.OPENS_AT).received_at == factories.OPENS_AT


def test_a_paper_is_not_entered_twice_while_it_waits_for_its_second_reading() -> None:
    desk = Desk()
    desk.enter()

    with pytest.raises(NotPossible):
        desk.enter(user=desk.bao)


def test_nothing_is_entered_once_all_paper_is_in() -> None:
    desk = Desk()
    desk.take()
    desk.finish()

    with pytest.raises(NotPossible):
        desk.enter(number=1, at=AFTER, received_at=DURING)


@pytest.mark.parametrize("role", [Role.OWNER, Role.OFFICER, Role.AUDITOR, Role.PROPERTY])
def test_only_who_runs_the_vote_handles_its_paper(role: Role) -> None:
    desk = Desk()
    stranger = places.make_user(role, neighbourhood=desk.place.neighbourhood)

    with pytest.raises(PermissionDenied):
        desk.enter(user=stranger)


def test_the_paper_of_a_line_that_was_struck_meanwhile_is_kept_aside() -> None:
    desk = Desk()
    paper = desk.enter("for")
    with clock.at(DURING):
        services.strike_line(desk.place.director, paper.entry_id or 0, "误录")

    taken = desk.confirm(paper, "for")

    assert (taken.stands, Ballot.objects.count()) == (False, 0)
    assert BallotChange.objects.get().why == SetAside.STRUCK


# --- two ballots of one line ---

# Online at DURING, on paper an hour before or after: which ballot stands, by the rule of the vote.
RULES = [
    (Duplicates.FIRST, -1, "paper"),
    (Duplicates.FIRST, 1, "online"),
    (Duplicates.PAPER, -1, "paper"),
    (Duplicates.PAPER, 1, "paper"),
    (Duplicates.LAST, -1, "online"),
    (Duplicates.LAST, 1, "paper"),
]


@pytest.mark.parametrize(("duplicates", "hours", "stands"), RULES)
def test_w1_of_two_ballots_one_stands_by_the_rule_and_both_are_kept(
    duplicates: str, hours: int, stands: str
) -> None:
    desk = Desk(duplicates=duplicates)
    factories.cast(desk.place.people[0], desk.vote, "for")

    paper = desk.take("against", received_at=DURING + hours * HOUR, at=DURING + 2 * HOUR)

    ballot, kept = Ballot.objects.get(), BallotChange.objects.get()
    expected = {"paper": ("against", "paper", "for"), "online": ("for", "online", "against")}[stands]
    assert (ballot.choice, ballot.channel, kept.choice) == expected
    assert (kept.why, paper.stands) == (SetAside.DUPLICATE, stands == "paper")


@pytest.mark.parametrize(
    ("duplicates", "stands"), [(Duplicates.FIRST, False), (Duplicates.PAPER, False), (Duplicates.LAST, True)]
)
def test_w1_online_after_paper_is_refused_unless_the_last_ballot_stands(
    duplicates: str, stands: bool
) -> None:
    desk = Desk(duplicates=duplicates)
    desk.take("against", at=DURING)

    if stands:
        factories.cast(desk.place.people[0], desk.vote, "for", at=DURING + HOUR)
    else:
        with pytest.raises(NotPossible):
            factories.cast(desk.place.people[0], desk.vote, "for", at=DURING + HOUR)

    assert Ballot.objects.get().choice == ("for" if stands else "against")


def test_a_changed_online_ballot_keeps_its_place_before_a_paper() -> None:
    desk = Desk(duplicates=Duplicates.FIRST)
    factories.cast(desk.place.people[0], desk.vote, "for")
    factories.cast(desk.place.people[0], desk.vote, "abstain", at=DURING + 2 * HOUR)

    paper = desk.take("against", received_at=DURING + HOUR, at=DURING + 3 * HOUR)

    assert (Ballot.objects.get().choice, paper.stands) == ("abstain", False)


# --- the count waits ---


def test_the_count_waits_for_printed_paper_until_somebody_says_that_all_is_in() -> None:
    desk = Desk()
    with clock.at(DURING):
        services.print_ballots(desk.ann, desk.vote.pk)
        services.print_ballots(desk.ann, desk.vote.pk)
    with clock.at(AFTER):
        jobs.count_votes()
    desk.vote.refresh_from_db()
    assert (desk.vote.counted_at, desk.vote.printed_at) == (None, DURING)
    duty = Duty.objects.get(kind="vote.paper")
    assert duty.due_at == papers.due(desk.vote).at

    desk.finish()
    with clock.at(AFTER):
        jobs.count_votes()

    desk.vote.refresh_from_db()
    duty.refresh_from_db()
    assert (desk.vote.counted_at, duty.done_at, duty.done_by) == (AFTER, AFTER, desk.ann)
    assert Entry.objects.get(action="vote.paper_done").data == {
        "about": desk.vote.subject, "entered": 0, "taken": 0, "set_aside": 0, "decided_by_a_third": 0,
    }  # fmt: skip


@pytest.mark.parametrize("confirmed", [True, False])
def test_after_its_days_the_count_waits_only_for_what_is_not_confirmed(confirmed: bool) -> None:
    desk = Desk()
    paper = desk.enter("for")
    if confirmed:
        desk.confirm(paper, "for")
    with clock.at(papers.due(desk.vote).at):
        jobs.count_votes()

    desk.vote.refresh_from_db()
    assert (desk.vote.counted_at is not None) == confirmed


def test_after_a_pause_the_paper_has_its_days_from_when_the_end_was_noticed() -> None:
    desk, back = Desk(), AFTER + timedelta(days=21)
    desk.enter("for")
    with clock.at(back):
        jobs.end_votes()
        jobs.count_votes()
    duty = Duty.objects.get(kind="vote.paper")
    desk.confirm(PaperBallot.objects.get(), "for", at=back)
    with clock.at(duty.due_at - HOUR):
        jobs.count_votes()
    desk.vote.refresh_from_db()
    early = desk.vote.counted_at
    with clock.at(duty.due_at):
        jobs.count_votes()

    desk.vote.refresh_from_db()
    assert duty.due_at == papers.due(desk.vote).at == add_working_days(back, 3).at
    assert (early, desk.vote.counted_at) == (None, duty.due_at)


def test_what_the_count_waits_for_is_owed_from_when_it_showed_itself() -> None:
    desk, late = Desk(), AFTER + timedelta(days=30)
    with clock.at(late):
        services.owe_count(desk.vote.pk)

    assert Duty.objects.get(kind="vote.count").due_at == add_working_days(late, 3).at


def test_a_vote_without_paper_is_counted_at_once() -> None:
    desk = Desk()
    with clock.at(AFTER):
        jobs.count_votes()

    desk.vote.refresh_from_db()
    assert desk.vote.counted_at == AFTER


def test_all_paper_is_in_only_after_the_end() -> None:
    desk = Desk()
    desk.take()

    with pytest.raises(NotPossible):
        desk.finish(DURING)


# --- secret votes ---


def secret(duplicates: str = Duplicates.FIRST) -> Desk:
    """A secret sounding of residents."""
    RuleSet.objects.filter(key="voting.duplicates").update(value=duplicates)
    desk = object.__new__(Desk)
    desk.place = factories.make_place((9000, 9000, 9000), residents=True)
    desk.vote = factories.call_residents(desk.place, question=Question(secret=True))
    Vote.objects.filter(pk=desk.vote.pk).update(key_ready_at=factories.OPENS_AT)
    desk.vote.refresh_from_db()
    desk.ann, desk.bao, desk.cai = (
        places.make_user(Role.WORKER, neighbourhood=desk.place.neighbourhood) for _ in range(3)
    )
    return desk


def note(desk: Desk, number: int = 0, at: datetime = DURING, received_at: datetime | None = None) -> Envelope:
    with clock.at(at):
        return services.receive_envelope(desk.ann, desk.vote.pk, desk.code(number), received_at)


def receive(desk: Desk, number: int = 0, at: datetime = DURING, **when: Any) -> Envelope:
    """An envelope that one person noted and a second booked."""
    envelope = note(desk, number, at, **when)
    with clock.at(at):
        return services.confirm_envelope(desk.bao, envelope.pk)


def test_an_envelope_marks_its_line_and_says_nothing() -> None:
    desk = secret()

    assert receive(desk).stands

    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.sealed, ballot.seal, ballot.channel) == ("", None, "", "paper")
    with pytest.raises(NotPossible):
        receive(desk)


@pytest.mark.parametrize(
    ("duplicates", "stands"), [(Duplicates.FIRST, False), (Duplicates.PAPER, True), (Duplicates.LAST, True)]
)
def test_w1_an_envelope_and_a_sealed_ballot_follow_the_rule(duplicates: str, stands: bool) -> None:
    desk = secret(duplicates)
    line = factories.line(desk.place.people[0], desk.vote)
    Ballot.objects.create(
        vote=desk.vote, entry=line, sealed=b"x" * 64, seal="a" * 64, receipt="R", cast_at=DURING,
        cast_by=desk.place.people[0],
    )  # fmt: skip

    assert receive(desk, at=DURING + HOUR).stands is stands

    ballot = Ballot.objects.get()
    assert (ballot.sealed is None, ballot.channel == Channel.PAPER) == (stands, stands)
    kept = BallotChange.objects.get()
    assert (kept.choice, kept.why) == ("", SetAside.DUPLICATE)


def test_sheets_of_a_secret_vote_have_no_line_and_are_read_after_the_end() -> None:
    desk = secret()
    receive(desk)
    with pytest.raises(NotPossible):
        desk.enter("for", code="1")

    paper = desk.enter("for", code="", at=AFTER)
    desk.confirm(paper, "for", at=AFTER)

    assert (paper.entry, paper.sheet) == (None, 1)
    assert Ballot.objects.get().choice == ""
    with pytest.raises(NotPossible):
        desk.enter("for", code="1", at=AFTER)


@pytest.mark.parametrize("sheets", [1, 3])
def test_w4_sheets_and_envelopes_have_to_be_as_many(sheets: int) -> None:
    desk = secret()
    receive(desk, 0)
    receive(desk, 1)
    for _ in range(sheets):
        desk.confirm(desk.enter("for", code="", at=AFTER), "for", at=AFTER)

    with pytest.raises(NotPossible):
        desk.finish()
    with pytest.raises(NotPossible):
        factories.count(desk.vote, at=papers.due(desk.vote).at)


def test_a_secret_vote_on_paper_alone_is_counted_from_its_sheets() -> None:
    desk = secret()
    receive(desk, 0)
    receive(desk, 1)
    for choice in ("for", "invalid"):
        desk.confirm(desk.enter(choice, code="", at=AFTER), choice, at=AFTER)
    desk.finish()
    vote = factories.count(desk.vote)

    assert {name: cast["heads"] for name, cast in vote.totals["cast"].items()} == {
        "for": 1, "against": 0, "abstain": 0, "invalid": 1,
    }  # fmt: skip
    assert recount.recount(result.document(vote))[2] == []


# --- at once ---


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_confirm_at_once_confirm_once() -> None:
    desk = Desk()
    paper = desk.enter("for")
    clerks = [desk.bao, desk.cai]

    attempts = at_once(2, lambda n: desk.confirm(paper, "for", clerks[n]), numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    assert (Ballot.objects.count(), PaperBallot.objects.get().stands) == (1, True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_paper_entered_by_two_clerks_at_once_is_entered_once() -> None:
    desk = Desk()
    clerks = [desk.ann, desk.bao]

    attempts = at_once(2, lambda n: desk.enter("for", user=clerks[n], code="e1"), numbered=True)

    assert [type(error) for error in attempts.errors] == [NotPossible]
    assert PaperBallot.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("duplicates", Duplicates.values)
def test_paper_taken_while_its_voter_casts_online_is_one_ballot(duplicates: str) -> None:
    desk = Desk(duplicates=duplicates)
    paper = desk.enter("against", received_at=DURING - HOUR)

    def work(number: int) -> object:
        if number % 2:
            return factories.cast(desk.place.people[0], desk.vote, "for")
        return desk.confirm(paper, "against", desk.bao)

    attempts = at_once(8, work, numbered=True)

    assert {type(error) for error in attempts.errors} <= {NotPossible}
    ballot = Ballot.objects.get()
    assert PaperBallot.objects.get().taken_at is not None
    said = {ballot.choice, *BallotChange.objects.values_list("choice", flat=True)}
    assert ballot.choice == ("for" if duplicates == Duplicates.LAST and "for" in said else "against")
