"""How a topic is classed, discussed to its promised end, and decided by the committee or put to the vote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.deliberation import jobs
from portal.deliberation.classes import classes
from portal.deliberation.models import Matter, Topic
from portal.deliberation.selectors import concerned
from portal.deliberation.services import deciding, execution, forum, screening
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.models import Duty, PublicNotice
from portal.duties.steps import step_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from tests.deliberation.factories import World

pytestmark = pytest.mark.django_db


def owed(topic: Topic) -> dict[str, Duty]:
    return {duty.kind: duty for duty in Duty.objects.active().about(key(topic))}


def last_day(world: World, days: int) -> object:
    return clock.day_of(world.now) + timedelta(days=days)


# --- the classes ---


def test_each_class_says_what_it_means_in_law_and_the_vote_it_leads_to() -> None:
    world = World()
    said = {matter: " ".join(text.split()) for matter, text in classes(world.here)}

    assert set(said) == set(Matter.values)
    assert "三分之二" in said["owners.special"]
    assert "四分之三" in said["owners.special"]
    assert "四分之三" not in said["owners.ordinary"]
    assert all("《民法典》第278条" in said[matter] for matter in ("owners.ordinary", "owners.special"))
    assert "第11条" in said["neighbourhood"]


# --- the promised end ---


def test_no_vote_before_the_promised_end_and_the_summary() -> None:
    world = World()
    topic = world.discussing()
    with world.at():
        forum.summarise(world.worker, topic.pk, "多数赞成")
        with pytest.raises(NotPossible):
            forum.call_vote(world.worker, topic.pk, world.motion(topic))
    world.wait(15)
    Topic.objects.filter(pk=topic.pk).update(summary="")
    with world.at():
        with pytest.raises(NotPossible):
            forum.call_vote(world.worker, topic.pk, world.motion(topic))
        forum.summarise(world.worker, topic.pk, "多数赞成")
        forum.call_vote(world.worker, topic.pk, world.motion(topic))

    assert world.fresh(topic).state == State.VOTING


def test_a_hearing_that_was_called_off_is_no_way_around_the_promised_end() -> None:
    world = World()
    topic = world.in_forum()
    Topic.objects.filter(pk=topic.pk).update(discussed_until=world.now + timedelta(days=10))

    with world.at():
        with pytest.raises(NotPossible):
            forum.call_vote(world.worker, topic.pk, world.motion(topic))
        with pytest.raises(NotPossible):
            deciding.decide(world.worker, topic.pk, adopted=True, reason="同意")


def test_a_discussion_ends_earlier_with_notice_and_reason() -> None:
    world = World()
    topic = world.discussing()
    with world.at():
        for days in (0, 2, 40):
            with pytest.raises(NotPossible):
                forum.change_end(world.worker, topic.pk, last_day(world, days), "太早或太晚")  # type: ignore[arg-type]
        forum.change_end(world.worker, topic.pk, last_day(world, 3), "意见已经一致")  # type: ignore[arg-type]
    topic = world.fresh(topic)

    assert topic.state_until == topic.discussed_until == clock.end_of(last_day(world, 3))  # type: ignore[arg-type]
    assert list(owed(topic)) == ["topic.forum"]
    assert owed(topic)["topic.forum"].due_at > topic.discussed_until  # type: ignore[operator]
    told = Notice.objects.filter(kind="topic.end_changed")
    assert told.count() == concerned(topic).count() > 0
    entry = Entry.objects.get(subject=key(topic), action="topic.end_changed")
    assert (entry.data["reason"], entry.data["ends_on"]) == ("意见已经一致", str(last_day(world, 3)))
    with world.at(), pytest.raises(PermissionDenied):
        forum.change_end(world.proposer, topic.pk, last_day(world, 5), "我要")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words", [{"question": "开通红林路小门"}, {"explanation": ""}, {"explanation": " \u200b"}]
)
def test_the_question_and_what_speaks_for_and_against_are_written(words: dict[str, str]) -> None:
    world = World()
    topic = world.discussed()

    with world.at(), pytest.raises(NotPossible):
        forum.call_vote(world.worker, topic.pk, world.motion(topic, **words))


# --- what the committee decides ---


def small(world: World, *, adopted: bool = True) -> Topic:
    """A small matter that the committee decided after the discussion, without a hearing."""
    topic = world.discussed(Matter.COMMITTEE)
    with world.at():
        return deciding.decide(world.worker, topic.pk, adopted=adopted, reason="邻居意见一致")


def test_a_small_matter_is_decided_without_a_hearing_on_notice() -> None:
    world = World()
    topic = small(world)

    assert (topic.state, topic.reason) == (State.ADOPTED, "邻居意见一致")
    notice = PublicNotice.objects.get(subject=key(topic), purpose="decision")
    assert notice.ends_at == deciding.stands_from(topic)
    assert topic.title in notice.title
    assert Notice.objects.filter(kind="topic.adopted", user=world.proposer).exists()


def test_what_is_not_small_needs_a_hearing_and_what_is_the_owners_a_vote() -> None:
    world = World()
    for matter in (Matter.NEIGHBOURHOOD, Matter.OWNERS_ORDINARY, Matter.OWNERS_SPECIAL):
        topic = world.discussed(matter)
        with world.at(), pytest.raises(NotPossible):
            deciding.decide(world.worker, topic.pk, adopted=True, reason="同意")
        assert world.fresh(topic).state == State.DISCUSSING


def test_who_objects_is_answered_before_it_is_carried_out() -> None:
    world = World()
    topic = small(world)
    plan = {"post": "property", "name": "物业", "budget": None, "steps": world.plan()}
    with world.at():
        screening.object_to(world.neighbours[0], topic.pk, "会挡住窗")
        assert owed(topic)["topic.objection"].post == "worker"
        with pytest.raises(NotPossible):
            execution.start_execution(world.worker, topic.pk, **plan)  # type: ignore[arg-type]
        deciding.uphold(world.worker, topic.pk, "树种在路对面，不挡窗")
        assert "topic.objection" not in owed(topic)
        with pytest.raises(NotPossible):
            deciding.uphold(world.worker, topic.pk, "再答一次")
        execution.start_execution(world.worker, topic.pk, **plan)  # type: ignore[arg-type]

    assert Notice.objects.filter(kind="topic.decision_stands", user=world.proposer).exists()
    assert Entry.objects.get(action="topic.objected").data["text"] == "会挡住窗"


def test_each_objection_can_have_its_own_answer_and_its_author_is_told() -> None:
    world = World()
    topic = small(world)
    first, second = world.neighbours[:2]
    with world.at():
        screening.object_to(first, topic.pk, "会挡住窗")
        # Written on the page of the notice, which knows nothing of topics.
        duties.object_to(second, deciding.unanswered(topic)[0].notice_id, "太贵")
        assert owed(topic)["topic.objection"].post == "worker"
        one, other = deciding.unanswered(topic)
        client = Client()
        client.force_login(world.worker)
        url = f"/topics/{topic.pk}/uphold/"
        assert "会挡住窗" in client.get(url).content.decode()
        assert client.post(url, {"reason": "多数同意", f"to_{one.pk}": "树在路对面"}).status_code == 302
        page = client.get(f"/topics/{topic.pk}/").content.decode()

    assert owed(topic).get("topic.objection") is None
    assert list(one.notice.objections.values_list("answer", flat=True)) == ["树在路对面", "多数同意"]
    assert "树在路对面" in page
    told = Notice.objects.filter(kind="topic.objection_answered")
    assert {(notice.user, notice.params["text"]) for notice in told} == {
        (first, "树在路对面"),
        (second, "多数同意"),
    }
    assert not Notice.objects.filter(kind="topic.decision_stands", user__in=[first, second]).exists()


@pytest.mark.parametrize("adopted", [True, False])
def test_a_decision_is_taken_back_while_it_is_on_notice(*, adopted: bool) -> None:
    world = World()
    topic = small(world, adopted=adopted)
    with world.at():
        deciding.take_back(world.worker, topic.pk, "漏看了一条意见")
    topic = world.fresh(topic)

    assert (topic.state, topic.decided_at, topic.ended_at) == (State.DISCUSSING, None, None)
    assert topic.thread is not None
    assert topic.thread.is_open
    assert list(owed(topic)) == ["topic.forum"]
    assert PublicNotice.objects.get(subject=key(topic), purpose="decision").ends_at <= world.now + timedelta(
        seconds=1
    )
    assert Notice.objects.filter(kind="topic.decision_taken_back", user=world.proposer).exists()


def test_after_the_notice_a_decision_stands_unless_an_objection_waits() -> None:
    world = World()
    quiet, waiting = small(world), small(world)
    with world.at():
        screening.object_to(world.neighbours[0], waiting.pk, "会挡住窗")
    world.wait(9)

    with world.at():
        with pytest.raises(NotPossible):
            deciding.take_back(world.worker, quiet.pk, "太晚")
        with pytest.raises(NotPossible):
            screening.object_to(world.neighbours[0], quiet.pk, "太晚")
        deciding.take_back(world.worker, waiting.pk, "邻居说得对")
    assert world.fresh(waiting).state == State.DISCUSSING


def test_what_a_vote_decided_is_not_taken_back_by_the_committee() -> None:
    world = World()
    topic = world.discussed()
    with world.at():
        topic = forum.call_vote(world.worker, topic.pk, world.motion(topic))
    assert topic.vote is not None
    world.now = topic.vote.closes_at
    topic.vote.counted_at, topic.vote.outcome = world.now, "passed"
    topic.vote.save()
    with world.at():
        jobs.settle_votes()
        assert world.fresh(topic).state == State.ADOPTED

        with pytest.raises(NotPossible):
            deciding.take_back(world.worker, topic.pk, "不想办")
        with pytest.raises(NotPossible):
            screening.object_to(world.neighbours[0], topic.pk, "我反对")


def test_a_summary_is_owed_once_and_then_only_what_the_discussion_leads_to() -> None:
    world = World()
    topic = world.discussing(Matter.COMMITTEE)
    with world.at():
        duty = owed(topic)["topic.forum"]
        assert step_of(duty, world.worker).url.endswith("/summarise/")  # type: ignore[union-attr]
        forum.summarise(world.worker, topic.pk, "多数赞成")
        assert step_of(duty, world.worker) is None
    world.wait(15)
    with world.at():
        assert step_of(duty, world.worker).name == "decide"  # type: ignore[union-attr]
