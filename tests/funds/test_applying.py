"""Applying: begun, written part by part by two writers, together with neighbours, handed in once, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404

from portal.actions.versions import Overtaken
from portal.community.models import User
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.funds.applying import jobs, services
from portal.funds.applying.reading import Way
from portal.funds.applying.selectors import open_demands, open_topics
from portal.funds.applying.services.rows import MOST_QUANTITY
from portal.funds.applying.steps import lacking
from portal.funds.models import (
    ApplicantKind,
    Application,
    BudgetLine,
    Call,
    CoApplicant,
    PaidBy,
    PayeeKind,
)
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger.services import LARGEST
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.surveys.states import DemandState
from tests.deliberation.factories import make_topic
from tests.factories import make_neighbourhood, make_resident, make_user, person_of
from tests.funds.factories import CAP, YUAN, make_call
from tests.funds.factories_applying import (
    Applying,
    add,
    ask,
    fresh,
    home_of,
    make_draft,
    make_handed_in,
    make_round,
    make_written,
    photo,
)
from tests.surveys.factories import make_survey
from tests.surveys.published import NEEDS, demand

pytestmark = pytest.mark.django_db


def save(world: Applying, draft: Application, part: str, **values: Any) -> Application:
    return services.save_step(world.lead, draft.pk, part, values, fresh(draft).version)


def owed(thing: Any, kind: str) -> list[Duty]:
    return list(Duty.objects.active().about(key(thing)).filter(kind=kind))


def give_back(application: Application, reason: str = "请补上报价") -> Application:
    """As the review gives it back."""
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.RETURNED, reason=reason)
    return fresh(application)


def test_a_draft_begins_with_its_name_and_is_written_part_by_part() -> None:
    world = make_round()
    draft = make_draft(world)

    save(world, draft, "need", need="没有地方坐", evidence="数过", households=42)
    save(world, draft, "later", risks="滑")

    now = fresh(draft)
    assert (now.need, now.households, now.risks, now.number) == ("没有地方坐", 42, "滑", None)
    assert set(now.written) == {"need", "later"}


def test_of_two_writers_of_one_part_the_second_is_told_and_undoes_nothing() -> None:
    world = make_round()
    draft = make_draft(world)
    opened = fresh(draft).version
    services.save_step(world.lead, draft.pk, "need", {"need": "先写的"}, opened)

    with pytest.raises(Overtaken):
        services.save_step(world.lead, draft.pk, "need", {"need": "后写的"}, opened)
    # Another part is nobody's business.
    services.save_step(world.lead, draft.pk, "later", {"risks": "滑"}, opened)

    assert (fresh(draft).need, fresh(draft).risks) == ("先写的", "滑")


def test_of_two_writers_of_one_line_the_second_is_told() -> None:
    world = make_round()
    draft = make_draft(world)
    line = add(world, draft)
    values = (line.cost_class, "木板", "块", 200, 100)
    services.change_line(world.lead, line.pk, *values, version=1)

    with pytest.raises(Overtaken):
        services.change_line(world.lead, line.pk, line.cost_class, "钉子", "个", 900, 100, version=1)

    assert BudgetLine.objects.get().quantity == 200
    assert fresh(draft).costs == 200


def test_nothing_is_begun_outside_the_window() -> None:
    world = make_round()
    now = clock.now()

    for moment in (now - timedelta(days=3), now + timedelta(days=21)):
        with clock.at(moment), pytest.raises(NotPossible):
            services.begin(world.lead, world.pk, "长椅", ApplicantKind.GROUP, "小组")
    Call.objects.update(state=CallState.CANCELLED)
    with pytest.raises(NotPossible):
        services.begin(world.lead, world.pk, "长椅", ApplicantKind.GROUP, "小组")


def test_a_draft_is_not_written_after_the_window() -> None:
    world = make_round()
    draft = make_draft(world)

    with clock.at(clock.now() + timedelta(days=21)):
        for attempt in (
            lambda: save(world, draft, "need", need="晚了"),
            lambda: add(world, draft),
            lambda: services.hand_in(world.lead, draft.pk),
        ):
            with pytest.raises(NotPossible, match="已截止"):
                attempt()


def test_a_kind_the_round_is_not_for_is_refused() -> None:
    world = make_round()
    Call.objects.update(applicants=[ApplicantKind.BOARD])

    with pytest.raises(NotPossible):
        services.begin(world.lead, world.pk, "长椅", ApplicantKind.GROUP, "小组")


def test_neither_the_desk_nor_strangers_apply_and_a_draft_is_nobodys_elses() -> None:
    world = make_round()
    draft = make_draft(world)

    for stranger in (world.worker, make_user(), make_resident()):
        with pytest.raises(PermissionDenied):
            services.begin(stranger, world.pk, "长椅", ApplicantKind.GROUP, "小组")
    for other in (world.worker, world.neighbours[0]):
        with pytest.raises(Http404):
            services.save_step(other, draft.pk, "need", {"need": "别人的"}, 1)


def test_topics_demands_and_places_of_elsewhere_are_refused() -> None:
    world = make_round()
    draft = make_draft(world)
    near, far = make_topic(world.here, state=State.DISCUSSING), make_topic(state=State.DISCUSSING)

    save(world, draft, "need", topic=near)
    for part, values in (("need", {"topic": far}), ("who", {"scope": make_neighbourhood()})):
        with pytest.raises(NotPossible):
            save(world, draft, part, **values)

    assert list(open_topics(world.here)) == [near]
    assert list(open_demands(world.here)) == []
    assert fresh(draft).topic == near


def test_of_a_need_that_was_asked_twice_only_the_newest_is_offered_with_its_survey() -> None:
    world = make_round()
    survey = make_survey(here=world.here).survey
    (key, *_rest), (other, *_more) = NEEDS[:2]
    first = demand(survey, key, DemandState.OWED)
    newest = demand(survey, other, DemandState.OWED, previous=first)

    assert list(open_demands(world.here)) == [newest]


# --- the budget ---


def test_what_is_asked_is_costs_less_other_sources_and_nobody_types_it() -> None:
    world = make_round()
    draft = make_draft(world)
    add(world, draft, quantity=250, price=333)
    own = add(world, draft, "volunteers", paid_by=PaidBy.OWN, quantity=100, price=400)

    assert [line.amount for line in draft.lines.all()] == [833, 400]
    now = fresh(draft)
    assert (now.costs, now.other_sources, now.asked) == (1233, 400, 833)

    services.remove_line(world.lead, own.pk)
    assert fresh(draft).asked == fresh(draft).costs == 833


def test_sums_that_do_not_match_are_refused_by_the_database() -> None:
    world = make_round()
    draft = make_draft(world)
    line = add(world, draft)

    for rows, wrong in (
        (Application.objects.filter(pk=draft.pk), {"asked": 5}),
        (Application.objects.filter(pk=draft.pk), {"other_sources": 500, "asked": -400}),
        (BudgetLine.objects.filter(pk=line.pk), {"amount": 999}),
        (BudgetLine.objects.filter(pk=line.pk), {"price": -1, "amount": -1}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_negative_giant_and_empty_amounts_are_refused() -> None:
    world = make_round()
    draft = make_draft(world)

    for quantity, price in (
        (0, 100),
        (-100, 100),
        (100, 0),
        (100, -5),
        (MOST_QUANTITY + 1, 1),
        (100, LARGEST + 1),
        (10**7, 10**9),
        (1, 1),
    ):
        with pytest.raises(NotPossible):
            add(world, draft, quantity=quantity, price=price)

    assert (fresh(draft).costs, draft.lines.count()) == (0, 0)


def test_a_forbidden_kind_of_cost_is_refused_with_its_reason() -> None:
    world = make_round()
    draft = make_draft(world)
    why = world.call.cost_classes.get(key="banquets").why

    with pytest.raises(NotPossible, match=why):
        add(world, draft, "banquets")
    other = make_call().cost_classes.get(key="materials")
    with pytest.raises(NotPossible):
        services.add_line(world.lead, draft.pk, other, "木板", "块", 100, 100)


def test_a_row_sent_again_from_the_page_before_is_not_added_twice() -> None:
    world = make_round()
    draft = make_draft(world)
    day = clock.today()
    services.add_activity(world.lead, draft.pk, "装长椅", day, day)
    add(world, draft, item="木板")

    with pytest.raises(NotPossible):
        services.add_activity(world.lead, draft.pk, "装长椅 ", day, day)
    with pytest.raises(NotPossible):
        add(world, draft, item=" 木板")
    add(world, draft, item="木板", price=101)

    assert (draft.activities.count(), fresh(draft).costs) == (1, 201)


def test_a_complete_application_is_complete_in_all_its_parts() -> None:
    world = make_round()

    way = Way(make_written(world), "check")

    assert (way.done, way.total) == (6, 6)


def test_contingency_above_its_share_and_more_than_the_cap_keep_it_from_being_handed_in() -> None:
    world = make_round()
    draft = make_written(world)
    add(world, draft, "contingency", quantity=100, price=153 * YUAN)
    over = [lack.text for lack in lacking(fresh(draft))]
    add(world, draft, quantity=100, price=CAP)
    above = [lack.step for lack in lacking(fresh(draft))]

    assert len(over) == 1
    assert "5" in over[0]
    # With more costs the same contingency is within its share; but too much is asked.
    assert above == ["budget"]
    with pytest.raises(services.Unready):
        services.hand_in(world.lead, draft.pk)


def test_five_percent_exactly_is_allowed() -> None:
    world = make_round()
    draft = make_draft(world)
    add(world, draft, quantity=100, price=9500)
    add(world, draft, "contingency", quantity=100, price=500)

    assert "contingency" not in str([lack.text for lack in lacking(fresh(draft)) if lack.step == "budget"])
    assert [lack for lack in lacking(fresh(draft)) if lack.step == "budget"] == []


def test_a_file_that_is_no_quote_is_refused_and_nothing_is_half_stored() -> None:
    world = make_round()
    draft = make_draft(world)

    with pytest.raises(NotPossible):
        add(world, draft, quote=SimpleUploadedFile("报价.exe", b"MZ not a paper"))
    line = add(world, draft, quote=photo("报价.png"))

    assert draft.lines.get() == line
    assert line.quote is not None


# --- the payee ---


def test_money_never_goes_to_a_private_account() -> None:
    world = make_round()
    draft = make_draft(world)

    for name in ("", "王芳", "周奶奶"):
        with pytest.raises(NotPossible):
            save(world, draft, "payee", payee_kind=PayeeKind.ORGANISATION, payee=name)


def test_a_person_of_the_register_with_a_long_name_is_no_organisation() -> None:
    world = make_round()
    draft = make_draft(world)
    name = person_of(world.neighbours[2]).real_name

    assert len(name) >= 5
    with pytest.raises(NotPossible):
        save(world, draft, "payee", payee_kind=PayeeKind.ORGANISATION, payee=name)
    save(world, draft, "payee", payee_kind=PayeeKind.ORGANISATION, payee="红林社区公益服务中心")


def test_the_committees_account_is_named_by_itself() -> None:
    world = make_round()

    save(world, draft := make_draft(world), "payee", payee_kind=PayeeKind.COMMITTEE, payee="随便")

    assert fresh(draft).payee == f"{world.here.name}居民委员会"


# --- together ---


def test_a_neighbour_is_named_only_after_saying_yes() -> None:
    world = make_round()
    draft = make_draft(world)
    other = world.neighbours[0]
    asked = ask(world, draft, other)

    assert owed(asked, "funds.join")[0].person == other.person
    assert Notice.objects.filter(user=other, kind="funds.asked_to_join").count() == 1
    # Who is asked may read, and not write.
    with pytest.raises(PermissionDenied):
        services.save_step(other, draft.pk, "need", {"need": "我先写"}, 1)

    services.agree(other, asked.pk)

    assert owed(asked, "funds.join") == []
    services.save_step(other, draft.pk, "need", {"need": "一起写"}, fresh(draft).version)
    assert fresh(draft).need == "一起写"
    assert Notice.objects.filter(user=world.lead, kind="funds.joined").count() == 1


def test_nobody_says_yes_for_a_neighbour() -> None:
    world = make_round()
    draft = make_draft(world)
    asked = ask(world, draft, world.neighbours[0])

    for user in (world.lead, world.worker, world.neighbours[1]):
        with pytest.raises((PermissionDenied, Http404)):
            services.agree(user, asked.pk)
    with pytest.raises((PermissionDenied, Http404)):
        services.sign_paper(world.worker, asked.pk, photo())


def test_a_no_ends_the_asking_and_can_be_asked_again() -> None:
    world = make_round()
    draft = make_draft(world)
    services.decline(world.neighbours[0], ask(world, draft, world.neighbours[0]).pk)

    assert draft.co_applicants.count() == 0
    assert Duty.objects.active().filter(kind="funds.join").count() == 0
    again = ask(world, draft, world.neighbours[0])
    services.take_back(world.lead, again.pk)
    assert draft.co_applicants.count() == 0


def test_neither_oneself_nor_somebody_twice_nor_a_stranger_is_asked() -> None:
    world = make_round()
    draft = make_draft(world)
    ask(world, draft, world.neighbours[0])

    for who in (world.lead, world.neighbours[0]):
        with pytest.raises(NotPossible):
            ask(world, draft, who)
    with pytest.raises(NotPossible):
        services.ask_neighbour(world.lead, draft.pk, "没有此人", world.building.pk, "101")


def test_without_two_who_said_yes_it_is_not_handed_in() -> None:
    world = make_round()
    draft = make_written(world)
    row = draft.co_applicants.order_by("pk").first()
    assert row is not None
    services.take_back(world.lead, row.pk)

    with pytest.raises(services.Unready) as refused:
        services.hand_in(world.lead, draft.pk)

    assert [lack.step for lack in refused.value.lacks] == ["who"]
    assert fresh(draft).number is None


# --- handed in ---


def test_the_first_one_handed_in_has_the_first_number_and_freezes_the_round() -> None:
    world = make_round()
    handed = make_handed_in(world)
    call = Call.objects.get(pk=world.pk)

    assert handed.number == f"{call.year}-{world.here.slug.upper()}-001"
    assert (handed.state, call.last_number) == (ApplicationState.SUBMITTED, 1)
    assert call.frozen_at is not None
    assert owed(handed, "funds.eligibility")[0].post == "worker"
    entry = Entry.objects.filter(action="funds.handed_in").get()
    # Before the public notice the record names the number, not the project.
    assert entry.data["number"] == handed.number
    assert handed.title not in (entry.title, str(entry.data))


def test_the_check_is_due_its_working_days_after_the_window() -> None:
    world = make_round()
    handed = make_handed_in(world)
    duty = owed(handed, "funds.eligibility")[0]

    assert handed.call.closes_at is not None
    assert duty.due_at > handed.call.closes_at + timedelta(days=handed.call.eligibility_days - 1)


def test_an_application_that_was_handed_in_is_not_edited() -> None:
    world = make_round()
    handed = make_handed_in(world)
    line, plan = handed.lines.first(), handed.activities.first()
    assert line is not None
    assert plan is not None
    day = clock.today() + timedelta(days=5)

    for attempt in (
        lambda: save(world, handed, "need", need="改一改"),
        lambda: add(world, handed),
        lambda: services.change_line(world.lead, line.pk, line.cost_class, "贵的", "个", 100, 5, version=1),
        lambda: services.remove_line(world.lead, line.pk),
        lambda: services.add_activity(world.lead, handed.pk, "聚餐", day, day),
        lambda: services.remove_activity(world.lead, plan.pk),
        lambda: ask(world, handed, world.neighbours[2]),
        lambda: services.hand_in(world.lead, handed.pk),
    ):
        with pytest.raises(NotPossible, match="已提交"):
            attempt()

    now = fresh(handed)
    assert (now.need, now.costs, now.number) == (handed.need, handed.costs, handed.number)


def test_given_back_it_is_completed_after_the_window_and_keeps_its_number() -> None:
    world = make_round()
    handed = make_handed_in(world)
    give_back(handed)

    with clock.at(clock.now() + timedelta(days=22)):
        save(world, handed, "need", need="补好了")
        again = services.hand_in(world.lead, handed.pk)

    assert (again.number, again.state, again.reason) == (handed.number, ApplicationState.SUBMITTED, "")
    assert again.need == "补好了"
    assert Call.objects.get(pk=world.pk).last_number == 1
    assert [one.what for one in again.traces.all()][-1] == "handed_in_again"


def test_given_back_it_is_not_handed_in_as_it_was() -> None:
    world = make_round()
    handed = make_handed_in(world)
    now = give_back(handed)
    # Saved, and nothing is otherwise.
    save(world, now, "need", need=now.need)

    with pytest.raises(NotPossible, match="没有任何修改"):
        services.hand_in(world.lead, handed.pk)
    services.take_back(world.lead, CoApplicant.objects.filter(application=handed).latest("pk").pk)
    services.agree(world.neighbours[2], ask(world, now, world.neighbours[2]).pk)

    assert services.hand_in(world.lead, handed.pk).state == ApplicationState.SUBMITTED


def test_what_is_changed_after_it_was_given_back_stands_in_its_course_and_a_draft_is_not_followed() -> None:
    world = make_round()
    now = give_back(make_handed_in(world))
    board, day = now.lines.first(), clock.today() + timedelta(days=70)
    assert board is not None
    services.change_line(
        world.lead, board.pk, board.cost_class, "长椅木板", "块", 1000, 180 * YUAN, board.version
    )
    add(world, now, item="螺丝", quote=photo("报价.png"))
    services.remove_line(world.lead, now.lines.get(item="活动海报").pk)
    services.add_activity(world.lead, now.pk, "刷漆", day, day)
    save(world, now, "who", title="长椅", group="三号楼")
    save(world, now, "later", risks="换成塑木")

    traces = now.traces.filter(what="changed")

    assert {one.by for one in traces} == {world.lead}
    said = [one.why for one in traces]
    assert said[0] == "长椅木板 12 个 × 180 元（材料，本基金） → 长椅木板 10 块 × 180 元（材料，本基金）"
    assert said[1].startswith("新增：螺丝 1 个 × 1 元")
    assert said[1].endswith("附报价）")
    assert said[2].startswith("删去：活动海报")
    assert said[3].startswith("新增：刷漆")
    assert "楼道口的长椅 → 长椅" in said[4]
    assert "三号楼邻里小组 → 三号楼" in said[4]
    assert len(said) == 6
    assert "换成" not in said[5]


def test_a_number_that_was_withdrawn_is_not_given_again() -> None:
    world = make_round()
    handed = make_handed_in(world)
    services.withdraw(world.lead, handed.pk, "不做了")
    second = make_written(world)

    assert services.hand_in(world.lead, second.pk).number == handed.number[:-1] + "2"  # type: ignore[index]
    gone = fresh(handed)
    assert (gone.state, gone.number, gone.reason) == (ApplicationState.WITHDRAWN, handed.number, "不做了")
    assert Duty.objects.active().about(key(handed)).count() == 0


def test_two_rounds_of_one_year_share_their_numbers() -> None:
    world = make_round()
    make_handed_in(world)
    second = make_call(None)
    Call.objects.filter(pk=second.pk).update(fund=world.call.fund)
    draft = make_written(world)
    Application.objects.filter(pk=draft.pk).update(call=second)
    BudgetLine.objects.filter(application=draft).update(cost_class=second.cost_classes.get(key="materials"))

    handed = services.hand_in(world.lead, draft.pk)

    assert str(handed.number).endswith("-002")


def test_whoever_was_asked_and_did_not_answer_is_not_named() -> None:
    world = make_round()
    draft = make_written(world)
    asked = ask(world, draft, world.neighbours[2])
    services.hand_in(world.lead, draft.pk)

    assert draft.co_applicants.count() == 2
    assert owed(asked, "funds.join") == []


def test_one_on_the_ballot_that_is_withdrawn_says_why_it_is_struck() -> None:
    world = make_round()
    handed = make_handed_in(world)
    Application.objects.filter(pk=handed.pk).update(state=ApplicationState.VOTING)

    gone = services.withdraw(world.neighbours[0], handed.pk, "物业自己做了")

    assert (gone.state, gone.struck_why) == (ApplicationState.WITHDRAWN, "物业自己做了")
    assert Notice.objects.filter(user=world.lead, kind="funds.withdrawn").count() == 1


def test_what_is_decided_is_not_withdrawn() -> None:
    world = make_round()
    handed = make_handed_in(world)

    for state in (ApplicationState.APPROVED, ApplicationState.DECLINED, ApplicationState.INELIGIBLE):
        Application.objects.filter(pk=handed.pk).update(state=state)
        with pytest.raises(NotPossible):
            services.withdraw(world.lead, handed.pk, "晚了")


# --- without a phone ---


def test_the_desk_writes_down_an_application_from_a_signed_sheet() -> None:
    world = make_round()
    made = services.take_in(
        world.worker, world.pk, world.offline, "门口的扶手", ApplicantKind.GROUP, "三号楼", photo()
    )

    assert (made.lead, made.entered_by, made.paper is not None) == (world.offline, world.worker.person, True)
    for user in (world.worker, world.director):
        services.save_step(user, made.pk, "need", {"need": "老人上台阶"}, fresh(made).version)
    with pytest.raises(Http404):
        services.save_step(world.neighbours[0], made.pk, "need", {"need": "别人"}, 1)


def test_for_somebody_with_an_account_the_desk_does_not_write() -> None:
    world = make_round()

    with pytest.raises(NotPossible):
        services.take_in(
            world.worker, world.pk, person_of(world.lead), "扶手", ApplicantKind.GROUP, "三号楼", photo()
        )


def test_somebody_without_an_account_signs_at_the_desk() -> None:
    world = make_round()
    made = services.take_in(
        world.worker, world.pk, world.offline, "门口的扶手", ApplicantKind.GROUP, "三号楼", photo()
    )
    home = home_of(person_of(world.neighbours[1]))
    User.objects.filter(pk=world.neighbours[1].pk).update(is_active=False)
    name = person_of(world.neighbours[1]).real_name
    asked = services.ask_neighbour(world.worker, made.pk, name, home.building_id, home.room)

    assert owed(asked, "funds.sign")[0].post == "worker"
    services.sign_paper(world.worker, asked.pk, photo())

    assert made.co_applicants.get().agreed_at is not None
    assert owed(asked, "funds.sign") == []


# --- time ---


def test_whoever_did_not_hand_in_is_told_once_in_the_last_days() -> None:
    world = make_round()
    make_draft(world)
    with clock.at(clock.now() + timedelta(days=10)):
        jobs.remind_of_drafts()
    before = Notice.objects.filter(kind="funds.unsent").count()
    with clock.at(clock.now() + timedelta(days=18)):
        jobs.remind_of_drafts()
        jobs.remind_of_drafts()

    assert before == 0
    assert [one.user for one in Notice.objects.filter(kind="funds.unsent")] == [world.lead]
