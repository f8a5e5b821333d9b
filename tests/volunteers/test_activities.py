"""An activity from draft to called off: who may, what is refused, who is told, what the record says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Dwelling, Ownership, Post, Visitor
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.volunteers.models import Activity, Shift, Visibility
from portal.volunteers.services import activities, signing
from portal.volunteers.spans import Span
from portal.volunteers.states import SignupState, Stage
from tests.concurrency import at_once
from tests.factories import (
    SINCE,
    make_estate,
    make_neighbourhood,
    make_person,
    make_resident,
    make_user,
    person_of,
)
from tests.meetings.factories import make_topic
from tests.volunteers.factories import Crew, make_activity, make_crew, make_shift, make_signup

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
VALUES: dict[str, Any] = {
    "title": "平安巡逻",
    "kind": "patrol",
    "content": "晚间巡逻",
    "place": "南门岗亭",
    "risks": "夜间注意车辆",
}


def ahead(days: int = 3, hours: int = 2, slots: int = 5) -> list[tuple[Span, int]]:
    """One time some days ahead."""
    start = (clock.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    return [(Span(start, start + hours * HOUR), slots)]


def drafted(crew: Crew, **values: Any) -> Activity:
    """A draft of the team's leader."""
    return activities.draft(crew.leader, crew.team.pk, {**VALUES, **values}, ahead())


def told(kind: str) -> list[int]:
    """Which accounts got news of a kind."""
    return sorted(Notice.objects.filter(kind=kind).values_list("user", flat=True))


# --- from draft to posted ---


def test_the_leader_writes_the_committee_posts_and_the_team_is_told() -> None:
    crew = make_crew()
    member = crew.member()
    activity = drafted(crew)
    assert (activity.stage, Entry.objects.count()) == (Stage.DRAFT, 0)

    activities.submit(crew.leader, activity.pk)
    duty = Duty.objects.get(subject=key(activity))
    assert (duty.kind, duty.post, duty.done_at) == ("activity.approve", Post.WORKER, None)
    activity = activities.approve(crew.worker, activity.pk)

    assert (activity.stage, activity.approved_by) == (Stage.POSTED, crew.worker)
    duty.refresh_from_db()
    assert duty.done_at is not None
    entry = Entry.objects.get()
    assert (entry.action, entry.subject, entry.title) == ("activity.posted", key(activity), "平安巡逻")
    assert told("activity.posted") == sorted(user.pk for user in (crew.leader, crew.recorder, member))


def test_the_committees_own_is_posted_at_once_and_owes_nothing() -> None:
    crew = make_crew()
    activity = activities.draft(crew.worker, crew.team.pk, VALUES, ahead())

    assert activities.submit(crew.worker, activity.pk).stage is Stage.POSTED
    assert Duty.objects.count() == 0


def test_it_is_sent_back_with_a_reason_and_sent_again() -> None:
    crew = make_crew()
    activity = drafted(crew)
    activities.submit(crew.leader, activity.pk)

    activity = activities.send_back(crew.worker, activity.pk, "请写明集合时间")

    assert (activity.stage, activity.returned_why) == (Stage.DRAFT, "请写明集合时间")
    assert told("activity.sent_back") == [crew.leader.pk]
    assert Duty.objects.active().count() == 0
    assert activities.submit(crew.leader, activity.pk).stage is Stage.SUBMITTED
    assert Duty.objects.active().count() == 1


def test_bodily_risk_without_insurance_is_never_posted() -> None:
    crew = make_crew()
    activity = drafted(crew, risky=True)

    with pytest.raises(NotPossible, match="insured|参保|保险"):
        activities.submit(crew.leader, activity.pk)
    activities.edit(crew.leader, activity.pk, {"insurance_number": "PICC-2026-118"})
    assert activities.submit(crew.leader, activity.pk).stage is Stage.SUBMITTED


def test_nothing_is_posted_without_a_time_that_lies_ahead() -> None:
    crew = make_crew()
    activity = drafted(crew)
    activities.submit(crew.leader, activity.pk)

    with clock.at(clock.now() + timedelta(days=4)), pytest.raises(NotPossible):
        activities.approve(crew.worker, activity.pk)


