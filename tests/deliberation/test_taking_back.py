"""What the committee takes back: a decision of the screening, a closing, a classification, calling a vote off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal.deliberation import jobs
from portal.deliberation.models import Matter, Topic
from portal.deliberation.selectors import followers
from portal.deliberation.services import execution, forum, merging, passing_on, screening, undoing
from portal.deliberation.services.screening import notice_of
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.voting import services as voting
from portal.voting.states import Phase
from tests.deliberation.factories import World

pytestmark = pytest.mark.django_db

DECISIONS: dict[str, Callable[[World, Topic], object]] = {
    "accepted": lambda w, t: screening.accept(w.worker, t.pk, matter="neighbourhood", category="elder"),
    "refused": lambda w, t: screening.reject(w.worker, t.pk, "不归我们"),
    "merged": lambda w, t: merging.merge(w.worker, t.pk, w.sent().pk),
    "passed on": lambda w, t: passing_on.redirect(w.worker, t.pk, to="12345", reason="市政"),
    "returned": lambda w, t: screening.send_back(w.worker, t.pk, "请补充"),
}


def owed(topic: Topic) -> dict[str, Duty]:
    return {duty.kind: duty for duty in Duty.objects.active().about(key(topic))}


def decided(decision: str) -> tuple[World, Topic]:
    """A topic about which the committee decided two days after it came before it."""
    world = World()
    topic = world.screening()
    world.wait(2)
    with world.at():
        DECISIONS[decision](world, topic)
    return world, world.fresh(topic)


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_of_the_screening_is_taken_back_with_a_reason_and_its_clock_runs_on(decision: str) -> None:
    world = World()
    topic = world.screening()
    due = owed(topic)["topic.screen"].due_at
    world.wait(2)
    with world.at():
        DECISIONS[decision](world, topic)
    world.wait(3)

    with world.at():
        undoing.undo_screening(world.worker, topic.pk, "看错了编号")
        topic = world.fresh(topic)

        assert topic.state == State.SCREENING
        assert (topic.merged_into, topic.redirected_to, topic.first_contact, topic.ended_at) == (
            None,
            "",
            None,
            None,
        )
        # What stood still for three days ends three days later.
        assert {kind: duty.due_at for kind, duty in owed(topic).items()} == {
            "topic.screen": due + timedelta(days=3)
        }
    entry = Entry.objects.filter(subject=key(topic)).latest("sequence")
    assert (entry.action, entry.data["reason"]) == ("topic.screened_anew", "看错了编号")
    told = Notice.objects.filter(kind="topic.screened_anew").values_list("user__person", flat=True)
    assert topic.proposer_id in set(told)


def test_the_notice_of_what_was_taken_back_ends_and_the_discussion_does_not_open() -> None:
    world, topic = decided("accepted")
    first = notice_of(topic)
    assert first is not None

    with world.at():
        undoing.undo_screening(world.worker, topic.pk, "看错了")
    world.wait(9)
    with world.at():
        jobs.open_discussions()
        first.refresh_from_db()
        assert (first.is_over, world.fresh(topic).state) == (True, State.SCREENING)

        screening.accept(world.worker, topic.pk, matter="neighbourhood", category="elder")
        second = notice_of(topic)
    assert second is not None
    assert (second.pk != first.pk, world.fresh(topic).state) == (True, State.ANNOUNCED)


@pytest.mark.parametrize("decision", ["accepted", "refused", "passed on"])
def test_after_the_notice_period_a_decision_stands(decision: str) -> None:
    world, topic = decided(decision)
    stands_from = undoing.screening_stands_from(topic)
    assert stands_from is not None

    with clock.at(stands_from), pytest.raises(NotPossible):
        undoing.undo_screening(world.worker, topic.pk, "太晚")
    with clock.at(stands_from - timedelta(seconds=1)):
        undoing.undo_screening(world.worker, topic.pk, "还来得及")
    assert world.fresh(topic).state == State.SCREENING


def test_whoever_is_refused_anew_may_appeal_anew_and_a_decided_appeal_stands() -> None:
    world, topic = decided("refused")
    with world.at():
        screening.appeal(world.proposer, topic.pk, "请再看")
        undoing.undo_screening(world.worker, topic.pk, "再看一次")
        assert "topic.appeal" not in owed(topic)
        screening.reject(world.worker, topic.pk, "仍不归我们")
        screening.appeal(world.proposer, topic.pk, "再申诉")
        screening.decide_appeal(world.officer, topic.pk, granted=False, reason="维持")

        with pytest.raises(NotPossible):
            undoing.undo_screening(world.worker, topic.pk, "改主意")


def test_only_the_committee_takes_back_what_it_decided() -> None:
    world, topic = decided("merged")

    for user in (world.proposer, world.officer, world.manager):
        with world.at(), pytest.raises(PermissionDenied):
            undoing.undo_screening(user, topic.pk, "我不同意")


def closed(world: World) -> Topic:
    topic = world.evaluating()
    world.wait(30)
    with world.at():
        return execution.close(world.worker, topic.pk, "谢谢大家")


def test_a_closed_topic_is_opened_again_and_owed_anew() -> None:
    world = World()
    topic = closed(world)
    thread = topic.thread
    assert thread is not None

    with world.at():
        undoing.reopen(world.worker, topic.pk, "灯又坏了")
        topic = world.fresh(topic)
        thread.refresh_from_db()

        assert (topic.state, topic.ended_at, thread.is_open) == (State.EVALUATING, None, True)
        assert list(owed(topic)) == ["topic.evaluate"]
        entry = Entry.objects.filter(subject=key(topic)).latest("sequence")
        assert (entry.action, entry.data["reason"]) == ("topic.reopened", "灯又坏了")


def test_a_topic_closed_long_ago_stays_closed() -> None:
    world = World()
    topic = closed(world)

    with clock.at(undoing.closed_for_good_at(topic)), pytest.raises(NotPossible):
        undoing.reopen(world.worker, topic.pk, "太晚")


def test_whose_matter_it_is_is_put_right_with_both_texts_published_until_the_vote_is_called() -> None:
    world = World()
    topic = world.discussed()
    with world.at():
        undoing.reclassify(
            world.worker, topic.pk, matter="owners.special", category=topic.category, reason="要动维修资金"
        )
        entry = Entry.objects.filter(subject=key(topic)).latest("sequence")
        assert world.fresh(topic).matter == Matter.OWNERS_SPECIAL
        assert (entry.data["was_matter"], entry.data["matter"]) == ("neighbourhood", "owners.special")
        told = Notice.objects.filter(kind="topic.reclassified").count()
        assert told == followers(topic).count() > 0
        with pytest.raises(NotPossible):
            undoing.reclassify(
                world.worker, topic.pk, matter="owners.special", category=topic.category, reason="一样"
            )
        undoing.reclassify(world.worker, topic.pk, matter="neighbourhood", category="elder", reason="不动")
        forum.call_vote(world.worker, topic.pk, world.motion(topic))

        with pytest.raises(NotPossible):
            undoing.reclassify(
                world.worker, topic.pk, matter="owners.special", category="elder", reason="太晚"
            )


def voting_on(world: World) -> Topic:
    topic = world.discussed()
    with world.at():
        return forum.call_vote(world.worker, topic.pk, world.motion(topic))


@pytest.mark.parametrize("went_back", [True, False])
def test_a_vote_called_off_by_mistake_takes_its_topic_back_to_the_vote(went_back: bool) -> None:
    world = World()
    topic = voting_on(world)
    assert topic.vote is not None
    with world.at():
        voting.abort(world.worker, topic.vote.pk, "弄错了")
        if went_back:
            jobs.settle_votes()
            assert world.fresh(topic).state == State.DISCUSSING

        vote = voting.reinstate(world.worker, topic.vote.pk, "没有弄错")
        jobs.settle_votes()
        found = world.fresh(topic)

    assert (vote.phase, found.state, found.state_until) == (Phase.COMING, State.VOTING, vote.closes_at)
    assert Notice.objects.filter(kind="vote.reinstated").exists()


def test_a_vote_whose_place_was_taken_stays_called_off() -> None:
    world = World()
    topic = voting_on(world)
    assert topic.vote is not None
    with world.at():
        voting.abort(world.worker, topic.vote.pk, "弄错了")
        jobs.settle_votes()
    world.wait(15)
    with world.at():
        forum.call_vote(world.worker, topic.pk, world.motion(topic))

        with pytest.raises(NotPossible):
            voting.reinstate(world.worker, topic.vote.pk, "两个都要")


def test_a_vote_whose_topic_has_gone_on_stays_called_off() -> None:
    world = World()
    topic = voting_on(world)
    assert topic.vote is not None
    with world.at():
        voting.abort(world.worker, topic.vote.pk, "弄错了")
        jobs.settle_votes()
        forum.suspend(world.worker, topic.pk, "诉讼")

        with pytest.raises(NotPossible):
            voting.reinstate(world.worker, topic.vote.pk, "照常")


def test_from_its_opening_on_a_vote_stays_called_off() -> None:
    world = World()
    topic = voting_on(world)
    assert topic.vote is not None
    with world.at():
        voting.abort(world.worker, topic.vote.pk, "弄错了")

    with clock.at(topic.vote.opens_at), pytest.raises(NotPossible):
        voting.reinstate(world.worker, topic.vote.pk, "太晚")
