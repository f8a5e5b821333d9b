"""Random walks: whatever people try in whatever order, a topic's state, record and seconders agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import Post, User
from portal.deliberation import jobs
from portal.deliberation.models import Matter, Topic
from portal.deliberation.services import deciding, execution, forum, merging, screening, topics
from portal.deliberation.states import ENDED, NEXT, State
from portal.duties.models import Duty
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.record.services import key
from tests.deliberation.factories import World
from tests.examples import examples

STATES = {f"topic.{state.value}" for state in State}


class Walk:
    """One topic, and everything that people and the clock may try with it."""

    def __init__(self, seed: int) -> None:
        self.world = World()
        self.luck = random.Random(seed)
        begin = [
            "sent",
            "sent",
            "screening",
            "announced",
            "discussing",
            "in_forum",
            "executing",
            "evaluating",
        ]
        self.topic: Topic = getattr(self.world, self.luck.choice(begin))()
        self.users = [self.world.resident() for _ in range(6)]
        self.other = self.world.sent()

    @property
    def pk(self) -> int:
        return self.topic.pk

    def anybody(self) -> User:
        world = self.world
        return self.luck.choice([*self.users, world.worker, world.manager, world.officer, world.proposer])

    def tries(self) -> dict[str, Callable[[], object]]:
        """Each action, with somebody sensible; `stray` has anybody at all try one of them."""
        world, pk, worker, manager = self.world, self.pk, self.world.worker, self.world.manager
        user = self.luck.choice(self.users)
        return {
            "second": lambda: topics.second(user, pk),
            "unsecond": lambda: topics.unsecond(user, pk),
            "accept": lambda: screening.accept(
                worker, pk, matter=self.luck.choice(Matter.values), category="elder"
            ),
            "return": lambda: screening.send_back(worker, pk, "请补充"),
            "resubmit": lambda: topics.resubmit(world.proposer, pk),
            "reject": lambda: screening.reject(worker, pk, "不属于"),
            "appeal": lambda: screening.appeal(world.proposer, pk, "请再看"),
            "decide_appeal": lambda: screening.decide_appeal(
                world.officer, pk, granted=self.luck.random() < 0.5, reason="复核"
            ),
            "merge": lambda: merging.merge(worker, pk, self.other.pk),
            "discuss": lambda: screening.start_discussion(worker, pk),
            "suspend": lambda: forum.suspend(worker, pk, "诉讼"),
            "resume": lambda: forum.resume(worker, pk),
            "vote": lambda: forum.call_vote(worker, pk, world.motion(self.topic)),
            "decide": lambda: deciding.decide(worker, pk, adopted=True, reason="同意"),
            "start": lambda: execution.start_execution(
                worker, pk, post=Post.PROPERTY, name="物业", budget=None, steps=world.plan(1)
            ),
            "report": lambda: self.report(manager),
            "finish": lambda: execution.finish(manager, pk),
            "rate": lambda: execution.rate(user, pk, "satisfied"),
            "close": lambda: execution.close(worker, pk, "办结"),
            "rework": lambda: execution.rework(worker, pk, "返工", world.plan(1)),
            "withdraw": lambda: topics.withdraw(world.proposer, pk),
            "ask": lambda: topics.ask_withdrawal(world.proposer, pk, "算了"),
            "agree": lambda: topics.agree_withdrawal(worker, pk, agreed=True, reason="好"),
            "stray": lambda: execution.close(self.anybody(), pk, "办结"),
            "tick": self.tick,
            "wait": lambda: world.wait(self.luck.choice([1, 4, 9, 16])),
        }

    def tick(self) -> None:
        jobs.expire_topics()
        jobs.open_discussions()
        jobs.settle_votes()

    def report(self, manager: User) -> None:
        if step := self.topic.steps.filter(done_at=None).first():
            execution.report_step(manager, step.pk, "好了")

    def go(self, name: str) -> None:
        """Try one thing; a refusal changes nothing."""
        before = self.seen()
        try:
            with self.world.at():
                self.tries()[name]()
        except (NotPossible, PermissionDenied):
            assert self.seen() == before
        self.world.now += timedelta(minutes=1)
        self.check()

    def seen(self) -> tuple[str, int, int]:
        topic = self.world.fresh(self.topic)
        return topic.state, topic.secondings.count(), Entry.objects.count()

    def check(self) -> None:
        topic = self.world.fresh(self.topic)
        told = Entry.objects.filter(subject=key(topic), action__in=STATES).order_by("sequence")
        states = [entry.action.removeprefix("topic.") for entry in told]
        assert states[-1] == topic.state
        assert all(after in NEXT[State(before)] for before, after in zip(states, states[1:], strict=False))
        assert [entry.data["was"] for entry in told][1:] == states[:-1]
        dwellings = set(topic.secondings.values_list("dwelling_id", flat=True))
        assert len(dwellings) == topic.secondings.count() <= topics.needed(topic)
        assert (topic.ended_at is not None) == (topic.state in ENDED)
        self.check_duties(topic)

    def check_duties(self, topic: Topic) -> None:
        """An ended topic owes nothing, unless its refusal was appealed."""
        standing = set(Duty.objects.active().filter(subject=key(topic)).values_list("kind", flat=True))
        if topic.state in ENDED:
            assert standing <= {"topic.appeal"}
        if topic.state == State.SCREENING:
            assert standing == {"topic.screen"}


LIKELY = ["second"] * 6 + ["accept", "wait", "tick", "vote", "decide", "start", "report", "finish", "close"]


@pytest.mark.django_db
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), steps=st.integers(5, 30))
def test_whatever_is_tried_state_record_and_seconders_agree(seed: int, steps: int) -> None:
    walk = Walk(seed)
    names = sorted(walk.tries()) + LIKELY

    for _step in range(steps):
        walk.go(walk.luck.choice(names))