@pytest.mark.parametrize("act", ["submit", "approve", "send_back"])
def test_what_has_moved_on_is_not_done_twice(act: str) -> None:
    crew = make_crew()
    activity = make_activity(crew)
    more = ("说明",) if act == "send_back" else ()

    with pytest.raises(NotPossible):
        getattr(activities, act)(crew.worker, activity.pk, *more)


@pytest.mark.parametrize(
    ("who", "act", "error"),
    [
        ("recorder", "submit", Http404),
        ("leader", "approve", PermissionDenied),
        ("leader", "send_back", PermissionDenied),
        ("stranger", "call_off", Http404),
    ],
)
def test_others_may_not(who: str, act: str, error: type[Exception]) -> None:
    crew = make_crew()
    activity = drafted(crew)
    user = make_resident(within=crew.here) if who == "stranger" else getattr(crew, who)
    more = ("说明",) if act in {"send_back", "call_off"} else ()

    with pytest.raises(error):
        getattr(activities, act)(user, activity.pk, *more)


def test_after_posting_the_leader_changes_only_what_helps_and_the_signed_up_are_told() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    volunteer = make_resident(within=crew.here)
    make_signup(make_shift(activity), person_of(volunteer))

    with pytest.raises(NotPossible):
        activities.edit(crew.leader, activity.pk, {"risks": "没有风险"})
    activities.edit(crew.leader, activity.pk, {"bring": "手套"})
    activities.edit(crew.worker, activity.pk, {"risks": "梯子已加固"})

    assert [entry.data["fields"] for entry in Entry.objects.order_by("sequence")] == [["bring"], ["risks"]]
    assert told("activity.changed") == [volunteer.pk, volunteer.pk]


def test_it_carries_out_a_public_topic_of_here_only() -> None:
    crew = make_crew()
    topic = make_topic(crew.here)
    elsewhere = make_topic(make_neighbourhood())

    assert drafted(crew, about=key(topic)).about == key(topic)
    for wrong in (key(elsewhere), "topic:999999", "nothing:1", "topic:x", "topic:" + "9" * 40):
        with pytest.raises(NotPossible):
            drafted(crew, about=wrong)


# --- times ---


def test_a_series_is_added_each_with_its_own_secret() -> None:
    crew = make_crew()
    activity = drafted(crew)

    made = activities.add_shifts(crew.leader, activity.pk, [ahead(days)[0] for days in range(10, 70)], "北门")

    assert (len(made), {shift.place for shift in made}) == (60, {"北门"})
    assert len({shift.secret for shift in made}) == 60
    with pytest.raises(NotPossible):
        activities.add_shifts(crew.leader, activity.pk, [ahead(days)[0] for days in range(100, 161)])


@pytest.mark.parametrize(
    ("days", "hours", "slots"),
    [(-1, 2, 5), (3, 25, 5), (3, 0, 5), (3, -1, 5), (400, 2, 5), (3, 2, 0)],
    ids=["past", "25 hours", "no time", "backwards", "next year", "no place"],
)
def test_times_nobody_can_come_to_are_refused_and_nothing_is_half_done(
    days: int, hours: int, slots: int
) -> None:
    crew = make_crew()
    activity = drafted(crew)

    with pytest.raises(NotPossible):
        activities.add_shifts(crew.leader, activity.pk, [*ahead(5), *ahead(days, hours, slots)])
    assert activity.shifts.count() == 1


def test_the_same_time_at_the_same_place_is_there_once() -> None:
    crew = make_crew()
    activity = drafted(crew)

    with pytest.raises(NotPossible):
        activities.add_shifts(crew.leader, activity.pk, ahead())
    assert len(activities.add_shifts(crew.leader, activity.pk, ahead(), "北门")) == 1


