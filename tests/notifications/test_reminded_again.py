"""What moved is reminded of once more, of every kind that is reminded of; and as many notices are made as are told.

Case: a moved shift's second reminder was said to be sent, and the box kept the first one with the old time.
"""

from __future__ import annotations

import ast
from datetime import time, timedelta

import pytest
from django.conf import settings

from portal.community.models import Post
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.services import reminding, sessions
from portal.meetings.states.hearing import HearingState as H
from portal.notifications.models import Notice
from portal.surveys.course import services as course
from portal.surveys.reception.jobs import keep_reception_days
from portal.surveys.reception.services import days
from portal.volunteers.services import shifts, signing
from portal.volunteers.spans import Span
from portal.voting import services as voting
from tests.duties.factories import make_duty
from tests.factories import make_neighbourhood, make_user
from tests.meetings.factories import hearing_at
from tests.surveys.factories import make_survey
from tests.surveys.reception_factories import make_booking, make_desk
from tests.volunteers.factories import make_activity, make_crew, make_shift
from tests.voting.factories import make_place
from tests.voting.test_moments import CLOSES_AT, LATER, extendable

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# What happens to a row once for ever, so that its key alone may be the occasion of its notice. Of all else the occasion
# says besides which time it is: a second notice under the same one would be counted as told, and never be made.
ONCE = {
    "CALL_CANCELLED",
    "DISPUTE_ANSWERED",
    "GIVEN_BACK",
    "HANDED_TO",
    "LEADER_LEFT",
    "MANDATE_LAPSED",
    "OBJECTED",
    "OBJECTION_ANSWERED",
    "ROLL_ANSWERED",
    "ROSTER_CONFIRMED",
    "ROSTER_EXPIRED",
    "ROSTER_TAKEN_BACK",
    "ROSTER_TURNED_DOWN",
    "ROSTER_WAITS",
    "WISHED",
    "event",
    "events.CALLED_OFF",
    "events.UNITED",
    "events.WITHDRAWN",
    "ANSWERED",
    "ASKED",
    "COUNTED",
}


def made(kind: str) -> int:
    return Notice.objects.filter(kind=kind).count()


def test_a_shift() -> None:
    crew = make_crew()
    start = (clock.now() + 3 * DAY).replace(minute=0, second=0, microsecond=0)
    shift = make_shift(make_activity(crew), starts_at=start, slots=3)
    signing.sign_up(crew.member("甲"), shift.pk)
    with clock.at(start - timedelta(hours=3)):
        told = [signing.remind(shift.pk), signing.remind(shift.pk)]
        span = Span(start + 14 * DAY, shift.ends_at + 14 * DAY)
        shifts.change_shift(crew.worker, shift.pk, span, 3)
    with clock.at(start + 14 * DAY - timedelta(hours=3)):
        told += [signing.remind(shift.pk), signing.remind(shift.pk)]

    assert told == [1, 0, 1, 0]
    assert made("activity.signup_reminder") == sum(told)


def test_a_meeting() -> None:
    scene = hearing_at(H.ADJOURNED)
    first, second = scene.now + 20 * DAY, scene.now + 30 * DAY
    told = []
    for reason, day, since in (("人没到齐", first, scene.now), ("停电", second, first - DAY)):
        with clock.at(since):
            sessions.reschedule(scene.worker, scene.pk, reason=reason, resumes_at=day, place="礼堂")
        with clock.at(day - timedelta(hours=20)):
            told += [reminding.remind(scene.pk), reminding.remind(scene.pk)]

    assert told[0] > 0
    assert told == [told[0], 0, told[0], 0]
    assert made(reminding.REMINDER.name) == sum(told)


def test_a_reception_day() -> None:
    desk = make_desk()
    make_booking(desk)
    before = desk.day.starts_at
    with clock.at(before - DAY):
        keep_reception_days()
    on = clock.day_of(before) + timedelta(days=7)
    with clock.at(before - timedelta(hours=20)):
        days.move(
            desk.director,
            desk.day.pk,
            host=desk.day.host,
            on=on,
            begins=time(14),
            ends=time(16),
            place="茶室",
        )
    with clock.at(before + 6 * DAY):
        keep_reception_days()
        keep_reception_days()

    assert Notice.objects.filter(kind__endswith="reminder", user=desk.resident).count() == 2


def test_the_end_of_a_survey() -> None:
    world = make_survey()
    end = world.survey.closes_at
    assert end is not None
    told = []
    for moment, later in ((end, end + 20 * DAY), (end + 20 * DAY, None)):
        with clock.at(moment - 2 * DAY):
            told += [course.remind_before_end(), course.remind_before_end()]
            if later:
                course.extend(world.director, world.pk, later, "人还不够")

    assert told == [1, 0, 1, 0]
    assert made("survey.reminder") == sum(told)


def test_the_end_of_a_vote() -> None:
    place = make_place()
    vote = extendable(place)
    told = []
    with clock.at(CLOSES_AT - timedelta(hours=3)):
        told += [voting.remind(vote.pk), voting.remind(vote.pk)]
        voting.extend(place.director, vote.pk, LATER, "参与不足")
    with clock.at(LATER - timedelta(hours=3)):
        told += [voting.remind(vote.pk), voting.remind(vote.pk)]

    assert told[0] > 0
    assert told == [told[0], 0, told[0], 0]
    assert made("vote.ending") == sum(told)


def test_a_duty_that_comes_back_to_who_was_reminded_of_it() -> None:
    here = make_neighbourhood()
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    duty = make_duty(here)
    for _time in range(2):
        with clock.at(duty.due_at - timedelta(hours=2)):
            duties.remind()
            duties.remind()
            # As where it is handed on: whoever owes it now is reminded anew.
            Duty.objects.filter(pk=duty.pk).update(reminded_at=None)
        duty.due_at += DAY
        duty.save(update_fields=["due_at"])

    assert Notice.objects.filter(kind="duty.soon", user=worker).count() == 2


def test_a_key_alone_is_the_occasion_only_of_what_happens_once() -> None:
    """Every call in the portal that tells people, read: a new one is put into the table, or says which time it is."""
    found = set()
    for path in (settings.BASE_DIR / "portal").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            for said in call.keywords:
                if said.arg == "once_per" and ast.unparse(said.value).startswith("key("):
                    found.add(ast.unparse(call.args[0]))

    assert found == ONCE
