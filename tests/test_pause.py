"""Three days, and three weeks, without a tick: the same in the end, once each, and nobody is called late backwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from portal.community.models import Appointment, Area, Ownership, Post, User
from portal.deliberation.models import Matter, Topic
from portal.deliberation.services import forum, screening
from portal.duties import tick
from portal.duties.models import Duty
from portal.duties.services.pauses import working_days
from portal.kit import clock
from portal.notifications.models import Delivery, Notice
from portal.record.models import Entry
from portal.reports.jobs import ask_for_reports
from portal.volunteers.models import HourRecord, Shift
from portal.volunteers.states import HourState
from portal.voting.models import Vote
from tests import factories
from tests.deliberation.factories import BEGIN, World
from tests.duties.factories import make_duty
from tests.volunteers.factories import make_activity, make_crew, make_record, make_shift, make_signup
from tests.voting.factories import call, make_place

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
STOPS = BEGIN + 6 * DAY + 2 * timedelta(hours=1)  # Sunday, 11:00
# What is only news while something is still to come.
AHEAD = {"duty.soon", "duty.late", "duty.supervised", "vote.ending", "activity.signup_reminder"}


def day(number: int) -> datetime:
    """24:00 of a day, counted from the Monday on which the world begins."""
    return clock.end_of(clock.day_of(BEGIN + number * DAY))


@dataclass
class Found:
    """What can be compared after a play."""

    states: dict[str, Any]
    record: Counter[tuple[str, str]]
    notices: Counter[tuple[str, int]]
    ahead: Counter[tuple[str, int, str]]
    mails: Counter[str]
    late: list[tuple[datetime, Duty]]
    asked: list[Duty]


def world() -> None:
    """Something of each app whose time comes on the seventh or eighth day, or soon after."""
    _topics()
    _paper()
    _volunteers()
    _register()
    User.objects.exclude(email="chen@example.org").update(email="")
    with clock.at(BEGIN):
        ask_for_reports()  # the month before is over since long


def _topics() -> None:
    w = World()
    w.now = BEGIN - 23 * DAY
    w.sent(title="没人附议")  # thirty days
    w.now = BEGIN - 4 * DAY
    returned = w.screening(title="要补材料")
    w.now = BEGIN - 3 * DAY
    with w.at():
        screening.send_back(w.worker, returned.pk, "请写明地点")  # ten days
    w.now = BEGIN
    w.announced(title="在公示")  # seven days
    # One that opens and ends early in the pause, one whose roll and whole time fall into a long one.
    for called, title in ((BEGIN - 4 * DAY, "表决中"), (BEGIN + 5 * DAY, "还没开始表决")):
        w.now = called - 23 * DAY
        topic = w.discussed(Matter.NEIGHBOURHOOD, title=title)
        w.now = called
        with w.at():
            forum.call_vote(w.worker, topic.pk, w.motion(topic))
    with clock.at(BEGIN + 2 * DAY):
        make_duty(w.here, due=day(8))
    with clock.at(STOPS):  # after the last round before the pause
        reader = factories.make_user(neighbourhood=w.here, email="chen@example.org")
        Delivery.objects.create(
            neighbourhood=w.here, kind="x.news", occasion="1", url="/", people=[reader.pk, w.worker.pk]
        )
        Notice.objects.create(
            user=reader, neighbourhood=w.here, kind="x.mail", occasion="1", url="/", by_mail=True
        )


def _paper() -> None:
    """An owners' vote on paper, of which nothing was entered: the count waits until all may be in."""
    vote = call(make_place(), at=BEGIN - 20 * DAY, opens_at=BEGIN, closes_at=day(7), title="纸质表决")
    Vote.objects.filter(pk=vote.pk).update(printed_at=BEGIN)


def _volunteers() -> None:
    crew = make_crew()
    with clock.at(BEGIN):
        activity = make_activity(crew)
        helper = factories.make_resident(within=crew.here)
        shift = make_shift(activity, starts_at=day(7) + timedelta(hours=10))
        make_signup(shift, factories.person_of(helper), applied_at=BEGIN)
        make_record(crew, factories.person_of(helper), starts_at=BEGIN, state=HourState.VERIFIED)
        Shift.objects.exclude(pk=shift.pk).update(closed_at=BEGIN, closed_by=crew.leader)


