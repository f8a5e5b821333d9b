"""From the published results to what became of each demand."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.community.models import Post
from portal.community.rules import rule
from portal.deliberation.hooks import follow_ups
from portal.deliberation.models import Topic
from portal.deliberation.services.merging import merge
from portal.deliberation.services.undoing import undo_screening
from portal.deliberation.states import State
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import history, key
from portal.search import services as search
from portal.surveys.lists import answering, jobs, listing, offering, services
from portal.surveys.models import Demand, Reply, Service
from portal.surveys.states import DemandState, SurveyState
from tests.deliberation.factories import make_topic
from tests.factories import make_neighbourhood, make_user
from tests.pages.factories import make_resource
from tests.surveys.factories import Asking, make_survey
from tests.surveys.list_factories import (
    NEEDS,
    demand_of,
    make_listed,
    make_published,
    make_wave_before,
    publish,
    rows,
)
from tests.volunteers.factories import make_activity, make_crew

pytestmark = pytest.mark.django_db


def soon(days: int = 30) -> date:
    return clock.today() + timedelta(days=days)


def state_of(asking: Asking) -> str:
    asking.survey.refresh_from_db()
    return asking.survey.state


def owed(demand: Demand, kind: str = services.OWED) -> Duty | None:
    return Duty.objects.active().about(key(demand)).filter(kind=kind).first()


def test_what_reaches_the_line_is_owed_an_answer_in_working_days_and_the_rest_is_not() -> None:
    asking = make_listed()

    listed = list(asking.survey.demands.order_by("rank"))

    assert [one.state for one in listed] == ["owed", "owed", "owed", "below"]
    assert state_of(asking) == SurveyState.LISTS_UPDATED
    duty = owed(listed[0])
    assert duty is not None
    assert duty.post == Post.WORKER
    days = rule("surveys.respond_working_days", asking.here)
    assert duty.due_at == add_working_days(duty.opened_at, days).at
    assert owed(listed[3]) is None
    assert listed[0].question is not None
    assert "4 样中有 3 样达到 30%" in history([key(asking.survey)])[0].text


def test_the_list_is_made_once_by_the_committee_from_published_results() -> None:
    asking = make_published()

    with pytest.raises(PermissionDenied):
        services.list_demands(asking.resident, asking.pk)
    services.list_demands(asking.director, asking.pk)
    with pytest.raises(NotPossible):
        services.list_demands(asking.director, asking.pk)
    assert Demand.objects.filter(survey=asking.survey).count() == len(NEEDS)


def test_without_published_results_there_is_no_list() -> None:
    asking = make_survey(state=SurveyState.PUBLISHED)

    with pytest.raises(NotPossible):
        services.list_demands(asking.worker, asking.pk)


def test_where_nothing_reaches_the_line_the_survey_is_answered_at_once() -> None:
    asking = make_survey(state=SurveyState.PUBLISHED)
    publish(asking.survey, rows(("pool", "游泳池", "体育", 9)))

    services.list_demands(asking.worker, asking.pk)

    assert state_of(asking) == SurveyState.RESPONDED


def test_a_demand_is_compared_with_the_wave_before() -> None:
    asking = make_published()
    make_wave_before(asking)

    services.list_demands(asking.worker, asking.pk)

    assert demand_of(asking, "canteen").change == 8
    assert demand_of(asking, "pool").change is None


def test_an_answer_is_a_promise_with_a_day_that_both_sides_see() -> None:
    asking = make_listed()
    demand = demand_of(asking, "charging")

    answering.answer(asking.worker, demand.pk, Reply.FUND, "报微基金项目", promised_on=soon())

    demand = demand_of(asking, "charging")
    promise = owed(demand, services.PROMISED)
    assert demand.state == DemandState.IN_HAND
    assert promise is not None
    assert promise.due_at == clock.end_of(soon())
    assert owed(demand) is None
    assert "报微基金项目" in history([key(demand)])[0].text
    with pytest.raises(NotPossible):
        answering.answer(asking.worker, demand.pk, Reply.FUND, "再来", promised_on=soon())


def test_an_answer_needs_its_day_its_reason_and_something_of_this_place() -> None:
    asking = make_listed()
    demand, elsewhere = demand_of(asking, "canteen"), make_topic(state=State.DISCUSSING)
    wrong: list[tuple[Reply, str, dict[str, Any]]] = [
        (Reply.FUND, "报项目", {}),
        (Reply.FUND, "报项目", {"promised_on": soon(-1)}),
        (Reply.NOT_POSSIBLE, "  ", {}),
        (Reply.TOPIC, "", {"promised_on": soon(), "subject": key(elsewhere)}),
        (Reply.TOPIC, "", {"promised_on": soon(), "subject": "topic:"}),
        (Reply.SERVICE, "", {"promised_on": soon(), "subject": "service:99999"}),
        (Reply.SUMMONS, "请来", {"promised_on": soon(), "summoned": Post.DIRECTOR}),
    ]

    for reply, text, more in wrong:
        with pytest.raises(NotPossible):
            answering.answer(asking.worker, demand.pk, reply, text, **more)

    assert demand_of(asking, "canteen").state == DemandState.OWED


def test_a_topic_begins_from_a_demand_with_what_was_asked_written_in_it() -> None:
    asking = make_listed()
    demand = demand_of(asking, "canteen")

    topic = answering.raise_topic(asking.worker, demand.pk, "在小区里办助餐点", soon())

    demand = demand_of(asking, "canteen")
    assert topic.state == State.DRAFT
    assert "41" in topic.problem
    assert demand.subject == key(topic)
    assert listing.subject_of(demand, asking.resident) is None
    assert listing.subject_of(demand, asking.worker) is not None


def test_a_demand_follows_its_topic_and_following_twice_changes_nothing() -> None:
    asking = make_listed()
    topic = make_topic(asking.here, state=State.DISCUSSING)
    demand = demand_of(asking, "canteen")
    answering.answer(asking.worker, demand.pk, Reply.TOPIC, promised_on=soon(), subject=key(topic))
    jobs.follow_topics()
    assert demand_of(asking, "canteen").state == DemandState.IN_HAND

    Topic.objects.filter(pk=topic.pk).update(state=State.CLOSED, ended_at=clock.now())
    jobs.follow_topics()
    told = Entry.objects.count()
    jobs.follow_topics()

    demand = demand_of(asking, "canteen")
    assert demand.state == DemandState.DONE
    assert not Duty.objects.active().about(key(demand)).exists()
    assert Entry.objects.count() == told
    assert history([key(demand)])[0].text == "议题已办结"


def test_a_topic_that_was_not_carried_out_leaves_an_answer_owed() -> None:
    asking = make_listed()
    topic = make_topic(asking.here, state=State.DISCUSSING)
    demand = demand_of(asking, "canteen")
    answering.answer(asking.worker, demand.pk, Reply.TOPIC, promised_on=soon(), subject=key(topic))

    Topic.objects.filter(pk=topic.pk).update(state=State.WITHDRAWN, ended_at=clock.now())
    jobs.follow_topics()

    demand = demand_of(asking, "canteen")
    assert (demand.state, demand.reply, demand.subject) == (DemandState.OWED, "", "")
    assert owed(demand) is not None
    assert Notice.objects.filter(user=asking.worker, kind="demand.topic_ended").exists()


def test_a_merged_topic_hands_the_demand_on() -> None:
    asking = make_listed()
    topic = make_topic(asking.here, state=State.DISCUSSING)
    demand = demand_of(asking, "canteen")
    answering.answer(asking.worker, demand.pk, Reply.TOPIC, promised_on=soon(), subject=key(topic))
    other = make_topic(asking.here, state=State.DISCUSSING)

    Topic.objects.filter(pk=topic.pk).update(state=State.MERGED, merged_into=other, ended_at=clock.now())
    jobs.follow_topics()

    assert demand_of(asking, "canteen").state == DemandState.IN_HAND
    assert [item.title for block in follow_ups(other) for item in block.items] == ["老人助餐点"]
    assert "41% 需要" in follow_ups(other)[0].items[0].text
    Topic.objects.filter(pk=other.pk).update(state=State.CLOSED, ended_at=clock.now())
    jobs.follow_topics()
    assert demand_of(asking, "canteen").state == DemandState.DONE


def test_a_merge_that_was_undone_gives_the_demand_back() -> None:
    asking = make_listed()
    topic = make_topic(asking.here, state=State.SCREENING)
    other = make_topic(asking.here, state=State.DISCUSSING)
    demand = demand_of(asking, "canteen")
    answering.answer(asking.worker, demand.pk, Reply.TOPIC, promised_on=soon(), subject=key(topic))

    merge(asking.worker, topic.pk, other.pk, "同一件事")
    jobs.follow_topics()
    undo_screening(asking.worker, topic.pk, "不是同一件事")
    Topic.objects.filter(pk=other.pk).update(state=State.CLOSED, ended_at=clock.now())
    jobs.follow_topics()

    assert demand_of(asking, "canteen").state == DemandState.IN_HAND
    assert [item.title for block in follow_ups(topic) for item in block.items] == ["老人助餐点"]
    assert not [item for block in follow_ups(other) for item in block.items]


def test_those_responsible_are_asked_to_come_and_answer_for_themselves() -> None:
    asking = make_listed()
    manager = make_user(post=Post.PROPERTY, neighbourhood=asking.here)
    demand = demand_of(asking, "charging")

    answering.answer(
        asking.worker, demand.pk, Reply.SUMMONS, "谈充电插座", promised_on=soon(), summoned=Post.PROPERTY
    )

    summons = owed(demand, services.SUMMONED)
    assert summons is not None
    assert summons.post == Post.PROPERTY
    assert Notice.objects.filter(user=manager, kind="demand.summons").exists()
    with pytest.raises(PermissionDenied):
        answering.appear(asking.worker, demand.pk, "来过了")
    answering.appear(manager, demand.pk, "下月装 20 个")
    assert owed(demand, services.SUMMONED) is None
    assert owed(demand, services.PROMISED) is not None
    assert Notice.objects.filter(user=asking.worker, kind="demand.appeared").exists()
    with pytest.raises(NotPossible):
        answering.appear(manager, demand.pk, "再说一次")
    answering.move(asking.worker, demand.pk, soon(50), "等设备")
    assert owed(demand, services.SUMMONED) is None


def test_an_activity_or_service_of_the_place_answers_a_demand() -> None:
    asking = make_listed()
    activity = make_activity(make_crew(asking.here))
    service = offering.add(asking.worker, asking.here.slug, title="送餐", provider="社区食堂")

    answering.answer(
        asking.worker,
        demand_of(asking, "canteen").pk,
        Reply.SERVICE,
        promised_on=soon(),
        subject=key(service),
    )
    answering.answer(
        asking.worker,
        demand_of(asking, "market").pk,
        Reply.ACTIVITY,
        promised_on=soon(),
        subject=key(activity),
    )

    shown = listing.subject_of(demand_of(asking, "market"), asking.resident)
    assert shown is not None
    assert shown[0] == activity.title


def answer_all(asking: Asking) -> None:
    answering.answer(asking.worker, demand_of(asking, "canteen").pk, Reply.FUND, "报项目", promised_on=soon())
    answering.answer(
        asking.worker, demand_of(asking, "charging").pk, Reply.FUND, "报项目", promised_on=soon()
    )
    answering.answer(asking.worker, demand_of(asking, "market").pk, Reply.NOT_POSSIBLE, "没有商铺")


def test_the_survey_is_answered_with_the_last_demand_and_everybody_is_told_once() -> None:
    asking = make_listed()

    answer_all(asking)

    assert state_of(asking) == SurveyState.RESPONDED
    answering.reconsider(asking.worker, demand_of(asking, "market").pk, "有了新的铺位")
    assert state_of(asking) == SurveyState.LISTS_UPDATED
    answering.answer(asking.worker, demand_of(asking, "market").pk, Reply.NOT_POSSIBLE, "还是没有")
    assert state_of(asking) == SurveyState.RESPONDED
    told = Notice.objects.filter(user=asking.resident, kind="survey.responded")
    assert told.count() == 1


def test_what_is_done_has_its_photo_and_can_be_opened_again() -> None:
    asking = make_listed()
    answer_all(asking)
    demand = demand_of(asking, "canteen")

    answering.report_done(asking.worker, demand.pk, "5 号楼底层开业")
    assert demand_of(asking, "canteen").state == DemandState.DONE
    assert owed(demand, services.PROMISED) is None
    assert listing.kept(asking.survey).done == 1
    answering.reopen(asking.worker, demand.pk, soon(40), "关门了")

    demand = demand_of(asking, "canteen")
    assert (demand.state, demand.done) == (DemandState.IN_HAND, "")
    promise = owed(demand, services.PROMISED)
    assert promise is not None
    assert promise.due_at == clock.end_of(soon(40))
    assert state_of(asking) == SurveyState.RESPONDED


def test_a_day_is_moved_and_words_are_put_right_with_a_trace() -> None:
    asking = make_listed()
    answer_all(asking)
    demand = demand_of(asking, "canteen")

    answering.move(asking.worker, demand.pk, soon(60), "施工延期")
    answering.correct(asking.worker, demand.pk, "报微基金项目", "写漏了")

    lines = [line.text for line in history([key(demand)])]
    promise = owed(demand, services.PROMISED)
    assert promise is not None
    assert promise.due_at == clock.end_of(soon(60))
    assert "报项目" in lines[0]
    assert "写漏了" in lines[0]
    assert (wording.day(soon(30)) in lines[1], wording.day(soon(60)) in lines[1]) == (True, True)
    assert soon(30).isoformat() not in "".join(lines)
    with pytest.raises(NotPossible):
        answering.correct(asking.worker, demand.pk, "报微基金项目", "没有改")


def test_a_voluntary_answer_below_the_line_can_be_taken_back() -> None:
    asking = make_listed()
    demand = demand_of(asking, "pool")
    answering.answer(asking.worker, demand.pk, Reply.FUND, "先问问", promised_on=soon())

    answering.reconsider(asking.worker, demand.pk, "做不了")

    assert demand_of(asking, "pool").state == DemandState.BELOW
    assert not Duty.objects.active().about(key(demand)).exists()


def test_a_list_follows_corrected_results_with_a_trace_and_answers_stay() -> None:
    asking = make_listed()
    answer_all(asking)
    publish(
        asking.survey,
        rows(
            ("canteen", "老人助餐点", "养老", 28),
            ("charging", "电动车充电插座", "停车", 36),
            ("pool", "游泳池", "体育", 31),
            ("bench", "长椅", "环境", 33),
        ),
        why="漏录一批纸质问卷",
    )

    jobs.follow_corrections()
    told = Entry.objects.count()
    jobs.follow_corrections()

    assert Entry.objects.count() == told
    states = dict(asking.survey.demands.values_list("key", "state"))
    assert states == {
        "canteen": "in_hand",
        "charging": "in_hand",
        "market": "not_possible",
        "pool": "owed",
        "bench": "owed",
    }
    assert demand_of(asking, "canteen").over is False
    assert owed(demand_of(asking, "pool")) is not None
    assert state_of(asking) == SurveyState.LISTS_UPDATED
    assert "41% 改为 28%" in history([key(demand_of(asking, "canteen"))])[0].text


def test_what_nobody_answered_leaves_the_list_with_the_corrected_results() -> None:
    asking = make_listed()
    market = demand_of(asking, "market")
    publish(asking.survey, rows(("canteen", "老人助餐点", "养老", 20)), why="重算")

    jobs.follow_corrections()

    assert list(asking.survey.demands.values_list("key", "state")) == [("canteen", "below")]
    assert not Duty.objects.active().about(key(market)).exists()
    assert history([key(market)])[0].text == "更正后的结果里不再有这样需求"
    assert state_of(asking) == SurveyState.RESPONDED


def test_only_those_entitled_answer() -> None:
    asking = make_listed()
    demand = demand_of(asking, "canteen")

    for stranger in (asking.resident, make_user(post=Post.WORKER)):
        with pytest.raises(PermissionDenied):
            answering.answer(stranger, demand.pk, Reply.NOT_POSSIBLE, "不行")


def test_resources_with_words_alike_are_offered_and_the_committee_names_them() -> None:
    asking = make_listed()
    alike = make_resource(asking.here, title="老人食堂")
    for thing in (alike, make_resource(asking.here, title="篮球场")):
        search.index(thing)
    demand = demand_of(asking, "canteen")

    assert [one.title for one in offering.suggested(demand)] == ["老人食堂"]
    offering.match(asking.worker, demand.pk, alike.pk, "中午有空位")
    assert [one.resource for one in listing.there_is(demand)] == [alike]
    assert offering.suggested(demand) == []
    with pytest.raises(NotPossible):
        offering.match(asking.worker, demand.pk, alike.pk)
    with pytest.raises(NotPossible):
        offering.match(asking.worker, demand.pk, make_resource(make_neighbourhood()).pk)
    offering.unmatch(asking.worker, demand.pk, alike.pk)
    assert listing.there_is(demand) == []


def test_a_photo_of_what_was_done_is_public() -> None:
    asking = make_listed()
    answer_all(asking)
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "JPEG")
    photo = SimpleUploadedFile("done.jpg", drawn.getvalue(), "image/jpeg")

    done = answering.report_done(asking.worker, demand_of(asking, "canteen").pk, "开业", photo)

    assert done.photo is not None
    done.photo.refresh_from_db()
    assert done.photo.public


def test_a_service_ended_by_mistake_is_put_back_and_answers_what_it_answered() -> None:
    asking = make_listed()
    demand = demand_of(asking, "canteen")
    service = offering.add(asking.worker, asking.here.slug, title="送餐", provider="社区食堂", demand=demand)
    promised = clock.today() + timedelta(days=30)
    answering.answer(
        asking.worker, demand.pk, Reply.SERVICE, "食堂送", promised_on=promised, subject=key(service)
    )
    offering.end(asking.worker, service.pk, "点错了")

    offering.put_back(asking.worker, service.pk, "点错了")

    service.refresh_from_db()
    demand.refresh_from_db()
    assert (service.until, service.ended_why, service.demand) == (None, "", demand)
    assert (demand.subject, demand.state) == (key(service), DemandState.IN_HAND)
    assert service in Service.objects.offered()
    assert Entry.objects.filter(action="service.back").count() == 1
    with pytest.raises(NotPossible, match="在清单上"):
        offering.put_back(asking.worker, service.pk, "点错了")


def test_a_service_is_counted_by_month_and_ends_with_its_reason() -> None:
    asking = make_listed()
    service = offering.add(asking.worker, asking.here.slug, title="送餐", provider="社区食堂")

    offering.count(asking.worker, service.pk, 212, date(2026, 10, 17))
    offering.end(asking.worker, service.pk, "合同到期")

    service.refresh_from_db()
    assert (service.take_up, service.take_up_of) == (212, date(2026, 10, 1))
    assert not Service.objects.offered().exists()
    with pytest.raises(NotPossible):
        offering.end(asking.worker, service.pk, "再来")
    with pytest.raises(NotPossible):
        offering.count(asking.worker, service.pk, 1, clock.today() + timedelta(days=40))
    with pytest.raises(NotPossible):
        offering.edit(asking.worker, service.pk, title="送餐")