def test_a_shift_is_moved_never_below_its_places_and_those_signed_up_are_told() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), slots=2)
    volunteer, waiting = make_resident(within=crew.here), make_resident(within=crew.here)
    make_signup(shift, make_person())
    make_signup(shift, person_of(volunteer))
    waits = make_signup(shift, person_of(waiting), SignupState.WAITLISTED)
    later = Span(shift.starts_at + HOUR, shift.ends_at + HOUR)

    with pytest.raises(NotPossible):
        activities.change_shift(crew.leader, shift.pk, shift.span, 1)
    activities.change_shift(crew.leader, shift.pk, shift.span, 5)
    waits.refresh_from_db()
    assert (told("shift.changed"), Entry.objects.count(), waits.state) == ([], 0, "accepted")
    moved = activities.change_shift(crew.leader, shift.pk, later, 5, "北门")

    assert (moved.span, moved.where) == (later, "北门")
    assert told("shift.changed") == sorted([volunteer.pk, waiting.pk])
    entry = Entry.objects.get()
    assert (entry.action, entry.subject) == ("shift.changed", key(shift))
    assert "volunteer" not in str(entry.data)


def test_what_has_begun_stands() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew))

    with clock.at(shift.starts_at):
        for change in (
            lambda: activities.change_shift(crew.leader, shift.pk, shift.span, 9),
            lambda: activities.call_off_shift(crew.leader, shift.pk, "下雨"),
        ):
            with pytest.raises(NotPossible):
                change()


# --- calling off ---


def test_one_time_is_called_off_the_others_stand() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    first, second = make_shift(activity), make_shift(activity, starts_at=clock.now() + timedelta(days=9))
    volunteer = make_resident(within=crew.here)
    signup = make_signup(first, person_of(volunteer))

    activities.call_off_shift(crew.leader, first.pk, "下雨")

    assert list(Shift.objects.posted().values_list("pk", flat=True)) == [second.pk]
    assert told("shift.called_off") == [volunteer.pk]
    signup.refresh_from_db()
    assert signup.state == SignupState.ACCEPTED
    assert Entry.objects.get().data["why"] == "下雨"


def test_a_whole_activity_is_called_off_and_each_volunteer_is_told_once() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    first, second = make_shift(activity), make_shift(activity, starts_at=clock.now() + timedelta(days=9))
    volunteer = make_resident(within=crew.here)
    make_signup(first, person_of(volunteer))
    make_signup(second, person_of(volunteer))

    called = activities.call_off(crew.leader, activity.pk, "台风")

    activity.refresh_from_db()
    assert ([shift.pk for shift in called], activity.stage) == ([first.pk, second.pk], Stage.CANCELLED)
    assert told("activity.called_off") == [volunteer.pk]
    assert [entry.action for entry in Entry.objects.all()] == ["activity.called_off"]
    with pytest.raises(NotPossible):
        activities.add_shifts(crew.leader, activity.pk, ahead(20))


def test_of_a_series_that_was_partly_held_only_the_rest_is_called_off() -> None:
    crew = make_crew()
    activity = make_activity(crew)
    held = make_shift(activity, starts_at=clock.now() - timedelta(days=2))
    running = make_shift(activity, starts_at=clock.now() - timedelta(minutes=5))
    coming = make_shift(activity)

    assert activities.call_off(crew.leader, activity.pk, "台风") == [coming]

    activity.refresh_from_db()
    assert activity.stage is Stage.POSTED
    assert list(Shift.objects.posted()) == [held, running]
    with pytest.raises(NotPossible):
        activities.call_off(crew.leader, activity.pk, "台风")


def test_a_draft_is_dropped_without_a_word_in_the_record() -> None:
    crew = make_crew()
    activity = drafted(crew)
    activities.submit(crew.leader, activity.pk)

    activities.call_off(crew.leader, activity.pk, "不办了")

    assert (Entry.objects.count(), Duty.objects.active().count()) == (0, 0)


def test_the_record_names_no_activity_that_not_everybody_reads() -> None:
    crew = make_crew()
    activity = drafted(crew, visibility=Visibility.TEAM, about=key(make_topic(crew.here)))
    activities.submit(crew.leader, activity.pk)
    activities.approve(crew.worker, activity.pk)

    entry = Entry.objects.get(action="activity.posted")
    assert (entry.title, entry.data) == (crew.team.name, {})


# --- who sees it: a second table, written by hand ---

