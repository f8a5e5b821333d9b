"""What becomes of who stood behind a topic that was merged into another, and of a merge that was wrong."""

from __future__ import annotations

import pytest

from portal.deliberation.models import Matter, Topic
from portal.deliberation.selectors import followers, with_merged
from portal.deliberation.services import deciding, merging, screening, topics, undoing
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.deliberation.factories import FIELDS, World

pytestmark = pytest.mark.django_db


def raised(world: World, title: str, **fields: object) -> Topic:
    """Another topic of a neighbour who has a home of the own, looking for seconders."""
    other = world.resident()
    draft = topics.propose(other, world.here, {**FIELDS, "title": title, **fields})  # type: ignore[typeddict-item]
    return topics.submit(other, draft.pk)


def pair(world: World) -> tuple[Topic, Topic]:
    """One that looks for seconders, and another of the same matter with its five households."""
    with world.at():
        kept, merged = world.sent(), raised(world, "北门开一个小门")
        for one in [world.resident() for _ in range(5)]:
            topics.second(one, merged.pk)
    return kept, world.fresh(merged)


def test_who_stood_behind_goes_along_and_the_kept_one_goes_on_to_screening() -> None:
    world = World()
    kept, merged = pair(world)
    backers = [one.person for one in merged.secondings.select_related("person")]

    with world.at():
        merging.merge(world.worker, merged.pk, kept.pk, "同一件事")
    kept = world.fresh(kept)

    # Five households and the proposer's.
    assert set(kept.secondings.values_list("person", flat=True)) == {
        *(one.pk for one in backers),
        merged.proposer_id,
    }
    assert (kept.state, kept.secondings.filter(came_from=merged).count()) == (State.SCREENING, 6)
    assert Duty.objects.active().get(subject=key(kept)).kind == "topic.screen"
    told = Notice.objects.get(user__person=backers[0], kind="topic.merged")
    assert kept.title in f"{told.title} {told.body}"
    assert kept.number in told.body
    assert told.url == kept.get_absolute_url()
    entry = Entry.objects.get(subject=key(kept), action="topic.joined")
    assert (entry.data["households"], entry.data["merged_number"]) == (6, merged.number)


def test_they_hear_how_the_kept_one_ends_even_those_who_may_not_second_it() -> None:
    world = World()
    with world.at():
        kept = world.sent(area=factories.make_building(parent=world.estate))
        merged = raised(world, "楼道灯不亮")
        for _count in range(5):
            topics.second(world.resident(), merged.pk)
        merging.merge(world.worker, merged.pk, kept.pk)
    assert kept.secondings.count() == 0
    assert {user.person_id for user in followers(kept)} >= {
        merged.proposer_id,
        *merged.secondings.values_list("person", flat=True),
    }

    world.wait(31)
    with world.at():
        topics.expire(kept.pk)
    assert Notice.objects.filter(kind="topic.expired").count() == followers(kept).count() == 7


def test_a_household_counts_once_and_that_of_the_proposer_of_the_kept_one_not_at_all() -> None:
    world = World()
    kept, merged = pair(world)
    both = world.neighbours[-1]
    with world.at():
        topics.second(both, kept.pk)
        own = factories.person_of(world.proposer).residencys.get().dwelling
        Topic.objects.filter(pk=merged.pk).update(state=State.SECONDING)
        topics.second(world.resident(own), merged.pk)
        Topic.objects.filter(pk=merged.pk).update(state=State.SCREENING)

        merging.merge(world.worker, merged.pk, kept.pk)

    homes = list(kept.secondings.values_list("dwelling", flat=True))
    assert len(homes) == len(set(homes)) == 6
    assert own.pk not in homes
    assert kept.secondings.get(person=both.person).came_from is None


def test_topics_merged_one_after_the_other_are_all_followed() -> None:
    world = World()
    kept, merged = pair(world)
    with world.at():
        merging.merge(world.worker, merged.pk, kept.pk)
        last = raised(world, "围墙改造")
        merging.merge(world.worker, kept.pk, last.pk)

    assert set(with_merged(last)) == {last.pk, kept.pk, merged.pk}
    assert merged.proposer_id in {user.person_id for user in followers(last)}


def test_a_wrong_merge_is_undone_with_a_trace_as_long_as_nothing_was_decided() -> None:
    world = World()
    kept, merged = pair(world)
    with world.at():
        merging.merge(world.worker, merged.pk, kept.pk)
        screening.accept(world.worker, kept.pk, matter=Matter.NEIGHBOURHOOD, category=kept.category)
    world.wait(12)

    with world.at():
        undoing.undo_screening(world.worker, merged.pk, "不是同一件事")
    merged, kept = world.fresh(merged), world.fresh(kept)

    assert (merged.state, merged.merged_into, merged.secondings.count()) == (State.SCREENING, None, 5)
    assert (kept.state, kept.secondings.count()) == (State.ANNOUNCED, 0)
    entry = Entry.objects.get(subject=key(kept), action="topic.parted")
    assert (entry.data["reason"], entry.data["households"]) == ("不是同一件事", 6)
    assert merged.proposer_id not in {user.person_id for user in followers(kept)}
    assert Notice.objects.filter(kind="topic.parted", user=world.proposer).exists()


def test_once_something_was_decided_a_merge_stands() -> None:
    world = World()
    kept, merged = world.in_forum(), world.screening(title="开小门")
    with world.at():
        merging.merge(world.worker, merged.pk, kept.pk)
        deciding.decide(world.worker, kept.pk, adopted=False, reason="不办")

        with pytest.raises(NotPossible):
            undoing.undo_screening(world.worker, merged.pk, "看错了")
    assert world.fresh(merged).state == State.MERGED


def test_nothing_is_merged_into_a_topic_whose_time_for_seconding_is_over() -> None:
    world = World()
    kept, merged = pair(world)
    world.wait(31)

    with world.at(), pytest.raises(NotPossible):
        merging.merge(world.worker, merged.pk, kept.pk)
