"""Topics for tests: bare rows in any state, and a world of neighbours who walk one along its track."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.community.models import Area, Dwelling, Person, Post, User
from portal.community.permissions import Role
from portal.deliberation.models import Category, Matter, Step, Topic
from portal.deliberation.services import deciding, execution, forum, screening, topics
from portal.deliberation.services.execution import PlannedStep
from portal.deliberation.services.transitions import change
from portal.deliberation.states import ENDED, State
from portal.kit import clock
from portal.record.services import key
from portal.search import services as search
from portal.threads.services import open_thread
from portal.voting.models import Electorate, LegalEffect
from tests import factories
from tests.worlds import kept, stage

# A Monday, 9:00 in Shanghai.
BEGIN = clock.at_time(datetime(2026, 11, 16).date(), 9)  # noqa: DTZ001 - only the day is used
FIELDS: topics.Proposal = {
    "title": "开通红林路小门",
    "place": "小区北侧围墙",
    "category": Category.TRAFFIC.value,
    "problem": "从正门到地铁站要绕行 900 米，开通红林路小门只要 260 米。",
    "affected": "312 户每天步行上班的邻居",
    "wish": "请大家一起议：门的样式、开关时间、钱从哪里来。",
    "cost": 4_800_000,
    "own_role": "affected",
    "interest": "",
}


@kept
def make_topic(
    neighbourhood: Area | None = None,
    *,
    state: State = State.SECONDING,
    area: Area | None = None,
    proposer: Person | None = None,
    number: str = "",
    **fields: Any,
) -> Topic:
    """A bare row in any state, consistent enough to be shown; no duties, no record."""
    here = neighbourhood or factories.make_neighbourhood()
    now = clock.now()
    private = state == State.DRAFT
    values: dict[str, Any] = {
        **FIELDS,
        "neighbourhood": here,
        "area": area or here,
        "proposer": proposer or factories.make_person(),
        "number": "" if private else number or f"2026-{factories.number():03d}",
        "state": state,
        "submitted_at": None if private else now,
        "needs": {"persons": 5, "households": 3, "days": 30, "number": 5},
        "reason": "理由" if state in {State.REJECTED, State.RETURNED} else "",
        "merged_into": make_topic(here) if state == State.MERGED else None,
        "suspended_from": State.DISCUSSING if state == State.SUSPENDED else "",
        "ended_at": now if state in ENDED else None,
        "responsible_post": Post.PROPERTY if state in {State.EXECUTING, State.EVALUATING} else "",
        "responsible_name": "物业 李经理" if state in {State.EXECUTING, State.EVALUATING} else "",
    }
    topic = Topic.objects.create(**{**values, **fields})
    if state in {State.DISCUSSING, State.IN_FORUM} and topic.thread is None:
        topic.thread = open_thread(
            key(topic), neighbourhood=here, title=topic.title, url=topic.get_absolute_url()
        )
        topic.save(update_fields=["thread"])
    search.index(topic)
    return topic


@kept
def make_step(topic: Topic, *, done: bool = False, days: int = 7) -> Step:
    """A step of a topic, open or done."""
    number = topic.steps.count() + 1
    due = clock.today() + timedelta(days=days)
    return Step.objects.create(
        topic=topic, number=number, text=f"第{number}步", due_on=due, done_at=clock.now() if done else None
    )


@dataclass
class World:
    """A neighbourhood with its staff, a proposer and neighbours, and the moment at which it stands."""

    here: Area = field(default_factory=factories.make_neighbourhood)
    now: datetime = BEGIN
    neighbours: list[User] = field(default_factory=list)

    @kept
    def __post_init__(self) -> None:
        self.estate = factories.make_estate(parent=self.here)
        self.building = factories.make_building(parent=self.estate)
        self.worker = factories.make_user(post=Post.WORKER, neighbourhood=self.here, name="沈老师")
        self.manager = factories.make_user(post=Post.PROPERTY, neighbourhood=self.here, name="李经理")
        self.officer = factories.make_user(post=Post.OFFICER, neighbourhood=self.here, name="孙科长")
        self.proposer = factories.make_resident(within=self.building, name="周先生")

    @kept
    def resident(self, dwelling: Dwelling | None = None) -> User:
        """One more neighbour, in a dwelling of the building."""
        user = factories.make_resident(within=self.building, dwelling=dwelling)
        self.neighbours.append(user)
        return user

    @contextmanager
    def at(self) -> Iterator[None]:
        """The world's present moment."""
        with clock.at(self.now):
            yield

    def wait(self, days: int) -> None:
        """Let days go by."""
        self.now += timedelta(days=days)

    @kept
    def draft(self, **fields: Any) -> Topic:
        """A draft of the proposer."""
        with self.at():
            return topics.propose(self.proposer, self.here, {**FIELDS, **fields})  # type: ignore[typeddict-item]

    @stage
    def sent(self, **fields: Any) -> Topic:
        """A topic that looks for seconders."""
        draft = self.draft(**fields)
        with self.at():
            return topics.submit(self.proposer, draft.pk)

    @stage
    def screening(self, **fields: Any) -> Topic:
        """A topic with all its seconders."""
        topic = self.sent(**fields)
        with self.at():
            for _count in range(topics.needed(topic)):
                topics.second(self.resident(), topic.pk)
        return self.fresh(topic)

    @stage
    def announced(self, matter: Matter = Matter.NEIGHBOURHOOD, **fields: Any) -> Topic:
        """A topic on public notice."""
        topic = self.screening(**fields)
        with self.at():
            return screening.accept(self.worker, topic.pk, matter=matter, category=topic.category)

    @stage
    def discussing(self, matter: Matter = Matter.NEIGHBOURHOOD, **fields: Any) -> Topic:
        """A topic under discussion."""
        topic = self.announced(matter, **fields)
        self.wait(8)
        with self.at():
            return screening.open_discussion(topic.pk)

    @stage
    def discussed(self, matter: Matter = Matter.NEIGHBOURHOOD, **fields: Any) -> Topic:
        """A topic whose discussion had its time and is summarised."""
        topic = self.discussing(matter, **fields)
        self.wait(15)
        with self.at():
            return forum.summarise(self.worker, topic.pk, "多数赞成，有人担心噪声。")

    @stage
    def in_forum(self, matter: Matter = Matter.NEIGHBOURHOOD, **fields: Any) -> Topic:
        """A topic that was heard, though its discussion was short; no hearing is under way."""
        topic = self.discussing(matter, **fields)
        Topic.objects.filter(pk=topic.pk).update(discussed_until=self.now, summary="多数赞成。")
        topic = self.fresh(topic)
        with self.at(), transaction.atomic():
            return change(topic, State.IN_FORUM, by=self.worker)

    @stage
    def adopted(self, **fields: Any) -> Topic:
        """A topic that the committee adopted."""
        topic = self.in_forum(**fields)
        with self.at():
            return deciding.decide(self.worker, topic.pk, adopted=True, reason="大家都赞成")

    @stage
    def executing(self, steps: int = 2, **fields: Any) -> Topic:
        """A topic that the property manager carries out."""
        topic = self.adopted(**fields)
        with self.at():
            return execution.start_execution(
                self.worker,
                topic.pk,
                post=Post.PROPERTY,
                name="物业 李经理",
                budget=4_800_000,
                steps=self.plan(steps),
            )

    @stage
    def evaluating(self, **fields: Any) -> Topic:
        """A topic that is done and is being judged."""
        topic = self.executing(**fields)
        with self.at():
            for step in topic.steps.all():
                execution.report_step(self.manager, step.pk, "做好了")
            return execution.finish(self.manager, topic.pk)

    def plan(self, count: int = 1) -> list[PlannedStep]:
        """Some steps, a week apart."""
        day = clock.day_of(self.now)
        return [PlannedStep(f"第{at}步", day + timedelta(days=7 * at)) for at in range(1, count + 1)]

    def motion(self, topic: Topic, **fields: Any) -> forum.Motion:
        """A poll of residents that opens in four days and runs for a week."""
        opens = self.now + timedelta(days=4)
        values = {
            "question": f"是否同意{topic.title}？",
            "explanation": "赞成的说近，反对的说吵；费用约 4.8 万元。",
            "electorate": Electorate.RESIDENTS,
            "scope": self.here,
            "matter": "sounding",
            "opens_at": opens,
            "closes_at": opens + timedelta(days=7),
            "legal_effect": LegalEffect.CONSULTATIVE,
        }
        return forum.Motion(**{**values, **fields})  # type: ignore[arg-type]

    def fresh(self, topic: Topic) -> Topic:
        """The topic as the database has it."""
        return Topic.objects.get(pk=topic.pk)


ROLES_WITH_HOME = frozenset({Role.RESIDENT, Role.OWNER})
