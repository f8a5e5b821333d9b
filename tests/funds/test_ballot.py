"""The residents' vote on the projects of a round: calling, casting, striking, the ballots as a file, the result."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.duties.models import Duty
from portal.funds.allocating import pabulib
from portal.funds.allocating import services as allocating
from portal.funds.applying.services import withdraw
from portal.funds.ballot import lot, services
from portal.funds.ballot.instance import pabulib_of
from portal.funds.ballot.jobs import settle_fund_votes
from portal.funds.ballot.selectors import on_ballot, standing
from portal.funds.models import AllocationRun, Application, Ballot, Call, CoApplicant, Grant
from portal.funds.states import ApplicationState, CallState, GrantState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.voting import recount, result, sealing
from portal.voting import services as voting
from portal.voting.jobs import remind_voters
from portal.voting.models import OpenedBallot, RollEntry, Vote
from tests.concurrency import at_once
from tests.factories import make_resident, person_of
from tests.funds.factories import YUAN, lead_of
from tests.funds.factories_ballot import (
    AFTER,
    CALLED_AT,
    CLOSES_AT,
    DURING,
    OPENS_AT,
    Round,
    cast,
    counted,
    make_round,
    make_vote,
)

pytestmark = pytest.mark.django_db
A = ApplicationState


def ticks_of(text: str) -> dict[str, tuple[str, ...]]:
    return {ballot.voter: ballot.ticks for ballot in pabulib.read(text).ballots}


def settle(made: Round) -> Round:
    """What the clock does after the count: the computation, then the result."""
    with clock.at(AFTER):
        for _ in range(2):
            with transaction.atomic():
                services.settle(made.call.pk)
    return made.fresh()


# --- calling ---


def test_all_projects_on_notice_are_put_to_the_residents_by_a_secret_ballot_without_a_maximum() -> None:
    made = make_vote()

    vote = made.vote
    assert (vote.secret, vote.electorate, vote.matter, vote.method) == (True, "residents", "fund", "approval")
    assert vote.rule["choose"] == vote.rule["seats"] == len(vote.options) == 4
    assert made.call.state == CallState.VOTING
    assert {each.state for each in made.projects} == {A.VOTING}
    assert {each.option for each in made.projects} == set(vote.options)
    assert made.call.frozen_at is not None


def test_the_order_of_the_ballot_is_a_lot_that_anybody_draws_again() -> None:
    made = make_vote()

    text = made.vote.rule["order"]
    assert text == made.call.fingerprint
    assert [each.option for each in lot.in_order(text, made.projects)] == made.vote.options
    assert Entry.objects.get(action="fundcall.vote_called").data["order"] == text


def test_another_announced_text_draws_another_order() -> None:
    numbers = [f"N{n}" for n in range(8)]
    projects = [Application(number=each) for each in numbers]

    orders = {tuple(str(p.number) for p in lot.in_order(text, projects)) for text in ("双色球 1", "双色球 2")}

    assert len(orders) == 2
    assert all(sorted(order) == numbers for order in orders)


def test_on_paper_each_project_has_its_number_and_what_it_costs() -> None:
    made = make_vote()

    first = made.projects[0]
    place = made.vote.options.index(first.option) + 1
    assert made.vote.labels[first.option] == f"{place}. 项目1 · 9,600 元"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"notice_until": CALLED_AT + timedelta(days=1)}, "还在公示"),
        ({"ballot": Ballot.NEVER}, "不用投票"),
        ({"ballot": Ballot.IF_SHORT, "pot": 1_000_000 * YUAN}, "不用投票"),
    ],
)
def test_no_vote_before_the_notice_is_over_nor_where_the_rules_ask_for_none(
    change: dict[str, object], said: str
) -> None:
    made = make_round()
    Call.objects.filter(pk=made.call.pk).update(**change)

    with clock.at(CALLED_AT), pytest.raises(NotPossible, match=said):
        services.call_vote(made.funding.director, made.call.pk, OPENS_AT, CLOSES_AT)

    assert not Vote.objects.exists()


def test_only_the_committee_puts_a_round_to_the_residents() -> None:
    made = make_round()

    with clock.at(CALLED_AT), pytest.raises(PermissionDenied):
        services.call_vote(made.funding.resident, made.call.pk, OPENS_AT, CLOSES_AT)


def test_what_stands_on_the_ballot_is_changed_by_nobody_by_service_and_by_database() -> None:
    made = make_vote()
    project = made.projects[0]

    with pytest.raises(NotPossible):
        services.exclude(made.funding.director, project.pk, "草坪")
    for change in ({"exclusion": "草坪"}, {"title": "别的"}, {"option": "o9"}, {"number": "X"}):
        with pytest.raises(IntegrityError, match="fund_application_ballot_stands"), transaction.atomic():
            Application.objects.filter(pk=project.pk).update(**change)
    with pytest.raises(IntegrityError, match="constraint failed"), transaction.atomic():
        Call.objects.filter(pk=made.call.pk).update(minimum_votes=9)


# --- casting: 150 projects ---


def test_a_ballot_with_150_ticks_fits_into_its_envelope_and_is_counted() -> None:
    made = make_vote(1, asked=(100,) * 150)
    code = cast(made, made.people[0], *range(150))

    done = counted(made)

    opened = OpenedBallot.objects.get(vote=done.vote, code=code)
    assert opened.choice.count(",") == 149
    assert ticks_of(pabulib_of(done.call))[code] == tuple(sorted(str(p.number) for p in made.projects))


def test_an_envelope_of_another_size_is_refused() -> None:
    made = make_vote(1, asked=(100,) * 61)
    vote = made.vote
    short = sealing.seal(vote.public_key, vote.public_id, "7K3M-9QXP-2VHT", "o1")

    with clock.at(DURING), pytest.raises(NotPossible):
        voting.cast_sealed(made.people[0], vote.pk, short)


# --- striking ---


def test_a_struck_project_is_void_on_ballots_cast_before_and_the_ballots_stay_valid() -> None:
    made = make_vote()
    both, alone = cast(made, made.people[0], 0, 1), cast(made, made.people[1], 0)
    with clock.at(DURING):
        services.strike(made.funding.director, made.projects[0].pk, "申请团队不存在")

    done = counted(made)

    rows = ticks_of(pabulib_of(done.call))
    assert rows == {both: (made.projects[1].number,), alone: ()}
    assert done.projects[0].state == A.DECLINED
    assert [row.void for row in on_ballot(done.call, done.vote) if row.void] == ["申请团队不存在"]
    assert len(standing(on_ballot(done.call, done.vote))) == 3


def test_what_its_applicant_withdraws_is_void_at_once() -> None:
    made = make_vote()
    project = made.projects[1]
    Application.objects.filter(pk=project.pk).update(state=A.WITHDRAWN, reason="没人干了")

    assert [row.void for row in on_ballot(made.call, made.vote) if row.void] == ["没人干了"]
    with clock.at(DURING):
        services.settle(made.call.pk)
    assert made.fresh().vote.rule["withdrawn"] == [project.option]


def test_withdrawing_an_application_during_the_vote_makes_it_void_with_its_reason_for_everybody() -> None:
    made = make_vote()
    with clock.at(DURING):
        withdraw(made.funding.resident, made.projects[1].pk, "没人干了")

    made = made.fresh()
    assert made.vote.rule["withdrawn"] == [made.projects[1].option]
    assert (made.projects[1].state, made.projects[1].struck_why) == (A.WITHDRAWN, "没人干了")


def test_nothing_is_struck_once_voting_is_over() -> None:
    made = make_vote()

    with clock.at(AFTER), pytest.raises(NotPossible):
        services.strike(made.funding.director, made.projects[0].pk, "晚了")


def test_a_sheet_on_paper_that_ticks_a_void_project_counts_for_the_others() -> None:
    made = make_vote()
    first, second = made.funding.director, made.funding.worker
    code = RollEntry.objects.get(vote=made.vote, person=made.people[0].person_id).label
    with clock.at(DURING):
        envelope = voting.receive_envelope(first, made.vote.pk, code)
        voting.confirm_envelope(second, envelope.pk)
        services.strike(first, made.projects[0].pk, "不符合条件")
    with clock.at(AFTER):
        voting.end_votes()
        sheet = voting.enter(first, made.vote.pk, "", made.choice(0, 1))
        voting.confirm(second, sheet.pk, made.choice(0, 1))
        voting.finish_paper(first, made.vote.pk)

    done = counted(made)

    assert list(ticks_of(pabulib_of(done.call)).values()) == [(made.projects[1].number,)]


def test_who_has_not_voted_is_reminded_before_the_end_and_nobody_else() -> None:
    made = make_vote()
    cast(made, made.people[0], 0)

    with clock.at(CLOSES_AT - timedelta(days=1)):
        remind_voters()

    told = set(Notice.objects.filter(kind="vote.ending").values_list("user", flat=True))
    assert {user.pk for user in made.people[1:]} <= told
    assert made.people[0].pk not in told


# --- the ballots as a file ---


def test_the_file_has_one_row_for_each_counted_ballot_at_every_moment() -> None:
    made = make_vote()
    codes = [cast(made, made.people[0], 0, 2), cast(made, made.people[1])]

    before = ticks_of(pabulib_of(made.call))
    done = counted(made)
    rows = ticks_of(pabulib_of(done.call))

    assert before == {}
    assert set(rows) == set(codes)
    assert len(rows) == OpenedBallot.objects.filter(vote=done.vote).count() == 2
    assert rows[codes[1]] == ()


def test_pot_and_costs_stand_in_the_file_in_fen_with_the_rules_and_what_excludes_each_other() -> None:
    made = make_round()
    with clock.at(CALLED_AT):
        for project in made.projects[:2]:
            services.exclude(made.funding.director, project.pk, "三号楼前的草坪")
        services.call_vote(made.funding.director, made.call.pk, OPENS_AT, CLOSES_AT)
    made = made.fresh()

    text = pabulib_of(made.call)
    read = pabulib.read(text)

    assert read.budget == made.call.pot
    assert {p.cost for p in read.projects} == {each.asked for each in made.projects}
    assert [p.group for p in read.projects].count("三号楼前的草坪") == 2
    rules = pabulib.rules_of(read.meta)
    assert rules is not None
    assert rules.completion == "add1-greedy"


def test_the_published_vote_is_recounted_and_says_nobody_is_chosen_by_most_ticks() -> None:
    made = make_vote()
    cast(made, made.people[0], 0, 1, 2)

    done = counted(made)

    outcome, _lines, faults = recount.recount(result.document(done.vote))
    assert (outcome, faults) == ("passed", [])
    assert "winners" not in Entry.objects.get(action="vote.counted").data


# --- the result ---


@pytest.mark.django_db(transaction=True)
def test_what_the_allocation_chose_is_approved_the_rest_declined_and_everybody_told() -> None:
    made = make_vote()
    for person in made.people[:2]:
        cast(made, person, 0, 3)
    cast(made, made.people[2], 1)

    done = settle(counted(made))

    payload = done.call.allocations.get().payload
    won = {each["application"] for each in payload["projects"] if each["won"]}
    assert won
    assert won == {each.pk for each in done.projects if each.state == A.APPROVED}
    assert {each.state for each in done.projects if each.pk not in won} == {A.DECLINED}
    steps = {each.pk: list(each.traces.values_list("what", flat=True)) for each in done.projects}
    assert {tuple(each[-2:]) for pk, each in steps.items() if pk in won} == {("vote_called", "approved")}
    assert {each[-1] for pk, each in steps.items() if pk not in won} == {"not_chosen"}
    assert done.call.state == CallState.DECIDED
    assert done.call.given == sum(Grant.objects.values_list("approved", flat=True)) <= done.call.pot
    told = Notice.objects.filter(kind="fundcall.decided")
    assert {each.user_id for each in told} >= {user.pk for user in made.people}


def test_where_nobody_voted_nothing_is_chosen_and_the_money_stays() -> None:
    made = counted(make_vote())

    done = settle(made)

    assert done.call.state == CallState.DECIDED
    assert {each.state for each in done.projects} == {A.DECLINED}
    assert not Grant.objects.exists()


def test_a_result_is_taken_once_and_not_before_the_count() -> None:
    made = make_vote()
    with clock.at(DURING), pytest.raises(NotPossible):
        services.take_result(made.call)
    done = settle(counted(made))

    with clock.at(AFTER):
        again = services.take_result(done.call)

    assert again.decided_at == done.call.decided_at
    assert Entry.objects.filter(action="fundcall.decided").count() == 1


def test_a_vote_that_is_called_off_puts_all_back_on_notice_and_comes_back_with_it() -> None:
    made = make_vote()
    director = made.funding.director
    with clock.at(CALLED_AT):
        voting.abort(director, made.vote.pk, "日期写错")
        services.settle(made.call.pk)

    off = made.fresh()
    assert off.call.state == CallState.ON_NOTICE
    assert {each.state for each in off.projects} == {A.ON_NOTICE}

    with clock.at(CALLED_AT):
        voting.reinstate(director, made.vote.pk, "日期没错")
    back = made.fresh()
    assert back.call.state == CallState.VOTING
    assert {each.state for each in back.projects} == {A.VOTING}


def test_after_a_vote_was_called_off_another_one_can_be_called() -> None:
    made = make_vote()
    with clock.at(CALLED_AT):
        voting.abort(made.funding.director, made.vote.pk, "日期写错")
        services.settle(made.call.pk)
        services.call_vote(made.funding.director, made.call.pk, OPENS_AT, CLOSES_AT)

    assert made.fresh().vote.pk != made.vote.pk
    with clock.at(CALLED_AT), pytest.raises(NotPossible):
        voting.reinstate(made.funding.director, made.vote.pk, "还是第一次的")


def test_an_annulled_vote_decides_nothing_and_the_round_is_back_on_notice() -> None:
    made = counted(make_vote())
    Vote.objects.filter(pk=made.vote.pk).update(annulled_at=AFTER, ended_why="名册有误")

    with clock.at(AFTER):
        services.settle(made.call.pk)

    assert made.fresh().call.state == CallState.ON_NOTICE
    assert not Grant.objects.exists()
    assert Duty.objects.active().filter(kind="funds.vote_again", subject=key(made.call)).exists()


def test_a_computation_that_broke_off_is_owed_and_begun_again_by_the_office() -> None:
    made = make_vote()
    cast(made, made.people[0], 0)
    made = counted(made)
    gone = {"ended_at": AFTER, "error": "OSError: no memory", "failed": 3}
    AllocationRun.objects.create(call=made.call, **gone)
    with clock.at(AFTER):
        services.settle(made.call.pk)
        owed = Duty.objects.active().filter(kind="funds.compute", subject=key(made.call))
        first = owed.get()
        services.compute_again(made.funding.director, made.call.pk)

    run = AllocationRun.objects.get(call=made.call)
    assert (run.error, run.ended_at) == ("OSError: no memory", None)
    assert owed.get().pk != first.pk
    with clock.at(AFTER), pytest.raises(NotPossible):
        services.compute_again(made.funding.director, made.call.pk)
    with clock.at(AFTER):
        allocating.compute(run.pk)
        services.settle(made.call.pk)
    assert AllocationRun.objects.get(call=made.call).error == ""
    assert not owed.exists()


def test_a_large_vote_that_is_being_computed_has_a_date_that_everybody_reads(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allocating, "AT_ONCE", 0)
    made = make_vote()
    cast(made, made.people[0], 0)
    made = counted(made)
    with clock.at(AFTER):
        services.settle(made.call.pk)
        said = client.get(reverse("funds:result", args=[made.call.pk])).content.decode()

    due = Duty.objects.active().get(kind="funds.compute", subject=key(made.call)).due_at
    assert due.date() > AFTER.date()
    assert deadline(due) in said


def test_a_vote_annulled_after_the_decision_leaves_what_was_approved_and_owes_what_follows(
    client: Client,
) -> None:
    made = make_vote()
    cast(made, made.people[0], 0)
    made = counted(made)
    with clock.at(AFTER):
        allocating.compute(allocating.ask_for(made.call, None).pk)
        services.settle(made.call.pk)
        Vote.objects.filter(pk=made.vote.pk).update(annulled_at=AFTER, ended_why="法院判决")
        for _ in range(2):
            settle_fund_votes()
    owed = Duty.objects.active().filter(kind="funds.annulled", subject=key(made.call))
    there = made.call.get_absolute_url()
    with clock.at(AFTER):
        before = client.get(there).content.decode()
        assert deadline(owed.get().due_at) in before
        assert "法院判决" in before
        assert made.people[0].notices.filter(kind="fundcall.annulled_late").count() == 1
        services.answer_annulment(made.funding.director, made.call.pk, "长椅已付款，继续；其余重新投票")

    assert Grant.objects.filter(state=GrantState.APPROVED).exists()
    assert not owed.exists()
    with clock.at(AFTER):
        settle_fund_votes()
        assert "长椅已付款，继续；其余重新投票" in client.get(there).content.decode()
    assert not owed.exists()


def test_what_follows_is_said_only_of_a_vote_that_was_annulled() -> None:
    made = make_vote()
    cast(made, made.people[0], 0)
    made = counted(made)
    with clock.at(AFTER):
        allocating.compute(allocating.ask_for(made.call, None).pk)
        services.settle(made.call.pk)
        with pytest.raises(NotPossible):
            services.answer_annulment(made.funding.director, made.call.pk, "没有什么")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_result_that_many_take_at_once_is_taken_once() -> None:
    made = make_vote()
    for person in made.people:
        cast(made, person, 0, 3)
    done = counted(made)
    with clock.at(AFTER):
        services.settle(done.call.pk)

    def take() -> None:
        with clock.at(AFTER):
            services.take_result(done.call)

    tried = at_once(6, take)

    after = made.fresh()
    assert tried.errors == []
    assert after.call.state == CallState.DECIDED
    assert after.call.given == sum(Grant.objects.values_list("approved", flat=True))
    assert Entry.objects.filter(action="fundcall.decided").count() == 1


def test_all_who_apply_are_told_that_their_project_is_struck() -> None:
    made = make_vote()
    project, neighbour = made.projects[0], make_resident(within=made.call.neighbourhood)
    CoApplicant.objects.create(application=project, person=person_of(neighbour), agreed_at=clock.now())

    with clock.at(DURING):
        services.strike(made.funding.worker, project.pk, "不在本小区")

    told = Notice.objects.filter(kind="fundapplication.struck").values_list("user", flat=True)
    assert set(told) == {lead_of(project).pk, neighbour.pk}
