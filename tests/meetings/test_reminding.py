"""Reminders of meetings: when, where, what to bring; once for each date, and none of a meeting that is not held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from portal.community.models import User
from portal.kit import clock
from portal.meetings.jobs import remind_of_meetings
from portal.meetings.services import hearings, reinstating, reminding, sessions
from portal.meetings.states.hearing import HearingState as H
from portal.notifications import outbox
from portal.notifications.models import Notice
from tests import factories
from tests.concurrency import at_once
from tests.meetings.factories import HELD_AT, Scene, announce, hearing_at, make_hearing, person, register

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
REMINDER = "meeting.reminder"


def reminded(user: User) -> list[Notice]:
    return list(Notice.objects.filter(user=user, kind=REMINDER).order_by("pk"))


def run(at: datetime) -> None:
    """The periodic work at a moment."""
    with clock.at(at):
        remind_of_meetings()


def test_a_day_before_those_who_take_part_are_told_when_where_and_what_to_bring() -> None:
    scene = hearing_at(H.PANEL_SET)
    with clock.at(scene.now):
        announce(scene, bring="老花镜")
        hearings.open_registration(scene.worker, scene.pk)
        listener = factories.make_resident(within=scene.here)
        register(scene, listener)
    stranger = factories.make_resident(within=scene.here)

    run(HELD_AT - DAY - timedelta(minutes=1))
    assert Notice.objects.filter(kind=REMINDER).count() == 0
    for minutes in (0, 1, 600):
        run(HELD_AT - DAY + timedelta(minutes=minutes))

    for user in (*scene.delegates, scene.director, listener):
        assert len(reminded(user)) == 1, user
    assert reminded(stranger) == []
    notice = reminded(listener)[0]
    with clock.at(HELD_AT - DAY):
        assert notice.title == "会议提醒：小门听证会"
        assert notice.body == "11月26日（周四）14:00，二楼茶室。请带上：老花镜。"
    assert notice.url == f"/hearings/{scene.pk}/"


def test_without_anything_to_bring_nothing_is_asked() -> None:
    scene = hearing_at(H.ANNOUNCED)
    run(HELD_AT - DAY)

    with clock.at(HELD_AT - DAY):
        assert reminded(scene.delegates[0])[0].body.strip() == "11月26日（周四）14:00，二楼茶室。"


@pytest.mark.parametrize("state", list(H))
def test_nothing_is_sent_of_a_meeting_that_is_not_held(state: H) -> None:
    soon = clock.now() + timedelta(hours=5)
    hearing = make_hearing(state, starts_at=None if state is H.POSTPONED else soon, was_at=soon, place="二楼")
    delegate = factories.make_resident(within=hearing.neighbourhood)
    hearing.participants.create(person=person(delegate), group="业主")
    if state is H.CANCELLED:
        type(hearing).objects.filter(pk=hearing.pk).update(cancelled_at=clock.now())

    remind_of_meetings()

    live = state not in {H.POSTPONED, H.CANCELLED, H.PUBLISHED}
    assert len(reminded(delegate)) == int(live)


def test_what_begins_after_its_date_is_not_reminded_of() -> None:
    hearing_at(H.CONFIRMED)
    run(HELD_AT + timedelta(minutes=1))

    assert Notice.objects.filter(kind=REMINDER).count() == 0


Change = Callable[[Scene], Any]


@pytest.mark.parametrize(
    "change",
    [
        lambda scene: hearings.cancel(scene.worker, scene.pk, reason="撤回"),
        lambda scene: hearings.postpone(scene.worker, scene.pk, reason="台风"),
    ],
)
def test_what_waits_to_be_mailed_does_not_go_out_after_the_cancellation(change: Change) -> None:
    scene = hearing_at(H.REGISTRATION)
    User.objects.filter(pk=scene.delegates[0].pk).update(email="a@example.org")
    Notice.objects.update(by_mail=False)
    with clock.at(HELD_AT - DAY):
        remind_of_meetings()
    with clock.at(HELD_AT - DAY + timedelta(minutes=1)):
        change(scene)
        remind_of_meetings()
        outbox.send_due()

    texts = " ".join(f"{message.subject} {message.body}" for message in mail.outbox)
    assert "会议提醒" not in texts
    assert "听证会延期" in texts or "听证会取消" in texts


def test_a_meeting_that_stands_again_is_not_reminded_of_twice() -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(HELD_AT - DAY):
        remind_of_meetings()
        hearings.cancel(scene.worker, scene.pk, reason="误会")
        reinstating.reinstate(scene.worker, scene.pk, reason="照常")
        remind_of_meetings()

    assert len(reminded(scene.delegates[0])) == 1


def test_the_next_round_is_reminded_of_on_its_own() -> None:
    scene = hearing_at(H.ADJOURNED)
    later = scene.now + timedelta(days=20)
    with clock.at(scene.now):
        sessions.reschedule(scene.worker, scene.pk, reason="人没到齐", resumes_at=later, place="礼堂")
    run(later - DAY)

    with clock.at(later - DAY):
        assert "礼堂" in reminded(scene.delegates[0])[-1].body


def test_a_delegate_whose_seat_passed_on_is_not_reminded() -> None:
    scene = hearing_at(H.ANNOUNCED)
    gone = scene.member(scene.delegates[0])
    type(gone).objects.filter(pk=gone.pk).update(replaced_at=clock.now(), attended_at=clock.now())
    run(HELD_AT - DAY)

    assert reminded(scene.delegates[0]) == []
    assert len(reminded(scene.delegates[1])) == 1


def test_a_quiet_round_of_the_periodic_work_asks_little(django_assert_max_num_queries: Any) -> None:
    hearing_at(H.ANNOUNCED)

    with clock.at(HELD_AT + DAY), django_assert_max_num_queries(4):
        remind_of_meetings()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_remind_once() -> None:
    scene = hearing_at(H.ANNOUNCED)

    def remind() -> int:
        with clock.at(HELD_AT - DAY):
            return reminding.remind(scene.pk)

    at_once(4, remind)

    assert [len(reminded(user)) for user in scene.delegates] == [1, 1, 1]
