"""Every clock of domain 9.2 (12345 time limits of Shanghai subdistricts) to the minute, against dates by hand.

All begin on Tuesday, 29 September 2026, 16:00. 1 to 7 October rest, Saturday the 10th is worked:
国办发明电〔2025〕7号.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from portal.community.models import Post as Office
from portal.duties import services as duties
from portal.duties.counted import counted
from portal.duties.models import Duty
from portal.duties.services.pauses import stood_still
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.threads import services
from portal.threads.models import HideReason, Post
from portal.threads.outcomes import Said
from portal.threads.services.promising import hand_on_until, latest
from tests.factories import make_user
from tests.threads.factories import make_manager, make_neighbour, make_thread, make_worker, say

pytestmark = pytest.mark.django_db

BEGUN = clock.at_time(date(2026, 9, 29), 16)
MINUTE = timedelta(minutes=1)

# kind of duty, its rule, working days; the last day of the promise; the last days before levels 2, 3, 4 and 5.
BY_HAND = {
    # First contact, and what the portal owes as soon: a look at a report, a post that waits, an appeal.
    "thread.flags": ("acknowledge", 1, "09-30", ("10-09", "10-13", "10-15", "10-20")),
    "thread.appeal": ("acknowledge", 1, "09-30", ("10-09", "10-13", "10-15", "10-20")),
    "thread.mute_appeal": ("acknowledge", 1, "09-30", ("10-09", "10-13", "10-15", "10-20")),
    "thread.review": ("review", 1, "09-30", ("10-09", "10-13", "10-15", "10-20")),
    # Second handling after an unsatisfied callback.
    "thread.again": ("again", 3, "10-09", ("10-12", "10-15", "10-19", "10-22")),
    # Ordinary help and complaints; what was handed on is followed as long.
    "thread.answer": ("answer", 5, "10-12", ("10-14", "10-19", "10-21", "10-26")),
    "thread.follow": ("answer", 5, "10-12", ("10-14", "10-19", "10-21", "10-26")),
}


def ended(day: str) -> datetime:
    """24:00 of a day of 2026."""
    return clock.end_of(date.fromisoformat(f"2026-{day}"))


class World:
    """One discussion in which every clock was begun at one moment."""

    def __init__(self) -> None:
        self.thread = make_thread()
        self.manager, self.worker = make_manager(self.thread), make_worker(self.thread)
        self.asker = make_neighbour(self.thread)
        make_user(post=Office.OVERSIGHT, neighbourhood=self.thread.neighbourhood)
        self.question = say(self.asker, self.thread, "谁负责锁门？", asks=Office.PROPERTY)

    def everything(self) -> None:
        """A question handed on, one whose answer solved nothing, a report, two appeals, and a post that waits."""
        services.hand_on(self.manager, self.question.pk, to=Office.WORKER, reason="不归物业管")
        again = say(self.asker, self.thread, "垃圾房几点开？", asks=Office.WORKER)
        services.answer(self.worker, again.pk, body="八点。")
        services.outcome(self.asker, again.pk, said=Said.NOT)
        hidden = say(self.asker, self.thread, "骂人的话")
        services.hide(self.worker, hidden.pk, HideReason.INSULT)
        mute = services.mute(self.worker, hidden.pk, days=1)
        services.appeal(self.asker, hidden.pk, text="没有骂人")
        services.appeal_mute(self.asker, mute.pk, text="没有骂人")
        services.flag(self.asker, self.question.pk, reason=HideReason.OFF_TOPIC)
        services.add_word(self.worker, self.thread.neighbourhood.slug, word="红酒")
        say(make_neighbour(self.thread), self.thread, "卖红酒")

    def asked(self) -> Post:
        return Post.objects.select_related("thread__neighbourhood").get(pk=self.question.pk)


@pytest.fixture
def world() -> World:
    with clock.at(BEGUN):
        return World()


def levels() -> dict[str, int]:
    return dict(Duty.objects.active().values_list("kind", "level"))


def test_each_begins_ends_and_rises_to_the_minute(world: World) -> None:
    with clock.at(BEGUN):
        world.everything()
    owed = {duty.kind: duty for duty in Duty.objects.active().select_related("neighbourhood")}

    assert owed.keys() == BY_HAND.keys()
    steps = {}
    for kind, (rule, days, last, later) in BY_HAND.items():
        count = counted(owed[kind])
        assert count.rule is not None
        found = (count.since, count.rule.key, count.unit, count.days, count.ends)
        assert found == (BEGUN, f"thread.{rule}_working_days", "working", days, ended(last)), kind
        steps[kind] = [ended(day) for day in (last, *later)]
    for moment in sorted({moment for moments in steps.values() for moment in moments}):
        for at in (moment - MINUTE, moment):
            with clock.at(at):
                duties.raise_levels()
            assert levels() == {kind: sum(at >= one for one in steps[kind]) for kind in steps}, at


def test_what_is_received_hidden_or_reopened_moves_no_date_backwards(world: World) -> None:
    with clock.at(BEGUN):
        services.acknowledge(world.manager, world.question.pk)
    assert world.asked().due_at == ended("10-12")
    with clock.at(ended("10-12") - MINUTE):
        given = services.answer(world.manager, world.question.pk, body="物业负责。")
        assert duties.kept_promises(world.thread.neighbourhood)[0].kept == 1
        services.hide(world.worker, given.pk, HideReason.OFF_TOPIC)
        owed = Duty.objects.active().get(kind="thread.answer")
        assert (owed.due_at, owed.counted_from, owed.counted_in) == (ended("10-12"), BEGUN, "working")


def test_the_answer_is_kept_until_the_last_minute_and_late_from_24_hours_on(world: World) -> None:
    with clock.at(ended("10-12")):
        services.answer(world.manager, world.question.pk, body="物业负责。")

        assert duties.kept_promises(world.thread.neighbourhood)[0].kept == 0


def refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotPossible:
        return True
    return False


def test_handing_on_and_more_time_end_to_the_minute(world: World) -> None:
    """Two working days to hand on (restrained, F57); 15 for what is complex (F58), counted from when it came."""

    def hand_on() -> Post:
        return services.hand_on(world.manager, world.question.pk, to=Office.WORKER, reason="不归物业管")

    def later(day: str) -> Post:
        last = date.fromisoformat(f"2026-{day}")
        return services.more_time(world.manager, world.question.pk, reason="要请人看", last_day=last)

    assert (hand_on_until(world.asked()), latest(world.asked()).at) == (ended("10-08"), ended("10-26"))
    with clock.at(ended("10-08")):
        assert refused(hand_on)
    with clock.at(ended("10-12")):
        assert refused(lambda: later("10-20"))
    with clock.at(ended("10-12") - MINUTE):
        assert refused(lambda: later("10-12"))
        assert refused(lambda: later("10-27"))
        assert not refused(lambda: later("10-26"))
    named = Duty.objects.active().get(kind="thread.answer")
    assert (named.due_at, counted(named).unit) == (ended("10-26"), "named")


def test_handed_on_in_the_last_minute_the_other_body_has_its_own_five_days(world: World) -> None:
    with clock.at(ended("10-08") - MINUTE):
        services.hand_on(world.manager, world.question.pk, to=Office.WORKER, reason="不归物业管")

    due = Duty.objects.active().get(kind="thread.answer").due_at
    assert due == ended("10-14")  # 9, 10 (Saturday, worked), 12, 13, 14 October


def test_a_standstill_of_the_portal_gives_its_working_days_back(world: World) -> None:
    """Off from Monday 09:00 to Tuesday 18:00: two noons of working days, so two more days before it is late."""
    monday = clock.at_time(date(2026, 10, 12), 9)
    with clock.at(clock.at_time(date(2026, 10, 13), 18)):
        stood_still(monday, clock.now())

    duty = Duty.objects.active().get(kind="thread.answer")
    assert (duty.due_at, duty.late_at) == (ended("10-12"), ended("10-14"))
    with clock.at(ended("10-14") - MINUTE):
        assert duties.raise_levels() == 0
    with clock.at(ended("10-14")):
        assert duties.raise_levels() == 1