EVERYBODY = {"nobody", "resident", "member", "recorder", "leader", "worker", "neighbour", "neighbours worker"}
HERE = {"resident", "member", "recorder", "leader", "worker"}
SEES = {
    ("draft", Visibility.EVERYONE): {"leader", "worker"},
    ("draft", Visibility.NEIGHBOURS): {"leader", "worker"},
    ("draft", Visibility.TEAM): {"leader", "worker"},
    ("submitted", Visibility.EVERYONE): {"leader", "worker"},
    ("posted", Visibility.EVERYONE): EVERYBODY,
    ("posted", Visibility.NEIGHBOURS): HERE,
    ("posted", Visibility.TEAM): {"member", "recorder", "leader", "worker"},
    ("called off", Visibility.EVERYONE): EVERYBODY,
    ("called off", Visibility.TEAM): {"member", "recorder", "leader", "worker"},
}
MOMENTS: dict[str, dict[str, Any]] = {
    "draft": {"approved_at": None, "approved_by": None},
    "submitted": {"approved_at": None, "approved_by": None, "submitted_at": clock.now()},
    "posted": {},
    "called off": {"cancelled_at": clock.now()},
}


@pytest.mark.parametrize(("moment", "visibility"), list(SEES))
def test_who_sees_an_activity_and_its_shifts(moment: str, visibility: Visibility) -> None:
    crew, other = make_crew(), make_neighbourhood()
    readers: dict[str, Visitor] = {
        "nobody": AnonymousUser(),
        "resident": make_resident(within=crew.here),
        "member": crew.member(),
        "recorder": crew.recorder,
        "leader": crew.leader,
        "worker": crew.worker,
        "neighbour": make_resident(within=other),
        "neighbours worker": make_user(post=Post.WORKER, neighbourhood=other),
    }
    activity = make_activity(crew, visibility=visibility, **MOMENTS[moment])
    shift = make_shift(activity)

    seeing = {
        who for who, user in readers.items() if Activity.objects.visible_to(user).filter(pk=activity.pk)
    }
    assert seeing == SEES[moment, visibility]
    assert {
        who for who, user in readers.items() if Shift.objects.visible_to(user).filter(pk=shift.pk)
    } == seeing


def test_whoever_owns_flats_in_a_thousand_buildings_sees_them_too() -> None:
    crew = make_crew()
    owner = make_resident(within=crew.here)
    estate = make_estate(parent=crew.here)
    model = type(estate)
    model.objects.bulk_create(
        model(
            kind="building",
            name=str(at),
            slug=f"many-{at}",
            depth=estate.depth + 1,
            path=f"{estate.path}{at:04}",
        )
        for at in range(1, 1001)
    )
    buildings = model.objects.filter(path__startswith=estate.path, kind="building")
    flats = Dwelling.objects.bulk_create(
        Dwelling(building=building, room="1", exclusive_area=8000) for building in buildings
    )
    Ownership.objects.bulk_create(
        Ownership(person=owner.person, dwelling=flat, since=SINCE, status="verified", verified_at=clock.now())
        for flat in flats
    )
    activity = make_activity(crew, visibility=Visibility.NEIGHBOURS)

    assert list(Activity.objects.visible_to(owner)) == [activity]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_who_post_at_once_post_it_once() -> None:
    crew = make_crew()
    activity = drafted(crew)
    activities.submit(crew.leader, activity.pk)
    workers = [crew.worker, crew.director]

    outcome = at_once(2, lambda n: activities.approve(workers[n], activity.pk), numbered=True)

    assert ([type(error) for error in outcome.errors], len(outcome.results)) == ([NotPossible], 1)
    assert Entry.objects.filter(action="activity.posted").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fewer_places_and_a_sign_up_at_once_never_leave_more_taken_than_there_are() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), slots=2)
    make_signup(shift, make_person())
    volunteer = make_resident(within=crew.here)

    def work(n: int) -> object:
        if n:
            return signing.sign_up(volunteer, shift.pk)
        return activities.change_shift(crew.leader, shift.pk, shift.span, 1)

    outcome = at_once(2, work, numbered=True)

    shift.refresh_from_db()
    assert [type(error) for error in outcome.errors] in ([], [NotPossible])
    assert (shift.taken <= shift.slots, shift.taken) == (True, shift.signups.accepted().count())
