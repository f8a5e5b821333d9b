"""What becomes of a topic on its track, told through the services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Post
from portal.deliberation import jobs
from portal.deliberation.models import Matter, Rating, Topic
from portal.deliberation.services import deciding, execution, forum, merging, passing_on, screening, topics
from portal.deliberation.states import State
from portal.duties.models import Duty, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.voting.models import Electorate, Outcome
from tests import factories
from tests.deliberation.factories import BEGIN, FIELDS, World, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def told(topic: Topic) -> list[str]:
    """The actions of a topic in the record, oldest first."""
    return list(
        Entry.objects.filter(subject=key(topic)).order_by("sequence").values_list("action", flat=True)
    )


def owed(topic: Topic) -> list[tuple[str, str]]:
    """The standing duties on a topic, with the post that owes them."""
    return list(Duty.objects.active().filter(subject=key(topic)).values_list("kind", "post"))


# --- raising ---


def test_a_draft_is_known_to_nobody_else(world: World) -> None:
    topic = world.draft()

    assert (topic.state, topic.number, topic.submitted_at) == (State.DRAFT, "", None)
    assert told(topic) == []
    with pytest.raises(Http404):
        topics.submit(world.worker, topic.pk)


def test_a_stranger_cannot_raise_a_topic(world: World) -> None:
    with pytest.raises(PermissionDenied):
        topics.propose(factories.make_resident(), world.here, FIELDS)


def test_a_topic_is_about_a_place_of_its_neighbourhood(world: World) -> None:
    elsewhere = factories.make_building()

    with pytest.raises(NotPossible):
        topics.propose(world.proposer, world.here, {**FIELDS, "area": elsewhere})

    assert Topic.objects.count() == 0


def test_an_unfinished_draft_cannot_be_sent(world: World) -> None:
    topic = world.draft(wish="")

    with pytest.raises(NotPossible):
        topics.submit(world.proposer, topic.pk)

    assert world.fresh(topic).state == State.DRAFT


def test_drafts_are_limited(world: World) -> None:
    for _draft in range(topics.MAX_DRAFTS):
        world.draft()

    with pytest.raises(NotPossible):
        world.draft()


def test_numbers_count_up_within_the_year_in_shanghai(world: World) -> None:
    first, second = world.sent(), world.sent()
    world.now = clock.at_time(clock.day_of(BEGIN).replace(month=12, day=31), 23, 59)
    last = world.sent()
    world.now += timedelta(minutes=1)
    new_year = world.sent()

    assert [topic.number for topic in (first, second, last, new_year)] == [
        "2026-001",
        "2026-002",
        "2026-003",
        "2027-001",
    ]


def test_the_thousandth_topic_of_a_year_follows_the_one_before(world: World) -> None:
    make_topic(world.here, number="2026-999")
    make_topic(world.here, number="2026-1000")

    assert world.sent().number == "2026-1001"


def test_two_neighbourhoods_number_apart() -> None:
    assert [World().sent().number, World().sent().number] == ["2026-001", "2026-001"]


def test_a_sent_topic_looks_for_seconders_for_thirty_days(world: World) -> None:
    topic = world.sent()

    assert topic.state == State.SECONDING
    assert topic.needs == {"persons": 5, "households": 3, "days": 30, "number": 5}
    assert topic.state_until == clock.end_of(clock.day_of(BEGIN) + timedelta(days=30))
    assert topic.signed == f"周先生 · {world.building.name}"
    assert told(topic) == ["topic.seconding"]


@pytest.mark.parametrize("post", [Post.WORKER, Post.DIRECTOR, Post.PARTY, Post.OVERSIGHT])
def test_committee_party_and_oversight_need_no_seconders(world: World, post: Post) -> None:
    world.proposer = factories.make_user(post=post, neighbourhood=world.here)

    topic = world.sent()

    assert (topic.state, topic.needs) == (State.SCREENING, {})
    assert owed(topic) == [("topic.screen", "worker")]


@pytest.mark.parametrize(("dwellings", "needed"), [(1, 1), (5, 1), (6, 2), (81, 17)])
def test_a_building_needs_a_fifth_of_its_dwellings_rounded_up(dwellings: int, needed: int) -> None:
    world = World()
    for _dwelling in range(dwellings - 1):
        factories.make_dwelling(within=world.building)

    topic = world.sent(area=world.building)

    assert topics.needed(topic) == needed


# --- seconding ---


def test_the_last_household_brings_the_topic_to_screening(world: World) -> None:
    topic = world.screening()

    assert topic.state == State.SCREENING
    assert topic.secondings.count() == 5
    assert told(topic) == ["topic.seconding", "topic.screening"]
    duty = Duty.objects.active().get(subject=key(topic))
    assert (duty.kind, duty.post, duty.area) == ("topic.screen", "worker", world.here)
    # Five working days from Monday: the Monday after.
    assert duty.due_at == clock.end_of(clock.day_of(BEGIN) + timedelta(days=7))
    assert Notice.objects.filter(kind="topic.screening").count() == 6


def test_a_second_click_counts_once(world: World) -> None:
    topic, user = world.sent(), world.resident()

    with world.at():
        topics.second(user, topic.pk)
        topics.second(user, topic.pk)

    assert topic.secondings.count() == 1


def test_a_household_counts_once(world: World) -> None:
    topic = world.sent()
    dwelling = factories.make_dwelling(within=world.building)

    with world.at():
        topics.second(world.resident(dwelling), topic.pk)
        with pytest.raises(NotPossible):
            topics.second(world.resident(dwelling), topic.pk)

    assert topic.secondings.count() == 1


def test_the_proposers_household_does_not_count(world: World) -> None:
    topic = world.sent()
    dwelling = factories.person_of(world.proposer).residencys.get().dwelling

    with world.at():
        for user in (world.proposer, world.resident(dwelling)):
            with pytest.raises(NotPossible):
                topics.second(user, topic.pk)


def test_only_neighbours_of_the_place_second(world: World) -> None:
    topic = world.sent(area=world.building)
    next_door = factories.make_resident(within=world.estate)

    with world.at(), pytest.raises(NotPossible):
        topics.second(next_door, topic.pk)
    with world.at(), pytest.raises(PermissionDenied):
        topics.second(factories.make_resident(), topic.pk)
    with world.at(), pytest.raises(PermissionDenied):
        topics.second(world.manager, topic.pk)


def test_an_owner_of_two_flats_says_for_which(world: World) -> None:
    topic, owner = world.sent(), factories.make_owner(within=world.building)
    other = factories.make_dwelling(within=world.building)
    factories.make_ownership(factories.person_of(owner), other)

    with world.at():
        with pytest.raises(NotPossible):
            topics.second(owner, topic.pk)
        topics.second(owner, topic.pk, other.pk)

    assert topic.secondings.get().dwelling == other


def test_a_seconding_can_be_taken_back_until_screening(world: World) -> None:
    topic, user = world.sent(), world.resident()

    with world.at():
        topics.second(user, topic.pk)
        topics.unsecond(user, topic.pk)

    assert topic.secondings.count() == 0
    screened = world.screening()
    with world.at(), pytest.raises(NotPossible):
        topics.unsecond(world.neighbours[-1], screened.pk)


def test_seconding_ends_with_its_last_day(world: World) -> None:
    topic = world.sent()
    assert topic.state_until is not None
    world.now = topic.state_until

    with world.at():
        with pytest.raises(NotPossible):
            topics.second(world.resident(), topic.pk)
        jobs.expire_topics()
        jobs.expire_topics()

    assert world.fresh(topic).state == State.EXPIRED
    assert told(topic) == ["topic.seconding", "topic.expired"]


# --- screening ---


def test_accepting_begins_a_public_notice(world: World) -> None:
    topic = world.announced()

    notice = PublicNotice.objects.get(subject=key(topic))
    assert notice.ends_at == topic.state_until == clock.end_of(clock.day_of(BEGIN) + timedelta(days=7))
    assert topic.first_contact == world.worker.person
    assert owed(topic) == []
    assert Duty.objects.get(kind="topic.screen").done_by == world.worker


def test_a_returned_topic_comes_back_completed(world: World) -> None:
    topic = world.screening()

    with world.at():
        screening.send_back(world.worker, topic.pk, "请写明费用")
        assert owed(topic) == [("topic.complete", "")]
        topics.edit(world.proposer, topic.pk, {"cost": 100})
        topics.resubmit(world.proposer, topic.pk)

    assert world.fresh(topic).state == State.SCREENING
    assert owed(topic) == [("topic.screen", "worker")]
    assert told(topic)[-2:] == ["topic.returned", "topic.screening"]


def test_a_returned_topic_expires_after_ten_days(world: World) -> None:
    topic = world.screening()
    with world.at():
        screening.send_back(world.worker, topic.pk, "请写明费用")
    world.wait(11)

    with world.at():
        with pytest.raises(NotPossible):
            topics.resubmit(world.proposer, topic.pk)
        jobs.expire_topics()

    assert world.fresh(topic).state == State.EXPIRED
    assert owed(topic) == []


def test_a_topic_merges_into_one_that_is_under_way(world: World) -> None:
    parent, topic = world.sent(), world.screening()

    with world.at():
        merged = merging.merge(world.worker, topic.pk, parent.pk, "同一件事")

    assert (merged.state, merged.merged_into) == (State.MERGED, parent)


def test_a_topic_merges_neither_into_itself_nor_in_a_circle_nor_elsewhere(world: World) -> None:
    topic, other = world.screening(), world.screening()
    with world.at():
        merging.merge(world.worker, other.pk, topic.pk)

        for into in (topic, other, World().screening(), world.draft()):
            with pytest.raises(NotPossible):
                merging.merge(world.worker, topic.pk, into.pk)

    assert world.fresh(topic).state == State.SCREENING


def test_a_topic_is_passed_on_with_its_reference(world: World) -> None:
    topic = world.screening()

    with world.at():
        passing_on.redirect(world.worker, topic.pk, to="12345", reference="SH-88", reason="市政道路")

    assert world.fresh(topic).redirected_to == "12345 · SH-88"


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_refused_without_a_reason(world: World, reason: str) -> None:
    topic = world.screening()

    for refuse in (screening.reject, screening.send_back):
        with world.at(), pytest.raises(NotPossible):
            refuse(world.worker, topic.pk, reason)


def test_a_refusal_is_appealed_once(world: World) -> None:
    topic = world.screening()

    with world.at():
        screening.reject(world.worker, topic.pk, "不属于居民区事务")
        screening.appeal(world.proposer, topic.pk, "请再看一看")
        with pytest.raises(NotPossible):
            screening.appeal(world.proposer, topic.pk, "再次上诉")
        assert owed(topic) == [("topic.appeal", "officer")]
        screening.decide_appeal(world.officer, topic.pk, granted=True, reason="属于共有部分")
        assert owed(topic) == [("topic.screen", "worker")]
        screening.reject(world.worker, topic.pk, "仍不受理")
        with pytest.raises(NotPossible):
            screening.appeal(world.proposer, topic.pk, "第二次")

    assert told(topic)[2:] == ["topic.rejected", "topic.appealed", "topic.screening", "topic.rejected"]


def test_a_refusal_can_stand(world: World) -> None:
    topic = world.screening()

    with world.at():
        screening.reject(world.worker, topic.pk, "不属于居民区事务")
        screening.appeal(world.proposer, topic.pk, "请再看一看")
        screening.decide_appeal(world.officer, topic.pk, granted=False, reason="维持")
        with pytest.raises(NotPossible):
            screening.decide_appeal(world.officer, topic.pk, granted=True, reason="改主意")

    assert world.fresh(topic).state == State.REJECTED
    assert owed(topic) == []
    assert Notice.objects.filter(kind="topic.appeal_refused").count() == 6


# --- public notice, discussion ---


def test_the_discussion_waits_for_the_end_of_the_notice(world: World) -> None:
    topic = world.announced()
    with world.at():
        screening.object_to(world.neighbours[0], topic.pk, "夜里太吵")
        with pytest.raises(NotPossible):
            screening.start_discussion(world.worker, topic.pk)
    assert topic.state_until is not None
    world.now = topic.state_until - timedelta(microseconds=1)
    with world.at():
        jobs.open_discussions()
    assert world.fresh(topic).state == State.ANNOUNCED
    world.now = topic.state_until

    with world.at():
        with pytest.raises(NotPossible):
            screening.object_to(world.neighbours[1], topic.pk, "太晚了")
        jobs.open_discussions()
        jobs.open_discussions()

    opened = world.fresh(topic)
    assert opened.state == State.DISCUSSING
    assert Entry.objects.get(action="topic.discussing").data["objections"] == 1
    assert opened.thread is not None
    assert opened.thread.closes_at is None
    assert owed(topic) == [("topic.forum", "worker")]


def test_neighbours_can_talk_until_the_topic_ends(world: World) -> None:
    topic = world.in_forum()
    thread = world.fresh(topic).thread
    assert thread is not None
    during = thread.is_open

    with world.at():
        deciding.decide(world.worker, topic.pk, adopted=False, reason="不合适")

    thread.refresh_from_db()
    assert (during, thread.closes_at) == (True, world.now)


def test_a_summary_is_published(world: World) -> None:
    topic = world.discussing()

    with world.at():
        forum.summarise(world.worker, topic.pk, "赞成的多，见 #3")

    assert world.fresh(topic).summary == "赞成的多，见 #3"
    assert told(topic)[-1] == "topic.summarised"


def test_a_suspended_topic_goes_on_where_it_stopped(world: World) -> None:
    topic = world.discussing()

    with world.at():
        forum.suspend(world.worker, topic.pk, "法院诉讼")
        assert owed(topic) == []
        resumed = forum.resume(world.worker, topic.pk)

    assert resumed.state == State.DISCUSSING
    assert owed(topic) == [("topic.forum", "worker")]


# --- taking back ---


def test_a_draft_is_given_up_without_a_trace(world: World) -> None:
    topic = world.draft()

    with world.at():
        topics.withdraw(world.proposer, topic.pk)

    assert world.fresh(topic).state == State.WITHDRAWN
    assert Entry.objects.filter(subject=key(topic)).count() == 0
    with pytest.raises(Http404):
        topics.withdraw(world.worker, topic.pk)


def test_after_the_notice_began_the_committee_must_agree(world: World) -> None:
    topic = world.announced()

    with world.at():
        with pytest.raises(NotPossible):
            topics.withdraw(world.proposer, topic.pk)
        with pytest.raises(NotPossible):
            topics.agree_withdrawal(world.worker, topic.pk, agreed=True, reason="好")
        topics.ask_withdrawal(world.proposer, topic.pk, "已经解决")
        with pytest.raises(NotPossible):
            topics.ask_withdrawal(world.proposer, topic.pk, "再问")
        topics.agree_withdrawal(world.worker, topic.pk, agreed=False, reason="邻居还想讨论")
        topics.ask_withdrawal(world.proposer, topic.pk, "真的解决了")
        assert owed(topic) == [("topic.withdrawal", "worker")]
        topics.agree_withdrawal(world.worker, topic.pk, agreed=True, reason="同意")

    assert world.fresh(topic).state == State.WITHDRAWN
    assert owed(topic) == []


# --- deciding ---


def test_the_committee_decides_what_is_its_own(world: World) -> None:
    topic = world.in_forum()

    with world.at():
        deciding.decide(world.worker, topic.pk, adopted=True, reason="大家都赞成")

    assert world.fresh(topic).state == State.ADOPTED
    assert owed(topic) == [("topic.execute", "worker")]


@pytest.mark.parametrize("matter", [Matter.OWNERS_ORDINARY, Matter.OWNERS_SPECIAL])
def test_an_owners_matter_is_never_decided_by_others(world: World, matter: Matter) -> None:
    topic = world.in_forum(matter)

    with world.at():
        for adopted in (True, False):
            with pytest.raises(NotPossible, match="278"):
                deciding.decide(world.worker, topic.pk, adopted=adopted, reason="居委会决定")
        with pytest.raises(NotPossible, match="278"):
            forum.call_vote(world.worker, topic.pk, world.motion(topic))

    assert world.fresh(topic).state == State.IN_FORUM


def voted(world: World, outcome: Outcome) -> Topic:
    """A topic whose vote was settled with an outcome, by a count that was stored beforehand."""
    topic = world.discussed()
    with world.at():
        topic = forum.call_vote(world.worker, topic.pk, world.motion(topic))
        assert topic.vote is not None
        world.now = topic.vote.closes_at
    with world.at():
        counted = topic.vote
        counted.counted_at, counted.outcome = world.now, outcome
        counted.save()
        jobs.settle_votes()
        jobs.settle_votes()
    return world.fresh(topic)


def test_a_vote_freezes_until_its_end(world: World) -> None:
    topic = world.discussed()
    with world.at():
        topic = forum.call_vote(world.worker, topic.pk, world.motion(topic))
        jobs.settle_votes()

    assert topic.vote is not None
    assert (topic.state, topic.state_until) == (State.VOTING, topic.vote.closes_at)
    assert topic.vote.electorate == Electorate.RESIDENTS
    assert world.fresh(topic).state == State.VOTING


@pytest.mark.parametrize(
    ("outcome", "state", "duty"),
    [
        (Outcome.PASSED, State.ADOPTED, "topic.execute"),
        (Outcome.FAILED, State.NOT_ADOPTED, None),
        (Outcome.NO_QUORUM, State.DISCUSSING, "topic.forum"),
    ],
)
def test_the_outcome_takes_the_topic_on(
    world: World, outcome: Outcome, state: State, duty: str | None
) -> None:
    topic = voted(world, outcome)

    assert topic.state == state
    assert owed(topic) == ([(duty, "worker")] if duty else [])
    assert told(topic)[-1] == f"topic.{state.value}"


# --- carrying out ---


def test_each_step_is_a_promise_of_the_one_responsible(world: World) -> None:
    topic = world.executing(steps=2)

    duties = Duty.objects.active().filter(kind="topic.step").order_by("due_at")
    assert [(duty.post, duty.due_at) for duty in duties] == [
        ("property", clock.end_of(step.due_on)) for step in topic.steps.all()
    ]
    assert owed(topic) == []


def test_a_plan_has_a_step(world: World) -> None:
    topic = world.adopted()

    with world.at(), pytest.raises(NotPossible):
        execution.start_execution(
            world.worker, topic.pk, post=Post.PROPERTY, name="物业", budget=None, steps=[]
        )


def test_only_the_one_responsible_reports_and_only_once(world: World) -> None:
    topic = world.executing()
    step = topic.steps.all()[0]

    with world.at():
        with pytest.raises(PermissionDenied):
            execution.report_step(world.worker, step.pk, "不是我")
        execution.report_step(world.manager, step.pk, "装好了")
        with pytest.raises(NotPossible):
            execution.report_step(world.manager, step.pk, "又一次")
        with pytest.raises(NotPossible):
            execution.finish(world.manager, topic.pk)

    assert Duty.objects.active().filter(kind="topic.step").count() == 1


def test_who_carries_out_another_topic_does_not_report_its_steps(world: World) -> None:
    topic, other = world.executing(), World().executing()

    with world.at(), pytest.raises(PermissionDenied):
        execution.report_step(world.manager, other.steps.all()[0].pk, "错了")

    assert Duty.objects.active().filter(kind="topic.step").count() == 4
    assert topic.steps.filter(done_at=None).count() == 2


def test_another_date_needs_the_committee_and_a_reason_and_moves_the_promise(world: World) -> None:
    topic = world.executing(steps=1)
    step = topic.steps.get()
    day = step.due_on + timedelta(days=10)

    with world.at():
        with pytest.raises(PermissionDenied):
            execution.reschedule_step(world.manager, step.pk, day, "下雨")
        with pytest.raises(NotPossible):
            execution.reschedule_step(world.worker, step.pk, clock.today() - timedelta(days=1), "昨天")
        execution.reschedule_step(world.worker, step.pk, day, "连续下雨")

    assert Duty.objects.active().get(subject=key(step)).due_at == clock.end_of(day)
    assert world.fresh(topic).state_until == clock.end_of(day)
    assert Entry.objects.get(action="topic.step_moved").data["reason"] == "连续下雨"


def test_neighbours_judge_and_may_change_it_until_the_topic_is_closed(world: World) -> None:
    topic = world.evaluating()
    user = world.neighbours[0]

    with world.at():
        execution.rate(user, topic.pk, "not", "太吵")
        execution.rate(user, topic.pk, "satisfied")
        assert execution.shares(topic) == {"satisfied": 1, "basically": 0, "not": 0}
        with pytest.raises(NotPossible):
            execution.close(world.worker, topic.pk, "谢谢大家")
    assert topic.state_until is not None
    world.now = topic.state_until
    with world.at():
        execution.rate(user, topic.pk, "basically")
        execution.close(world.worker, topic.pk, "谢谢大家")
        with pytest.raises(NotPossible):
            execution.rate(user, topic.pk, "not")

    assert Rating.objects.get().level == "basically"
    assert world.fresh(topic).reason == "谢谢大家"
    assert Entry.objects.get(action="topic.closed").data["judged"] == {
        "satisfied": 0,
        "basically": 1,
        "not": 0,
    }


def test_only_those_affected_judge(world: World) -> None:
    topic = world.evaluating(area=world.building)
    next_door = factories.make_resident(within=world.estate)

    with world.at(), pytest.raises(NotPossible):
        execution.rate(next_door, topic.pk, "not")


def test_a_rework_is_another_round_with_its_own_judgement(world: World) -> None:
    topic = world.evaluating()
    with world.at():
        execution.rate(world.neighbours[0], topic.pk, "not")
        execution.rework(world.worker, topic.pk, "门锁老是坏", world.plan(1))
        step = topic.steps.get(done_at=None)
        execution.report_step(world.manager, step.pk, "换了锁")
        again = execution.finish(world.manager, topic.pk)
        execution.rate(world.neighbours[0], topic.pk, "satisfied")

    assert (again.round, again.steps.count()) == (2, 3)
    assert execution.shares(again) == {"satisfied": 1, "basically": 0, "not": 0}
    assert Rating.objects.count() == 2


def test_the_whole_track_is_in_the_record(world: World) -> None:
    topic = world.evaluating()
    assert topic.state_until is not None
    world.now = topic.state_until
    with world.at():
        execution.close(world.worker, topic.pk, "办结")

    assert told(topic) == [
        "topic.seconding",
        "topic.screening",
        "topic.announced",
        "topic.discussing",
        "topic.in_forum",
        "topic.adopted",
        "topic.executing",
        "topic.step_done",
        "topic.step_done",
        "topic.evaluating",
        "topic.closed",
    ]
    assert owed(topic) == []
