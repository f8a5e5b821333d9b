"""Every step of the table is taken by a service or by the clock; a step of a plan has a life of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from portal.actions.lifecycles import advance
from portal.actions.versions import Overtaken
from portal.deliberation import jobs
from portal.deliberation.hooks import heard
from portal.deliberation.models import Matter, Topic
from portal.deliberation.services import (
    deciding,
    execution,
    forum,
    merging,
    passing_on,
    screening,
    topics,
    undoing,
)
from portal.deliberation.states import NEXT, State, StepState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.record.services import key
from portal.voting.models import Outcome
from tests import factories
from tests.deliberation.factories import World

pytestmark = pytest.mark.django_db
Way = Callable[[World], Topic]


def suspended(world: World) -> Topic:
    return forum.suspend(world.worker, world.discussing().pk, "诉讼")


def rejected(world: World) -> Topic:
    topic = screening.reject(world.worker, world.screening().pk, "不属于")
    return screening.appeal(world.proposer, topic.pk, "请再看")


def returned(world: World) -> Topic:
    return screening.send_back(world.worker, world.screening().pk, "请补充")


def by_party(world: World) -> Topic:
    """A draft of somebody whose topics need no seconders."""
    world.proposer = world.worker
    return world.draft()


def voting(world: World) -> Topic:
    topic = world.discussed()
    with world.at():
        return forum.call_vote(world.worker, topic.pk, world.motion(topic))


def count(world: World, topic: Topic, outcome: Outcome) -> None:
    """The vote is over, and its outcome stored already."""
    world.wait(12)
    with world.at():
        vote = world.fresh(topic).vote
        assert vote is not None
        vote.counted_at, vote.outcome = clock.now(), outcome
        vote.save()
        jobs.settle_votes()


def seconded(world: World, topic: Topic) -> None:
    for _household in range(topics.needed(topic)):
        topics.second(world.resident(), topic.pk)


def withdrawn(world: World, topic: Topic) -> None:
    topics.ask_withdrawal(world.proposer, topic.pk, "算了")
    topics.agree_withdrawal(world.worker, topic.pk, agreed=True, reason="好")


def run_out(topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(state_until=clock.now())
    jobs.expire_topics()


def plan(world: World, topic: Topic) -> None:
    execution.start_execution(
        world.worker, topic.pk, post="property", name="物业", budget=None, steps=world.plan()
    )


def finish(world: World, topic: Topic) -> None:
    for step in topic.steps.all():
        execution.report_step(world.manager, step.pk, "好了")
    execution.finish(world.manager, topic.pk)


def close(world: World, topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(state_until=clock.now())
    execution.close(world.worker, topic.pk, "办结")


def closed(world: World) -> Topic:
    topic = world.evaluating()
    close(world, topic)
    return topic


def taken_back(world: World, topic: Topic) -> None:
    undoing.undo_screening(world.worker, topic.pk, "看错了")


def is_heard(world: World, topic: Topic) -> None:
    with transaction.atomic():
        heard(topic).called(world.worker)


def call_vote(world: World, topic: Topic) -> None:
    with world.at():
        forum.call_vote(world.worker, topic.pk, world.motion(topic))


def decide(world: World, topic: Topic, *, adopted: bool) -> None:
    with world.at():
        deciding.decide(world.worker, topic.pk, adopted=adopted, reason="居委会自己的小事")


def refused(world: World) -> Topic:
    topic = world.in_forum()
    decide(world, topic, adopted=False)
    return topic


def not_decided(world: World, topic: Topic) -> None:
    with world.at():
        deciding.take_back(world.worker, topic.pk, "漏听了意见")


def later(world: World, work: Callable[[], object]) -> None:
    """When a public notice or a vote is over."""
    world.wait(12)
    with world.at():
        work()


# From, to: how a topic comes to where it begins, and what takes it on.
WAYS: dict[tuple[str, str], tuple[Way, Callable[[World, Topic], object]]] = {
    ("draft", "seconding"): (World.draft, lambda w, t: topics.submit(w.proposer, t.pk)),
    ("draft", "screening"): (by_party, lambda w, t: topics.submit(w.proposer, t.pk)),
    ("draft", "withdrawn"): (World.draft, lambda w, t: topics.withdraw(w.proposer, t.pk)),
    ("seconding", "screening"): (World.sent, seconded),
    ("seconding", "expired"): (World.sent, lambda w, t: run_out(t)),
    ("seconding", "withdrawn"): (World.sent, lambda w, t: topics.withdraw(w.proposer, t.pk)),
    ("screening", "returned"): (World.screening, lambda w, t: screening.send_back(w.worker, t.pk, "补")),
    ("screening", "rejected"): (World.screening, lambda w, t: screening.reject(w.worker, t.pk, "不")),
    ("screening", "merged"): (World.screening, lambda w, t: merging.merge(w.worker, t.pk, w.sent().pk)),
    ("screening", "redirected"): (
        World.screening,
        lambda w, t: passing_on.redirect(w.worker, t.pk, to="12345", reason="市政"),
    ),
    ("screening", "announced"): (
        World.screening,
        lambda w, t: screening.accept(w.worker, t.pk, matter="neighbourhood", category="elder"),
    ),
    ("screening", "withdrawn"): (World.screening, lambda w, t: topics.withdraw(w.proposer, t.pk)),
    ("returned", "screening"): (returned, lambda w, t: topics.resubmit(w.proposer, t.pk)),
    ("returned", "expired"): (returned, lambda w, t: run_out(t)),
    ("returned", "withdrawn"): (returned, lambda w, t: topics.withdraw(w.proposer, t.pk)),
    ("announced", "discussing"): (
        World.announced,
        lambda w, t: later(w, lambda: screening.start_discussion(w.worker, t.pk)),
    ),
    ("announced", "withdrawn"): (World.announced, withdrawn),
    ("announced", "screening"): (World.announced, taken_back),
    ("merged", "screening"): (
        lambda w: merging.merge(w.worker, w.screening().pk, w.sent().pk),
        taken_back,
    ),
    ("redirected", "screening"): (
        lambda w: passing_on.redirect(w.worker, w.screening().pk, to="12345", reason="市政"),
        taken_back,
    ),
    ("closed", "evaluating"): (closed, lambda w, t: undoing.reopen(w.worker, t.pk, "还没完")),
    ("discussing", "in_forum"): (World.discussing, is_heard),
    ("discussing", "adopted"): (
        lambda w: w.discussed(Matter.COMMITTEE),
        lambda w, t: decide(w, t, adopted=True),
    ),
    ("discussing", "not_adopted"): (
        lambda w: w.discussed(Matter.COMMITTEE),
        lambda w, t: decide(w, t, adopted=False),
    ),
    ("adopted", "discussing"): (World.adopted, not_decided),
    ("not_adopted", "discussing"): (
        refused,
        not_decided,
    ),
    ("discussing", "voting"): (
        World.discussed,
        call_vote,
    ),
    ("discussing", "suspended"): (World.discussing, lambda w, t: forum.suspend(w.worker, t.pk, "诉讼")),
    ("discussing", "withdrawn"): (World.discussing, withdrawn),
    ("in_forum", "discussing"): (
        World.in_forum,
        lambda w, t: forum.back_to_discussion(w.worker, t.pk, "方案改了"),
    ),
    ("in_forum", "voting"): (World.in_forum, call_vote),
    ("in_forum", "adopted"): (
        World.in_forum,
        lambda w, t: deciding.decide(w.worker, t.pk, adopted=True, reason="赞成"),
    ),
    ("in_forum", "not_adopted"): (
        World.in_forum,
        lambda w, t: deciding.decide(w.worker, t.pk, adopted=False, reason="反对"),
    ),
    ("in_forum", "suspended"): (World.in_forum, lambda w, t: forum.suspend(w.worker, t.pk, "诉讼")),
    ("in_forum", "withdrawn"): (World.in_forum, withdrawn),
    ("voting", "adopted"): (voting, lambda w, t: count(w, t, Outcome.PASSED)),
    ("voting", "not_adopted"): (voting, lambda w, t: count(w, t, Outcome.FAILED)),
    ("voting", "discussing"): (voting, lambda w, t: count(w, t, Outcome.NO_QUORUM)),
    ("adopted", "executing"): (World.adopted, plan),
    ("executing", "evaluating"): (World.executing, finish),
    ("evaluating", "executing"): (
        World.evaluating,
        lambda w, t: execution.rework(w.worker, t.pk, "返工", w.plan()),
    ),
    ("evaluating", "closed"): (World.evaluating, close),
    ("suspended", "discussing"): (suspended, lambda w, t: forum.resume(w.worker, t.pk)),
    ("suspended", "in_forum"): (
        lambda w: forum.suspend(w.worker, w.in_forum().pk, "诉讼"),
        lambda w, t: forum.resume(w.worker, t.pk),
    ),
    ("suspended", "withdrawn"): (suspended, withdrawn),
    ("rejected", "screening"): (
        rejected,
        lambda w, t: screening.decide_appeal(w.officer, t.pk, granted=True, reason="复核"),
    ),
}

# What is taken back has words of its own in the record.
UNDONE = {
    ("adopted", "discussing"): "topic.decision_taken_back",
    ("not_adopted", "discussing"): "topic.decision_taken_back",
    **{(was, "screening"): "topic.screened_anew" for was in ("announced", "merged", "redirected")},
    ("closed", "evaluating"): "topic.reopened",
}


def test_the_ways_are_the_table() -> None:
    assert set(WAYS) == {(was.value, to.value) for was, following in NEXT.items() for to in following}


@pytest.mark.parametrize(("was", "to"), WAYS, ids=["-".join(way) for way in WAYS])
def test_every_step_is_taken_by_a_service_or_by_the_clock(was: str, to: str) -> None:
    world, (begin, go) = World(), WAYS[was, to]
    with world.at():
        topic = world.fresh(begin(world))
    assert topic.state == was

    with world.at():
        go(world, topic)

    assert world.fresh(topic).state == to
    action = UNDONE.get((was, to), f"topic.{to}")
    told = Entry.objects.filter(subject=key(topic), action=action).order_by("-sequence").first()
    assert (told is None) == (was == "draft" and to == "withdrawn")
    assert told is None or told.data["was"] == was


def test_no_other_step_is_taken() -> None:
    topic = World().sent()

    for to in set(State) - NEXT[State.SECONDING]:
        with pytest.raises(NotPossible):
            advance(topic, to)
    assert topic.state == State.SECONDING


def test_a_step_of_a_plan_is_done_once() -> None:
    world = World()
    step = world.executing().steps.all()[0]
    assert step.state is StepState.OPEN

    with world.at():
        done = execution.report_step(world.manager, step.pk, "好了")
        with pytest.raises(NotPossible, match="已经完成"):
            advance(done, StepState.DONE, done_at=clock.now())
        with pytest.raises(ValueError, match="open"):
            advance(step, StepState.DONE, note="没有时间")

    assert done.state is StepState.DONE


# --- two editors ---


def test_of_two_who_write_a_draft_the_second_is_told() -> None:
    world = World()
    draft = world.draft()

    with world.at():
        topics.edit(world.proposer, draft.pk, {"title": "手机上写的"}, version=draft.version)
        with pytest.raises(Overtaken) as refusal:
            topics.edit(world.proposer, draft.pk, {"title": "电脑上写的"}, version=draft.version)

    assert refusal.value.present.title == "手机上写的"
    assert world.fresh(draft).title == "手机上写的"


def test_of_two_colleagues_who_summarise_the_second_is_told() -> None:
    world = World()
    topic = world.discussing()
    colleague = factories.make_user(post="worker", neighbourhood=world.here)
    opened = topic.version

    with world.at():
        forum.summarise(world.worker, topic.pk, "赞成的多", version=opened)
        with pytest.raises(Overtaken):
            forum.summarise(colleague, topic.pk, "反对的多", version=opened)
        forum.summarise(colleague, topic.pk, "各有一半", version=opened + 1)

    assert world.fresh(topic).summary == "各有一半"
    assert Entry.objects.filter(action="topic.summarised").count() == 2


def test_seconders_and_states_are_no_editors() -> None:
    world = World()
    topic = world.sent()

    with world.at():
        topics.second(world.resident(), topic.pk)

    assert world.fresh(topic).version == topic.version