def _register() -> None:
    home = factories.make_dwelling()
    until = clock.day_of(day(7))
    first = factories.make_ownership(factories.make_person(), home)
    factories.make_ownership(factories.make_person(), home, is_voter=False)
    Ownership.objects.filter(pk=first.pk).update(until=until)
    here = Area.objects.get(path=home.building.path[: 3 * Area.steplen])
    leaves = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    Appointment.objects.filter(person=leaves.person).update(until=until)


def rounds(back: datetime) -> list[datetime]:
    """When the portal is back; just after the midnights on which something ends, and after the shift; then twice."""
    ends = [day(6), day(7), day(7) + timedelta(hours=12), day(8), day(10), day(32), day(41)]
    first = [back] if back > STOPS else []
    return [*first, *(moment + MINUTE for moment in ends if moment + MINUTE > back)]


def play(back: datetime) -> Found:
    """The periodic work runs until Sunday, and from a moment on again; what came of it is taken back."""
    with transaction.atomic():
        mail.outbox.clear()
        before = set(Duty.objects.values_list("pk", flat=True)), Entry.objects.count()
        for moment in [STOPS - MINUTE, *rounds(back)]:
            with clock.at(moment):
                if moment != back:
                    tick.beat(tick.BEGUN)  # it ran each minute between
                assert tick.run() == []
        found = _found(*before)
        transaction.set_rollback(True)
    return found


def _found(known: set[int], entries: int) -> Found:
    told = list(Notice.objects.filter(created_at__gte=STOPS))
    duties = {f"duty:{one.pk}": one for one in Duty.objects.all()}
    return Found(
        states={
            **{one.title: one.state for one in Topic.objects.all()},
            "votes": [
                (one.phase, one.outcome, bool(one.roll_sha256), one.closes_at)
                for one in Vote.objects.order_by("pk")
            ],
            "hours": list(HourRecord.objects.order_by("pk").values_list("state", flat=True)),
            "shifts": [one.phase for one in Shift.objects.order_by("pk")],
            "voters": list(Ownership.objects.order_by("pk").values_list("is_voter", flat=True)),
            "owed": sorted(Duty.objects.active().exclude(pk__in=known).values_list("kind", flat=True)),
        },
        record=Counter(Entry.objects.order_by("pk")[entries:].values_list("action", "subject")),
        notices=Counter((one.kind, one.user_id) for one in told if one.kind not in AHEAD),
        ahead=Counter((one.kind, one.user_id, one.occasion) for one in told if one.kind in AHEAD),
        mails=Counter(one.subject.split(" ·")[0] for one in mail.outbox),
        late=[
            (one.created_at, duties[one.occasion.rpartition(":")[0]])
            for one in told
            if one.kind == "duty.late"
        ],
        asked=[one for one in duties.values() if one.pk not in known],
    )


def _had(duty: Duty, until: datetime, back: datetime) -> int:
    """Working days on which it could be done while the portal was there."""
    lost = working_days(max(duty.opened_at, STOPS), min(until, back)) if back > STOPS else 0
    return working_days(duty.opened_at, until) - lost


def test_a_pause_changes_nothing_but_the_moment() -> None:
    world()

    on_time = play(STOPS)
    for back in (STOPS + 3 * DAY, STOPS + 21 * DAY):
        found = play(back)

        assert found.states == on_time.states
        assert found.record == on_time.record
        assert found.notices == on_time.notices
        assert set(found.ahead.values()) == {1}
        # What waited for a week is no news any more, and not mailed.
        assert found.mails["x.mail"] == (1 if back < STOPS + 7 * DAY else 0)
        early = [one for one in found.asked if one.due_at <= max(one.opened_at, back)]
        assert early == []
        hasty = [
            (at, one)
            for at, one in found.late
            if _had(one, at, back) < working_days(one.opened_at, one.due_at)
        ]
        assert hasty == []
        assert len(found.late) > 3
    happened = Counter(action for action, _subject in on_time.record.elements())
    assert happened == {
        "topic.expired": 2,
        "topic.discussing": 1,
        "topic.not_adopted": 2,
        "vote.roll_frozen": 3,
        "vote.counted": 3,
        "hours.posted": 1,
        "hours.booked": 1,
    }
    # Each neighbourhood owes its committee a review once a year.
    yearly = ["review.yearly"] * 3
    assert on_time.states["owed"] == ["hours.close", "post.vacant", *yearly, "topic.forum"]
    assert on_time.states["voters"][-1] is True
    assert {kind for kind, _user in on_time.notices} >= {"x.news", "vote.counted", "topic.expired"}
