"""Agreement, instalments and payments: never twice, never more than agreed, and every way back to the fen."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.duties.models import Duty
from portal.funds.models import Call, Funding, Grant, Instalment, Source
from portal.funds.running import services
from portal.funds.running.owing import budget, next_instalment, within
from portal.funds.states import GrantState, InstalmentState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger.models import Entry
from portal.ledger.verify import faults
from portal.record.services import key
from tests.funds.factories import YUAN
from tests.funds.factories_applying import photo
from tests.funds.factories_running import (
    ASKED,
    Project,
    ask,
    counted,
    make_agreed,
    make_approved,
    make_running,
    pay,
)

pytestmark = pytest.mark.django_db
SECOND = 400 * YUAN


def owed(project: Project) -> set[str]:
    return set(Duty.objects.active().filter(subject=key(project.grant)).values_list("kind", flat=True))


def agree(project: Project, *amounts: int) -> Grant:
    chosen = {source.pk: amount for source, amount in zip(project.sources, amounts, strict=False)}
    day = clock.today() + timedelta(days=60)
    return services.agree(project.director, project.pk, photo(), day, chosen)


def test_an_agreement_sets_money_aside_and_names_the_marks() -> None:
    project = make_approved()
    services.agreement_owed(project.grant)
    assert owed(project) == {"funds.agreement"}

    grant = agree(project, 2_000 * YUAN, SECOND)

    assert grant.state == GrantState.AGREED
    assert grant.bears == "中国福利彩票"
    assert list(Source.objects.order_by("pk").values_list("set_aside", flat=True)) == [2_000 * YUAN, SECOND]
    assert (
        sum(Funding.objects.filter(grant=grant).values_list("amount", flat=True)) == grant.approved == ASKED
    )
    assert sum(line.agreed for line in budget(grant)) == grant.approved
    assert owed(project) == {"funds.ask", "funds.done", "funds.progress"}


@pytest.mark.parametrize(
    ("first", "second"),
    [(2_000, 399), (2_000, 401), (2_001, 399), (0, 0), (-100, 2_500), (2_400, 0), (10**9, 400)],
)
def test_sources_come_to_what_was_approved_and_hold_it(first: int, second: int) -> None:
    project = make_approved()
    with pytest.raises(NotPossible):
        agree(project, first * YUAN, second * YUAN)

    assert not Funding.objects.exists()
    assert project.now().state == GrantState.APPROVED


def test_money_promised_to_one_project_is_not_promised_to_another() -> None:
    project = make_approved(second=SECOND)
    agree(project, 2_000 * YUAN, SECOND)
    services.undo_agreement(project.director, project.pk, "附件传错了")
    assert set(Source.objects.values_list("set_aside", flat=True)) == {0}
    agree(project, 2_000 * YUAN, SECOND)

    source = project.sources[0]
    source.refresh_from_db()
    assert source.at_hand.balance - source.set_aside == 0


def test_the_sum_of_a_smaller_approval_is_spread_over_the_lines() -> None:
    project = make_approved()
    Grant.objects.filter(pk=project.pk).update(approved=1_000_01)
    services.agree(project.worker, project.pk, photo(), clock.today(), {project.sources[1].pk: 1_000_01})

    agreed = [line.agreed for line in budget(project.grant).order_by("pk")]
    assert sum(agreed) == 1_000_01
    assert agreed[0] == 2_160_00 * 1_000_01 // 2_400_00


def test_three_people_stand_between_asking_and_money() -> None:
    project = make_agreed()
    part = project.part(1)
    with pytest.raises(PermissionDenied):
        services.request_instalment(project.worker, part.pk)
    services.request_instalment(project.lead, part.pk)
    with pytest.raises(PermissionDenied):
        services.approve_instalment(project.worker, part.pk)
    services.approve_instalment(project.director, part.pk)
    with pytest.raises(NotPossible, match="另一人"):
        services.pay_instalment(project.director, part.pk, clock.today(), "凭-1")
    assert owed(project) >= {"funds.pay"}

    paid = services.pay_instalment(project.worker, part.pk, clock.today(), "凭-1", [photo()])

    assert paid.state == InstalmentState.PAID
    grant = project.now()
    assert (grant.state, grant.paid) == (GrantState.RUNNING, 1_200 * YUAN)
    assert grant.next_report_on is not None
    assert grant.account is not None
    assert grant.account.balance == 1_200 * YUAN
    assert owed(project) == {"funds.done", "funds.midterm", "funds.progress"}
    assert list(faults(project.fund.book)) == []


def test_paying_twice_is_one_payment_and_the_second_is_refused() -> None:
    project = make_agreed()
    part = pay(project, 1)
    before = project.balances()
    for clerk in (project.worker, project.clerk):
        with pytest.raises(NotPossible):
            services.pay_instalment(clerk, part.pk, clock.today(), "凭-另")

    assert project.balances() == before
    assert Entry.objects.filter(once__startswith=f"instalment:{part.pk}").count() == 1


def test_a_voucher_stands_once_in_the_books_of_a_fund() -> None:
    project = make_running()
    services.check_midterm(project.worker, project.pk, True, "一半做好了")
    part = ask(project, 2)
    with pytest.raises(NotPossible, match=f"凭-{project.part(1).pk}"):
        services.pay_instalment(project.worker, part.pk, clock.today(), f"凭-{project.part(1).pk}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(pk=part.pk).update(voucher=project.part(1).voucher)


def test_the_database_holds_paid_within_approved_and_booked() -> None:
    project = make_running()
    for change in ({"paid": ASKED + 1}, {"paid": -1}, {"returned": 1_200 * YUAN + 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=project.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(pk=project.part(2).pk).update(state="paid")


def test_an_instalment_waits_for_what_it_is_tied_to() -> None:
    project = make_agreed()
    with pytest.raises(NotPossible):
        services.request_instalment(project.lead, project.part(2).pk)
    pay(project, 1)
    with pytest.raises(NotPossible):
        services.request_instalment(project.lead, project.part(2).pk)
    first = Duty.objects.active().get(kind="funds.midterm")
    services.check_midterm(project.worker, project.pk, False, "先补上安全围栏")
    again = Duty.objects.active().get(kind="funds.midterm")
    first.refresh_from_db()
    assert (first.done_by, again.due_at) == (project.worker, within(project.now(), "midterm").at)
    assert project.lead.notices.get(kind="funds.midterm_open").params["due_at"] == again.due_at.isoformat()
    with pytest.raises(NotPossible):
        services.request_instalment(project.lead, project.part(2).pk)
    services.check_midterm(project.worker, project.pk, True, "做好了")
    assert "funds.ask" in owed(project)
    pay(project, 2)
    with pytest.raises(NotPossible):
        services.request_instalment(project.lead, project.part(3).pk)
    with pytest.raises(NotPossible):
        services.check_midterm(project.worker, project.pk, True, "再来一次")


def test_a_reversed_payment_puts_everything_back_and_both_lines_stay() -> None:
    project = make_agreed()
    ask(project, 1)
    before = project.balances()
    pay_again = lambda voucher: services.pay_instalment(  # noqa: E731
        project.worker, project.part(1).pk, clock.today(), voucher
    )
    pay_again("凭-1")
    services.reverse_payment(project.clerk, project.part(1).pk, "付错账户")

    assert project.balances() == before
    assert project.now().state == GrantState.AGREED
    assert project.part(1).state == InstalmentState.APPROVED
    assert Entry.objects.filter(reverses__isnull=False).count() == 1
    with pytest.raises(NotPossible):
        services.reverse_payment(project.clerk, project.part(1).pk, "再来一次")
    pay_again("凭-1")
    assert project.now().paid == 1_200 * YUAN
    assert list(faults(project.fund.book)) == []


def test_money_that_came_back_and_its_reversal_leave_what_was_before() -> None:
    project = make_running()
    before = project.balances()
    for amount in (0, -5, 1_200 * YUAN + 1):
        with pytest.raises(NotPossible):
            services.give_back_money(project.worker, project.pk, clock.today(), amount)
    back = services.give_back_money(project.worker, project.pk, clock.today(), 300 * YUAN)
    assert project.now().returned == 300 * YUAN
    with pytest.raises(NotPossible):
        services.reverse_payment(project.clerk, project.part(1).pk, "付错了")
    services.reverse_refund(project.worker, back.pk, "记错了")
    with pytest.raises(NotPossible):
        services.reverse_refund(project.worker, back.pk, "记错了")

    assert project.balances() == before
    assert list(faults(project.fund.book)) == []


@pytest.mark.parametrize("seed", range(3))
def test_any_walk_of_payments_and_refunds_undone_ends_where_it_began(seed: int) -> None:
    chance = random.Random(seed)
    project = make_agreed()
    ask(project, 1)
    before = project.balances()
    undo: list[Callable[[], object]] = []
    for step in range(12):
        paid = project.part(1).entry_id is not None
        if undo and chance.random() < 0.4:
            undo.pop()()
        elif not paid:
            services.pay_instalment(project.worker, project.part(1).pk, clock.today(), f"凭-{step}")
            undo.append(lambda: services.reverse_payment(project.clerk, project.part(1).pk, "退回重付"))
        else:
            grant = project.now()
            amount = chance.randint(1, 100 * YUAN)
            if amount <= grant.paid - grant.returned:
                back = services.give_back_money(project.worker, project.pk, clock.today(), amount)
                undo.append(partial(services.reverse_refund, project.worker, back.pk, "记错了"))
        grant = project.now()
        assert 0 <= grant.returned <= grant.paid <= grant.approved
        assert list(faults(project.fund.book)) == []
    while undo:
        undo.pop()()

    assert project.balances() == before


def test_an_instalment_sent_back_can_be_asked_for_again() -> None:
    project = make_agreed()
    part = ask(project, 1)
    services.send_back(project.director, part.pk, "收款户名要更正")

    assert project.part(1).state == InstalmentState.SCHEDULED
    assert owed(project) == {"funds.ask", "funds.done", "funds.progress"}
    assert ask(project, 1).state == InstalmentState.APPROVED


def test_a_suspended_project_is_paid_nothing_and_goes_on_with_all_it_is_owed() -> None:
    project = make_running()
    services.check_midterm(project.worker, project.pk, True, "好")
    part = ask(project, 2)
    services.suspend(project.director, project.pk, "邻居反映噪声")
    assert owed(project) == set()
    with pytest.raises(NotPossible):
        services.pay_instalment(project.worker, part.pk, clock.today(), "凭-2")

    later = project.now().next_report_on
    assert later is not None
    with clock.at(clock.end_of(later) + timedelta(days=2)):
        services.resume(project.director, project.pk, "改在周末白天做")
        assert (project.now().next_report_on or later) > later

    assert owed(project) == {"funds.pay", "funds.done", "funds.progress"}
    services.pay_instalment(project.worker, part.pk, clock.today(), "凭-2")


def test_a_project_ended_early_frees_what_was_set_aside_and_owes_the_rest() -> None:
    project = make_running()
    counted(project, "A1", ("长椅木板", 500 * YUAN))
    services.terminate(project.director, project.pk, "牵头人搬走")

    assert set(Source.objects.values_list("set_aside", flat=True)) == {0}
    assert owed(project) == {"funds.refund", "funds.accounts"}
    assert next_instalment(project.now()) is None
    services.give_back_money(project.worker, project.pk, clock.today(), 700 * YUAN)
    assert owed(project) == {"funds.accounts"}
    with pytest.raises(NotPossible):
        services.request_instalment(project.lead, project.part(2).pk)


def test_giving_a_project_up_gives_the_round_its_money_back() -> None:
    project = make_approved()
    given = Call.objects.get(pk=project.grant.application.call_id).given
    services.give_up(project.lead, project.pk, "自己凑到钱了")

    assert Call.objects.get(pk=project.grant.application.call_id).given == given - ASKED
    assert project.now().state == GrantState.GIVEN_UP
    with pytest.raises(NotPossible):
        agree(project, 2_000 * YUAN, SECOND)


def test_whoever_applies_decides_nothing_of_their_own_project() -> None:
    project = make_agreed()
    application = project.grant.application
    type(application).objects.filter(pk=application.pk).update(lead=project.director.person_id)
    services.request_instalment(project.director, project.part(1).pk)
    with pytest.raises(PermissionDenied):
        services.approve_instalment(project.director, project.part(1).pk)


def test_the_books_of_a_round_are_to_be_closed_at_once_when_its_last_project_is_given_up() -> None:
    project = make_approved()
    call = project.grant.application.call
    services.give_up(project.lead, project.pk, "场地没有了")

    assert Duty.objects.active().filter(kind="funds.close_call", subject=key(call)).exists()


def test_an_agreement_taken_back_leaves_no_note_owed() -> None:
    project = make_agreed()
    services.undo_agreement(project.worker, project.pk, "金额写错了")

    assert owed(project) == {"funds.agreement"}
    assert project.now().next_report_on is None
