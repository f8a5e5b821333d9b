"""Funds, their money and their rounds: each verb with its refusals, what stands afterwards, and what is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.community.models import Post
from portal.community.selectors import post_users
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.funds.calls import freezing, jobs, selectors, services
from portal.funds.calls.permissions import own_lines
from portal.funds.calls.services.lacks import unready
from portal.funds.calls.services.rounds import register_called_off
from portal.funds.calls.services.writing import Cost, Step, Weighed
from portal.funds.calls.wording import OPEN_CALL
from portal.funds.models import Application, Call, CoApplicant, Due, Fund, FundKind, Grant, Rule, Source
from portal.funds.states import ApplicationState, CallState, FundState, GrantState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger import verify
from portal.ledger.models import AccountKind, Entry, EntryKind
from portal.ledger.services import Opened, open_account, post_entry
from portal.notifications.models import Notice
from portal.record.models import Entry as RecordEntry
from portal.record.services import key
from tests.factories import make_resident, person_of
from tests.funds.factories import (
    AT_HAND,
    CAP,
    POT,
    YUAN,
    Funding,
    lead_of,
    make_application,
    make_call,
    make_fund,
    make_grant,
    make_source,
)
from tests.funds.factories_review import make_scoring

pytestmark = pytest.mark.django_db


def again(thing: Any) -> Any:
    return type(thing).objects.get(pk=thing.pk)


def kinds(funding: Funding) -> list[str]:
    about = [funding.fund.book.subject]
    found = RecordEntry.objects.filter(subject__in=about, action__startswith="fund.").order_by("sequence")
    return list(found.values_list("action", flat=True))


def test_a_fund_begins_with_empty_books_and_keeps_each_source_apart() -> None:
    funding = make_fund()
    lottery = make_source(
        funding, 30_000 * YUAN, name="市福利彩票公益金", mark="中国福利彩票", earmark="为老服务"
    )
    street = make_source(funding, 40_000 * YUAN)

    fund = again(funding.fund)
    assert fund.book.subject == f"fund:{fund.pk}"
    assert [(one.code, one.balance) for one in fund.book.accounts.exclude(code="costs")] == [
        (f"at-{lottery.pk}", 3_000_000),
        (f"in-{lottery.pk}", -3_000_000),
        (f"at-{street.pk}", 4_000_000),
        (f"in-{street.pk}", -4_000_000),
    ]
    assert selectors.money(fund) == selectors.Money(7_000_000, 7_000_000, 0, 0)
    assert list(verify.faults(fund.book)) == []
    assert kinds(funding) == ["fund.opened", "fund.source_added", "fund.source_added"]


def test_two_funds_of_one_name_or_two_sources_are_refused_and_leave_nothing() -> None:
    funding = make_fund()
    make_source(funding, 0)

    with pytest.raises(NotPossible):
        services.open_fund(funding.worker, funding.here.slug, funding.fund.title, FundKind.COMMUNITY)
    with pytest.raises(NotPossible):
        services.add_source(funding.worker, funding.fund.pk, "街道自治金")
    assert (Fund.objects.count(), Source.objects.count(), funding.fund.book.accounts.count()) == (1, 1, 3)


@pytest.mark.parametrize("amount", [0, -5, 10**9 + 1])
def test_nothing_less_than_nothing_and_a_giant_amount_are_no_income(amount: int) -> None:
    funding = make_fund()
    source = make_source(funding, 0)

    with pytest.raises(NotPossible):
        services.receive(funding.worker, source.pk, clock.today(), "到账", amount)
    assert not funding.fund.book.entries.exists()


def test_a_wrong_amount_is_put_right_by_a_line_and_its_reversal() -> None:
    funding = make_fund()
    source = make_source(funding, 10_000 * YUAN)
    wrong = funding.fund.book.entries.get()

    right = services.correct(
        funding.director, wrong.pk, source, wrong.day, wrong.text, 100_000 * YUAN, "少写一个零"
    )

    assert again(source.at_hand).balance == 10_000_000
    assert [one.reverses_id for one in funding.fund.book.entries.all()] == [None, None, wrong.pk]
    assert right.text == wrong.text
    assert list(verify.faults(funding.fund.book)) == []
    told = Notice.objects.get(kind="fund.line_taken_back")
    assert told.user_id == funding.worker.pk
    with pytest.raises(NotPossible):
        services.reverse(funding.worker, wrong.pk, "再冲一次")


def test_a_wrong_source_is_put_right_and_one_of_another_fund_refused() -> None:
    funding = make_fund()
    wrong_source, right_source = make_source(funding), make_source(funding, 0, name="社区基金会")
    other = make_source(make_fund(funding.here, title="楼组基金"), 0)
    wrong = Entry.objects.get(book=funding.fund.book_id)

    with pytest.raises(NotPossible):
        services.correct(funding.worker, wrong.pk, other, wrong.day, wrong.text, AT_HAND, "记错来源")
    services.correct(funding.worker, wrong.pk, right_source, wrong.day, wrong.text, AT_HAND, "记错来源")

    assert again(wrong_source.at_hand).balance == 0
    assert again(right_source.at_hand).balance == AT_HAND


def test_money_that_agreements_set_aside_is_neither_taken_back_nor_spent() -> None:
    funding = make_fund()
    source = make_source(funding)
    line = funding.fund.book.entries.get()
    Source.objects.filter(pk=source.pk).update(set_aside=AT_HAND - 100)

    with pytest.raises(NotPossible):
        services.reverse(funding.worker, line.pk, "写错了")
    with pytest.raises(NotPossible):
        services.correct(funding.worker, line.pk, source, line.day, line.text, AT_HAND - 101, "写错了")
    with pytest.raises(NotPossible):
        services.spend(funding.worker, source.pk, clock.today(), "银行手续费", 101)
    services.spend(funding.worker, source.pk, clock.today(), "银行手续费", 100)

    assert again(source.at_hand).balance == AT_HAND - 100
    assert funding.fund.book.entries.count() == 2


def test_what_projects_got_is_no_line_of_the_fund_itself() -> None:
    funding = make_fund()
    source = make_source(funding)
    book = funding.fund.book
    open_account(book, Opened("to-1", "长椅", AccountKind.EXPENSE))
    paid = post_entry(
        book,
        clock.today(),
        "首期",
        {source.at_hand.code: -100, "to-1": 100},
        by=funding.worker,
        kind=EntryKind.SPENDING,
    )

    assert paid.pk not in own_lines(funding.worker).values_list("pk", flat=True)
    with pytest.raises(NotPossible):
        open_account(book, Opened("to-1", "长椅", AccountKind.EXPENSE))


def test_a_source_is_renamed_ended_and_taken_up_again_with_trace() -> None:
    funding = make_fund()
    source = make_source(funding, 0)

    services.edit_source(funding.worker, source.pk, "街道办自治金", "自治金", "", "名称写错")
    services.end_source(funding.worker, source.pk, "项目结束")
    with pytest.raises(NotPossible):
        services.receive(funding.worker, source.pk, clock.today(), "到账", 100)
    services.resume_source(funding.worker, source.pk)

    assert again(source).required_mark == "自治金"
    assert {again(source.at_hand).name, again(source.income).name} == {"街道办自治金"}
    assert kinds(funding)[-3:] == ["fund.source_edited", "fund.source_ended", "fund.source_resumed"]


def test_a_fund_is_wound_up_only_when_no_round_runs_and_nothing_is_promised() -> None:
    funding = make_fund()
    source = make_source(funding)
    call = make_call(funding)

    with pytest.raises(NotPossible):
        services.wind_up(funding.director, funding.fund.pk, "并入街道基金")
    services.cancel_call(funding.director, call.pk, "并入街道基金")
    Source.objects.filter(pk=source.pk).update(set_aside=1)
    with pytest.raises(NotPossible):
        services.wind_up(funding.director, funding.fund.pk, "并入街道基金")
    Source.objects.filter(pk=source.pk).update(set_aside=0)
    services.wind_up(funding.director, funding.fund.pk, "并入街道基金")

    assert again(funding.fund).state is FundState.CLOSED
    with pytest.raises(NotPossible):
        services.receive(funding.worker, source.pk, clock.today(), "到账", 100)
    with pytest.raises(NotPossible):
        services.copy_call(funding.worker, call.pk, "再来一轮")
    services.reopen(funding.director, funding.fund.pk, "点错了")
    assert again(funding.fund).state is FundState.OPEN
    assert kinds(funding)[-2:] == ["fund.wound_up", "fund.reopened"]


def test_a_round_begins_with_everything_it_needs_but_its_window() -> None:
    funding = make_fund()
    make_source(funding)
    call = services.write_call(funding.worker, funding.fund.pk, "第一轮", POT, CAP)

    assert [(one.key, one.weight) for one in call.criteria.all()] == [
        ("need", 30),
        ("participation", 25),
        ("feasibility", 20),
        ("budget", 15),
        ("lasting", 10),
    ]
    assert [(one.percent, one.due) for one in call.plan.all()] == [
        (50, Due.AGREEMENT),
        (30, Due.MIDTERM),
        (20, Due.ACCEPTANCE),
    ]
    assert call.cost_classes.get(key="contingency").most_percent == 5
    assert call.cost_classes.filter(forbidden=True).count() == 5
    assert (call.eligibility_days, call.review_days, call.notice_days, call.reviewers_least) == (5, 15, 5, 3)
    assert len(unready(call)) == 1
    assert not Call.objects.visible_to(funding.resident).exists()


@pytest.mark.parametrize(
    "said",
    [
        {"pot": 0},
        {"pot": -1, "cap": -1},
        {"cap": POT + 1},
        {"pot": 10**9 + 1},
        {"opens_at": timedelta(days=2), "closes_at": timedelta(days=1)},
    ],
)
def test_a_round_that_cannot_be_meant_is_not_written(said: dict[str, Any]) -> None:
    funding = make_fund()
    values: dict[str, Any] = {"pot": POT, "cap": CAP} | said
    values |= {name: clock.now() + days for name, days in values.items() if isinstance(days, timedelta)}

    with pytest.raises(NotPossible):
        services.write_call(funding.worker, funding.fund.pk, "第一轮", **values)
    assert not Call.objects.exists()


def test_weights_and_instalments_add_up_to_a_hundred() -> None:
    call = make_call(state=CallState.DRAFT)
    worker = call.created_by.user

    for weights in ((60, 30), (100, 1), (120, -20), (100, 0)):
        with pytest.raises(NotPossible):
            services.weigh(worker, call.pk, [Weighed(f"标准{n}", part) for n, part in enumerate(weights)])
        with pytest.raises(NotPossible):
            services.plan(worker, call.pk, [Step(part, Due.AGREEMENT) for part in weights])
    services.weigh(worker, call.pk, [Weighed("需要", 60, key="need"), Weighed("邻里参与", 40)])
    services.plan(worker, call.pk, [Step(60, Due.AGREEMENT), Step(40, Due.ACCEPTANCE)])

    assert [(one.key, one.weight) for one in call.criteria.all()] == [("need", 60), ("own-1", 40)]
    assert [(one.order, one.percent) for one in call.plan.all()] == [(1, 60), (2, 40)]


def test_a_kind_of_cost_in_which_a_draft_has_a_line_stays() -> None:
    call = make_call()
    worker = call.created_by.user
    make_application(call, ApplicationState.DRAFT)
    kept = [
        Cost(one.label, one.forbidden, one.why, one.most_percent, one.key)
        for one in call.cost_classes.exclude(key="materials")
    ]

    with pytest.raises(NotPossible):
        services.sort_costs(worker, call.pk, kept, "不再资助材料")
    with pytest.raises(NotPossible):
        services.sort_costs(worker, call.pk, [Cost("工资", forbidden=True)], "都不资助")
    services.sort_costs(
        worker, call.pk, [*kept, Cost("材料", True, "社区统一采购", key="materials")], "改为统一采购"
    )

    assert call.cost_classes.get(key="materials").forbidden
    assert call.cost_classes.count() == 14


def test_the_director_opens_a_round_and_all_who_live_there_are_told() -> None:
    funding = make_fund()
    make_source(funding)
    call = make_call(funding, state=CallState.DRAFT)

    with pytest.raises(PermissionDenied):
        services.open_call(funding.worker, call.pk)
    services.open_call(funding.director, call.pk)

    assert again(call).takes_applications
    assert list(Notice.objects.filter(kind="call.opened").values_list("user", flat=True)) == [
        funding.resident.pk
    ]
    assert RecordEntry.objects.get(action="call.opened").data["pot"] == "60000.00"


def test_a_draft_that_is_complete_waits_for_the_director_with_a_date() -> None:
    funding = make_fund()
    source = make_source(funding, 0)
    call = make_call(funding, state=CallState.DRAFT)
    owed = Duty.objects.active().filter(subject=key(call))
    assert not owed.exists()

    services.receive(funding.worker, source.pk, clock.today(), "到账", AT_HAND)
    jobs.owe_openings()

    duty = owed.get()
    assert (duty.kind, duty.post) == (OPEN_CALL, Post.DIRECTOR)
    assert duty.due_at == add_working_days(clock.now(), 5).at
    services.open_call(funding.director, call.pk)
    duty.refresh_from_db()
    assert (duty.done_by, owed.exists()) == (funding.director, False)


def test_a_draft_that_lacks_something_again_is_not_owed_and_one_called_off_neither() -> None:
    call = make_call(state=CallState.DRAFT)
    owed = Duty.objects.active().filter(subject=key(call), kind=OPEN_CALL)
    assert owed.exists()
    with clock.at(clock.now() + timedelta(days=21)):
        jobs.owe_openings()
    assert not owed.exists()
    services.edit_call(call.created_by.user, call.pk, about="长椅")
    assert owed.exists()

    services.cancel_call(_director(call), call.pk, "不办了")

    assert not owed.exists()


def test_a_round_is_not_opened_with_money_that_is_not_there_or_promised_to_another() -> None:
    funding = make_fund()
    make_source(funding, POT)
    first, second = (make_call(funding, state=CallState.DRAFT, title=title) for title in ("春季", "秋季"))

    services.open_call(funding.director, first.pk)
    with pytest.raises(NotPossible, match="not promised|没有"):
        services.open_call(funding.director, second.pk)
    assert again(second).state == CallState.DRAFT


def test_an_open_round_is_put_right_with_a_reason_and_whoever_has_a_draft_is_told() -> None:
    call = make_call()
    worker = call.created_by.user
    draft = make_application(call, ApplicationState.DRAFT)
    later = call.closes_at + timedelta(days=7)

    with pytest.raises(NotPossible):
        services.edit_call(worker, call.pk, closes_at=later)
    with pytest.raises(NotPossible):
        services.edit_call(worker, call.pk, "窗口写错", closes_at=clock.now() - timedelta(hours=1))
    services.edit_call(worker, call.pk, "窗口写错", closes_at=later)

    assert again(call).closes_at == later
    assert Notice.objects.get(kind="call.corrected").user_id == lead_of(draft).pk
    assert RecordEntry.objects.get(action="call.corrected").data["reason"] == "窗口写错"


def test_rules_refuse_any_change_once_they_are_frozen_by_service_and_by_the_database() -> None:
    call = make_call(frozen=True)
    worker = call.created_by.user
    changes: list[Any] = [
        lambda: services.edit_call(worker, call.pk, "改", pot=POT + 1),
        lambda: services.choose_rules(worker, call.pk, "改", rule=Rule.GREEDY),
        lambda: services.weigh(worker, call.pk, [Weighed("需要", 100)], "改"),
        lambda: services.plan(worker, call.pk, [Step(100, Due.AGREEMENT)], "改"),
        lambda: services.sort_costs(worker, call.pk, [Cost("材料")], "改"),
    ]
    for change in changes:
        with pytest.raises(NotPossible):
            change()
    by_hand: list[Any] = [
        *(
            lambda name=name, value=value: Call.objects.filter(pk=call.pk).update(**{name: value})
            for name, value in {
                "pot": POT + 1,
                "cap": 1,
                "rule": Rule.GREEDY,
                "minimum_votes": 9,
                "comparison": True,
                "applicants": [],
                "closes_at": None,
                "notice_days": 1,
                "frozen_at": None,
                "fingerprint": "",
            }.items()
        ),
        lambda: call.criteria.update(weight=1),
        lambda: call.plan.update(percent=1),
        lambda: call.cost_classes.update(forbidden=True),
        lambda: call.cost_classes.update(stands=False),
    ]
    for change in by_hand:
        with pytest.raises(IntegrityError, match="fund_"), transaction.atomic():
            change()

    Call.objects.filter(pk=call.pk).update(state=CallState.REVIEWING, given=5, last_number=3)
    assert again(call).given == 5


def test_freezing_twice_is_freezing_once_and_the_fingerprint_tells_what_was_added() -> None:
    call = make_call()
    freezing.freeze(call)
    first = (call.frozen_at, call.fingerprint)
    freezing.freeze(again(call))

    assert (again(call).frozen_at, again(call).fingerprint) == first
    assert RecordEntry.objects.filter(action="call.frozen").count() == 1
    assert freezing.still_stands(again(call))
    call.cost_classes.create(key="late", label="后来加的")
    assert not freezing.still_stands(again(call))


def test_a_round_that_is_called_off_withdraws_its_applications_and_tells_why() -> None:
    call = make_call(frozen=True)
    director = _director(call)
    handed_in = make_application(call)
    ineligible = make_application(call, ApplicationState.INELIGIBLE, title="停车棚")
    ended: list[int] = []
    register_called_off(lambda one, user: ended.append(one.pk))

    services.cancel_call(director, call.pk, "资金被收回")

    assert again(call).state == CallState.CANCELLED
    assert (again(handed_in).state, again(handed_in).reason) == (ApplicationState.WITHDRAWN, "资金被收回")
    assert again(ineligible).state == ApplicationState.INELIGIBLE
    assert ended == [call.pk]
    assert Notice.objects.get(kind="call.cancelled").user_id == lead_of(handed_in).pk
    assert selectors.money(call.fund).promised == 0


def test_all_who_apply_or_review_are_told_that_the_round_is_called_off_and_each_application_says_why() -> (
    None
):
    world = make_scoring()
    call, application = world.call, world.applications[0]
    neighbour = make_resident(within=world.here)
    CoApplicant.objects.create(application=application, person=person_of(neighbour), agreed_at=clock.now())

    services.cancel_call(world.director, call.pk, "资金被收回")

    told = Notice.objects.filter(kind="call.cancelled", url=application.get_absolute_url())
    assert {one.user_id for one in told} == {world.lead(0).pk, neighbour.pk}
    reviewers = Notice.objects.filter(kind="fundreview.called_off").values_list("user", flat=True)
    assert set(reviewers) == {one.pk for one in world.reviewers}
    last = again(application).traces.last()
    assert (last.what, last.why, last.by) == ("called_off", "资金被收回", world.director)
    left = RecordEntry.objects.filter(action="funds.withdrawn").values_list("data__number", flat=True)
    assert set(left) == {one.number for one in world.applications}
    assert not Duty.objects.active().filter(kind="funds.scores").exists()


def test_a_draft_that_is_called_off_leaves_no_word_in_the_record() -> None:
    call = make_call(state=CallState.DRAFT)

    services.cancel_call(_director(call), call.pk, "不办了")

    assert again(call).state == CallState.CANCELLED
    assert not RecordEntry.objects.filter(action="call.cancelled").exists()


def test_the_books_of_a_round_are_closed_when_every_project_is_at_its_end() -> None:
    call = make_call(state=CallState.DECIDED, frozen=True)
    worker = call.created_by.user
    grant = make_grant(make_application(call))

    with pytest.raises(NotPossible):
        services.close_call(worker, call.pk)
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.CLOSED)
    services.close_call(worker, call.pk)

    assert again(call).state == CallState.CLOSED
    assert Application.objects.filter(call=call).count() == 1


def test_the_next_round_is_written_like_the_last_one() -> None:
    call = make_call(frozen=True)
    worker = call.created_by.user

    made = services.copy_call(worker, call.pk, "2027 年微基金征集", 2027)

    assert (made.state, made.year, made.closes_at, made.frozen_at, made.given) == (
        CallState.DRAFT,
        2027,
        None,
        None,
        0,
    )
    assert (made.pot, made.cap, made.applicants) == (call.pot, call.cap, call.applicants)
    for rows in ("criteria", "plan", "cost_classes"):
        assert getattr(made, rows).count() == getattr(call, rows).count()
    services.plan(worker, made.pk, [Step(100, Due.AGREEMENT)])
    assert call.plan.count() == 3


def _director(call: Call) -> Any:
    return post_users(Post.DIRECTOR, call.fund.neighbourhood)[0]


def test_the_notice_of_a_round_says_how_much_there_is() -> None:
    funding = make_fund()
    make_source(funding)
    call = make_call(funding, state=CallState.DRAFT)
    services.open_call(funding.director, call.pk)

    with translation.override("zh-hans"):
        notice = Notice.objects.get(kind="call.opened")
        assert "60,000 元" in notice.body
