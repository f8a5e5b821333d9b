"""An activity, or one of its times, that was called off by mistake takes place after all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.volunteers.models import Signup
from portal.volunteers.services import activities, reinstating, teams
from portal.volunteers.states import Phase, SignupState, Stage
from tests.factories import person_of
from tests.volunteers.factories import make_activity, make_crew, make_shift, make_signup

pytestmark = pytest.mark.django_db


def test_an_activity_takes_place_after_all_with_its_times_and_sign_ups_and_all_are_told() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    now = clock.now()
    soon, later = (make_shift(activity, starts_at=now + timedelta(days=days)) for days in (1, 5))
    gone = make_shift(activity, starts_at=now + timedelta(days=9))
    member = crew.member()
    make_signup(later, person_of(member))
    with clock.at(now):
        activities.call_off_shift(crew.leader, gone.pk, "下雨")
    with clock.at(now + timedelta(minutes=1)):
        activities.call_off(crew.leader, activity.pk, "台风")

    with clock.at(now + timedelta(days=2)):
        back = reinstating.reinstate(crew.leader, activity.pk, "没有台风")
        for shift in (soon, later, gone):
            shift.refresh_from_db()
        activity.refresh_from_db()

        # What was called off by itself stays so, and what would be over does not come back.
        assert ([shift.pk for shift in back], activity.stage) == ([later.pk], Stage.POSTED)
        assert [shift.phase for shift in (soon, later, gone)] == [
            Phase.CANCELLED,
            Phase.RECRUITING,
            Phase.CANCELLED,
        ]
    assert Signup.objects.get(shift=later).state == SignupState.ACCEPTED
    assert Notice.objects.filter(user=member, kind="activity.reinstated").count() == 1
    assert Entry.objects.latest("sequence").action == "activity.reinstated"


def test_the_rest_of_what_was_held_in_part_takes_place_after_all_in_one_go() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    now = clock.now()
    held, alone, first, second = (
        make_shift(activity, starts_at=now + timedelta(days=n)) for n in (1, 4, 6, 8)
    )
    with clock.at(now):
        activities.call_off_shift(crew.leader, alone.pk, "下雨")
    with clock.at(now + timedelta(days=2)):
        with pytest.raises(NotPossible):
            reinstating.reinstate(crew.leader, activity.pk, "没有取消")
        activities.call_off(crew.leader, activity.pk, "台风")

        back = reinstating.reinstate(crew.leader, activity.pk, "没有台风")

    activity.refresh_from_db()
    assert ([shift.pk for shift in back], activity.stage) == ([first.pk, second.pk], Stage.POSTED)
    held.refresh_from_db()
    assert held.cancelled_at is None


def test_when_all_its_times_have_come_it_stays_called_off() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    shift = make_shift(activity)
    activities.call_off(crew.leader, activity.pk, "台风")

    with clock.at(shift.starts_at), pytest.raises(NotPossible):
        reinstating.reinstate(crew.leader, activity.pk, "没有台风")


def test_what_waited_for_the_committee_waits_again() -> None:
    crew = make_crew()
    activity = make_activity(crew, approved_at=None, approved_by=None)
    make_shift(activity)
    activities.submit(crew.leader, activity.pk)
    activities.call_off(crew.leader, activity.pk, "不办了")

    reinstating.reinstate(crew.leader, activity.pk, "还是办")

    activity.refresh_from_db()
    assert activity.stage is Stage.SUBMITTED
    activities.approve(crew.worker, activity.pk)


def test_one_time_takes_place_after_all_and_whoever_waited_moves_up() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    shift = make_shift(activity, slots=1)
    holder, waits = crew.member(), crew.member()
    make_signup(shift, person_of(holder))
    make_signup(shift, person_of(waits), SignupState.WAITLISTED)
    activities.call_off_shift(crew.leader, shift.pk, "下雨")

    reinstating.reinstate_shift(crew.leader, shift.pk, "雨停了")

    shift.refresh_from_db()
    assert (shift.phase, shift.taken) == (Phase.FULL, 1)
    assert Notice.objects.filter(kind="shift.reinstated").count() == 2


def test_a_time_of_what_is_called_off_as_a_whole_waits_for_the_whole() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    shift = make_shift(activity)
    activities.call_off(crew.leader, activity.pk, "台风")

    with pytest.raises(NotPossible, match="整个活动|whole activity"):
        reinstating.reinstate_shift(crew.leader, shift.pk, "雨停了")


def test_a_time_that_would_have_begun_stays_called_off() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew))
    activities.call_off_shift(crew.leader, shift.pk, "下雨")

    with clock.at(shift.starts_at), pytest.raises(NotPossible):
        reinstating.reinstate_shift(crew.leader, shift.pk, "雨停了")


def test_the_activities_of_a_closed_team_stay_called_off() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    make_shift(activity)
    activities.call_off(crew.leader, activity.pk, "台风")
    teams.close(crew.worker, crew.team.pk)

    with pytest.raises(NotPossible):
        reinstating.reinstate(crew.worker, activity.pk, "没有台风")
