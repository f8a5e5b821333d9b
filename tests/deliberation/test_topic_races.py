"""Races on PostgreSQL: each held by its lock, and lost without it."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import Mock

import pytest

from portal.community.models import Dwelling, User
from portal.deliberation.models import Seconding, Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.services import merging, topics
from portal.deliberation.states import State
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.concurrency import Outcome, at_once
from tests.deliberation.factories import World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
N = 6


def numbers(world: World) -> list[str]:
    return sorted(Topic.objects.filter(neighbourhood=world.here).values_list("number", flat=True))


def slowly(read: Any) -> Any:
    """What was read, when all others have read too, also on a busy machine."""
    time.sleep(0.3)
    return read


def send_at_once(world: World) -> Outcome:
    drafts = [world.draft() for _ in range(N)]
    return at_once(N, lambda at: topics.submit(world.proposer, drafts[at].pk), numbered=True)


def test_topics_sent_at_once_get_numbers_of_their_own() -> None:
    world = World()

    outcome = send_at_once(world)

    assert outcome.errors == []
    assert numbers(world) == [
        f"{world.fresh(outcome.results[0]).number[:4]}-{at:03d}" for at in range(1, N + 1)
    ]


def test_without_the_lock_numbers_would_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(topics, "hold", lambda neighbourhood: None)
    number = topics._next_number
    monkeypatch.setattr(topics, "_next_number", lambda area: slowly(number(area)))

    outcome = send_at_once(world)

    assert [type(error).__name__ for error in outcome.errors].count("IntegrityError") >= 1


def second_at_once(world: World, topic: Topic, users: list[User]) -> Outcome:
    with world.at():
        return at_once(len(users), lambda at: topics.second(users[at], topic.pk), numbered=True)


def last_seat(world: World) -> tuple[Topic, list[User]]:
    """A topic that wants one more household, and several who click at the same moment."""
    topic = world.sent()
    Topic.objects.filter(pk=topic.pk).update(state_until=None)
    for _ in range(topics.needed(topic) - 1):
        topics.second(world.resident(), topic.pk)
    return topic, [world.resident() for _ in range(N)]


def screened(topic: Topic) -> int:
    return Entry.objects.filter(subject=key(topic), action="topic.screening").count()


def test_the_last_seconding_moves_the_topic_once() -> None:
    world = World()
    topic, users = last_seat(world)

    outcome = second_at_once(world, topic, users)

    assert [type(error) for error in outcome.errors] == [NotPossible] * (N - 1)
    assert screened(topic) == 1
    assert (world.fresh(topic).state, topic.secondings.count()) == (State.SCREENING, topics.needed(topic))


def test_without_the_lock_more_would_second_than_the_state_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    topic, users = last_seat(world)

    def unlocked(user: User, pk: int, action: str) -> Topic:
        return slowly(TOPICS.get(user, pk, action))

    monkeypatch.setattr(topics, "TOPICS", Mock(wraps=topics.TOPICS, take=unlocked))

    second_at_once(world, topic, users)

    assert topic.secondings.count() > topics.needed(topic) or screened(topic) > 1


def test_a_household_seconds_once_however_many_click() -> None:
    world = World()
    topic = world.sent()
    Topic.objects.filter(pk=topic.pk).update(state_until=None)
    dwelling = factories.make_dwelling(within=world.building)
    users = [world.resident(dwelling) for _ in range(N)]

    outcome = second_at_once(world, topic, users)

    assert [type(error) for error in outcome.errors] == [NotPossible] * (N - 1)
    assert Seconding.objects.count() == 1


def test_a_double_click_is_one_seconding() -> None:
    world = World()
    topic, user = world.sent(), world.resident()
    Topic.objects.filter(pk=topic.pk).update(state_until=None)

    outcome = second_at_once(world, topic, [user] * N)

    assert outcome.errors == []
    assert Seconding.objects.count() == 1


def test_two_topics_are_not_merged_into_each_other() -> None:
    world = World()
    pair = [world.screening(), world.screening()]

    outcome = at_once(2, lambda at: merging.merge(world.worker, pair[at].pk, pair[1 - at].pk), numbered=True)

    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert sorted(Topic.objects.values_list("state", flat=True)) == ["merged", "screening"]


def lasting(world: World) -> Topic:
    """A topic without an end of its time for seconders, whatever the clock says in other threads."""
    topic = world.sent()
    Topic.objects.filter(pk=topic.pk).update(state_until=None)
    return topic


def backed(world: World, home: Dwelling) -> Topic:
    """A topic before the committee, behind which a household of this home stands."""
    topic = lasting(world)
    topics.second(world.resident(home), topic.pk)
    Topic.objects.filter(pk=topic.pk).update(state=State.SCREENING)
    return world.fresh(topic)


def merge_into_both(world: World) -> tuple[Outcome, list[Topic]]:
    home = factories.make_dwelling(within=world.building)
    merged, kept = backed(world, home), [lasting(world), lasting(world)]
    outcome = at_once(2, lambda at: merging.merge(world.worker, merged.pk, kept[at].pk), numbered=True)
    return outcome, kept


def test_two_who_merge_the_same_topic_do_it_once_and_who_stood_behind_it_goes_one_way() -> None:
    world = World()

    outcome, kept = merge_into_both(world)

    assert [type(error) for error in outcome.errors] == [NotPossible]
    [merged] = outcome.results
    came = Seconding.objects.filter(came_from=merged)
    assert set(came.values_list("topic", flat=True)) == {merged.merged_into_id}
    assert sum(topic.secondings.count() for topic in kept) == came.count() > 0


def test_without_the_locks_who_stood_behind_it_would_go_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()

    def unlocked(user: User, pk: int, action: str) -> Topic:
        return slowly(TOPICS.get(user, pk, action))

    monkeypatch.setattr(merging, "hold", lambda neighbourhood: None)
    monkeypatch.setattr(merging, "TOPICS", Mock(wraps=TOPICS, take=unlocked))

    _outcome, kept = merge_into_both(world)

    assert all(topic.secondings.exists() for topic in kept)


def test_a_household_that_seconds_while_it_comes_by_a_merge_counts_once() -> None:
    world = World()
    home = factories.make_dwelling(within=world.building)
    merged, kept, other = backed(world, home), lasting(world), world.resident(home)

    def act(at: int) -> object:
        if at:
            return topics.second(other, kept.pk)
        return merging.merge(world.worker, merged.pk, kept.pk)

    outcome = at_once(2, act, numbered=True)

    assert {type(error) for error in outcome.errors} <= {NotPossible}
    assert world.fresh(merged).state == State.MERGED
    assert kept.secondings.filter(dwelling=home).count() == 1
