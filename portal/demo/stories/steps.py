"""Steps that many stories share. Each is played at the moment the story has reached."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from typing import cast as cast_to

from portal.community.models import Area, Ownership, User
from portal.deliberation.models import Category, Matter, Satisfaction, Topic
from portal.deliberation.services import execution, forum, screening, topics
from portal.deliberation.services.execution import PlannedStep
from portal.deliberation.services.topics import Proposal
from portal.demo.engine import Story
from portal.demo.world import NO_PASSWORD, World
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.threads import services as threads
from portal.voting import services as voting
from portal.voting.models import Electorate, LegalEffect, RollEntry


def ago(now: datetime, days: float, hour: int = 10, minute: int = 0) -> datetime:
    """A time of day in Shanghai, so many days before `now`; never later than `now`."""
    return min(
        clock.at_time(clock.day_of(now - timedelta(days=days)), hour, minute), now - timedelta(minutes=5)
    )


def raise_topic(world: World, who: str, area: Area | None = None, **fields: Any) -> Topic:
    """Draft and send a topic."""
    topic = draft(world, who, area, **fields)
    return topics.submit(world[who], topic.pk)


def draft(world: World, who: str, area: Area | None = None, **fields: Any) -> Topic:
    """Write a topic that only its proposer sees."""
    given = cast_to(Proposal, {"area": area or world.neighbourhood, "own_role": "affected", **fields})
    return topics.propose(world[who], world.neighbourhood, given)


def second(world: World, topic: Topic, count: int, start: int = 0) -> None:
    """So many neighbours' households stand behind a topic."""
    for user in _someone(world, start, count * 3):
        topic.refresh_from_db()
        if topic.state != "seconding" or topic.secondings.count() >= count:
            return
        if not _household_spoke(topic, user):
            topics.second(user, topic.pk, _first_dwelling(user))


def accept(world: World, topic: Topic, matter: Matter, category: Category | str) -> None:
    """The committee worker accepts a topic in screening."""
    screening.accept(world["shen"], topic.pk, matter=matter, category=category)


def open_discussion(topic: Topic) -> Topic:
    """What the periodic job does when the public notice is over."""
    opened = screening.open_discussion(topic.pk)
    topic.refresh_from_db()
    return opened


def say(world: World, topic: Topic, who: str | User, text: str, asks: str = "", to: int | None = None) -> Any:
    """A post in the topic's thread; `to`: the number of the post it answers."""
    user = world[who] if isinstance(who, str) else who
    topic.refresh_from_db()
    return threads.post(user, topic.thread_id or 0, body=text, asks=asks, key=uuid.uuid4(), to=to)


def answer(world: World, post: Any, who: str, text: str) -> None:
    """The official answer to a post that asked for one."""
    threads.answer(world[who], post.pk, body=text, key=uuid.uuid4())


def wrap_up(world: World, topic: Topic) -> Story:
    """What was said is clear soon: the discussion ends earlier, with the notice that needs, and is summarised."""
    ends = clock.day_of(forum.earliest_end(topic) - timedelta(seconds=1))
    forum.change_end(
        world["wang"], topic.pk, ends, "意见已经集中，提前结束讨论；还有话要说的邻居请在这之前发言。"
    )
    yield clock.end_of(ends) + timedelta(hours=9)
    forum.summarise(
        world["wang"], topic.pk, f"多数邻居赞成：{topic.wish}担心的主要是施工期间的出行和以后的维护。"
    )


def call_vote(world: World, topic: Topic, question: str, opens_at: datetime, closes_at: datetime) -> Any:
    """Call the vote the topic's matter asks for: of the estate's owners, or a sounding of residents."""
    owners = topic.is_owners_matter
    motion = forum.Motion(
        question=question,
        explanation=f"{topic.affected}\n\n{topic.wish}",
        electorate=Electorate.OWNERS if owners else Electorate.RESIDENTS,
        scope=world.estate if owners else world.neighbourhood,
        matter=topic.matter if owners else "residents.sounding",
        opens_at=opens_at,
        closes_at=closes_at,
        legal_effect=LegalEffect.CONSULTATIVE,
    )
    topic = forum.call_vote(world["wang"], topic.pk, motion)
    return topic.vote


def cast(vote: Any, share: int, for_: int, against: int, part: tuple[int, int] = (0, 100)) -> None:
    """Of every hundred on the roll `share` vote: `for_` and `against` of every hundred ballots, the rest abstain.

    `part` takes a slice of the roll (per cent), so that ballots can come in on several days.
    """
    entries = RollEntry.objects.filter(vote=vote, person__user__password=NO_PASSWORD).order_by("number")
    for entry in entries.select_related("person__user"):
        place, luck = (entry.number * 37) % 100, (entry.number * 61) % 100
        if part[0] <= place < part[1] and (entry.number * 17) % 100 < share:
            choice = "for" if luck < for_ else "against" if luck < for_ + against else "abstain"
            voting.cast(entry.person.user, vote.pk, choice)


def carry_out(
    world: World,
    topic: Topic,
    who: str,
    *,
    post: str,
    name: str,
    budget: int,
    plan: Sequence[tuple[int, str]],
) -> Topic:
    """Begin carrying out: `plan` is (days from now, step); `budget` in fen."""
    today = clock.today()
    steps = [PlannedStep(text, today + timedelta(days=days)) for days, text in plan]
    topic = execution.start_execution(
        world["wang"], topic.pk, post=post, name=name, budget=budget, steps=steps
    )
    topic.refresh_from_db()
    return topic


def report(world: World, topic: Topic, who: str, note: str) -> None:
    """The responsible body reports its next open step."""
    step = topic.steps.filter(done_at=None).order_by("number")[0]
    execution.report_step(world[who], step.pk, note)


def rate(world: World, topic: Topic, levels: Iterable[tuple[Satisfaction, int]], start: int = 0) -> None:
    """Neighbours judge the result: so many at each level."""
    at = start
    for level, count in levels:
        for user in _someone(world, at, count):
            execution.rate(user, topic.pk, level)
        at += count


def working_day_after(moment: datetime, days: int = 1) -> datetime:
    """Ten in the morning of a working day after a moment."""
    last = add_working_days(moment, days).at - timedelta(hours=1)
    return clock.at_time(clock.day_of(last), 10)


def until_discussion(
    world: World,
    topic: Topic,
    sent: datetime,
    *,
    matter: Matter,
    start: int,
) -> Story:
    """From sent to discussing: seconded within two days, accepted the next working day, announced for its days."""
    yield sent + timedelta(hours=5)
    second(world, topic, 2, start)
    yield sent + timedelta(days=1, hours=8)
    second(world, topic, topics.needed(topic) or 1, start)
    yield working_day_after(sent + timedelta(days=2))
    accept(world, topic, matter, topic.category)
    topic.refresh_from_db()
    yield (topic.state_until or clock.now()) + timedelta(minutes=1)
    open_discussion(topic)
    yield clock.at_time(clock.today(), 9, 20)


def _someone(world: World, start: int, count: int) -> list[User]:
    crowd = world.neighbours
    return [crowd[(start * 7 + n * 11) % len(crowd)] for n in range(count)]


def _first_dwelling(user: User) -> int | None:
    homes = (
        Ownership.objects.filter(person=user.person_id).order_by("pk").values_list("dwelling_id", flat=True)
    )
    return homes.first()


def _household_spoke(topic: Topic, user: User) -> bool:
    return topic.secondings.filter(dwelling=_first_dwelling(user)).exists()
