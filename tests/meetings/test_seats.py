"""Seats of a hearing, and the chair, when somebody leaves."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.community.models import Appointment, Post, Residency
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Hearing
from portal.meetings.services import registrations, seats, sessions
from portal.meetings.states.hearing import HearingState as H
from portal.notifications.models import Notice
from portal.register.services import joining, leaving, posts
from tests import factories
from tests.meetings.factories import Scene, attend, draft, hearing_at, person

pytestmark = pytest.mark.django_db


def move_out(scene: Scene, place: int) -> None:
    """A delegate says that they have moved away."""
    user = scene.delegates[place]
    with clock.at(scene.now):
        joining.leave(user, Residency.objects.get(person=user.person).pk)


def owed(kind: str) -> list[str]:
    """To whom something about the hearing is owed."""
    return list(Duty.objects.active().filter(kind=kind).values_list("post", flat=True))


def test_whoever_moved_away_makes_no_quorum_until_somebody_else_has_the_seat() -> None:
    scene = hearing_at(H.CONFIRMED)
    move_out(scene, 0)
    move_out(scene, 1)
    new = factories.make_resident(within=scene.here)

    assert owed("hearing.replace") == [Post.WORKER]
    with clock.at(scene.now):
        with pytest.raises(NotPossible, match=scene.delegates[0].public_name):
            attend(scene)
        here = scene.member(scene.delegates[2])
        sessions.take_attendance(scene.worker, scene.pk, present=[here.pk])
        with pytest.raises(NotPossible, match="1"):
            sessions.begin(scene.worker, scene.pk)
        seat = scene.member(scene.delegates[0])
        seats.replace_delegate(scene.worker, scene.pk, seat=seat.pk, person=person(new))
        assert owed("hearing.replace") == [Post.WORKER]
        taken = scene.hearing.participants.get(person=new.person)
        sessions.take_attendance(scene.worker, scene.pk, present=[here.pk, taken.pk])
        sessions.begin(scene.worker, scene.pk)

    assert (taken.pk, taken.group, scene.fresh().state) == (seat.pk, "业主", H.IN_SESSION)
    assert owed("hearing.replace") == []
    assert Notice.objects.filter(kind="hearing.replaced", user=new).count() == 1
    assert Notice.objects.filter(kind="hearing.seat_passed", user=scene.delegates[0]).count() == 1


def test_who_is_noted_as_here_and_moves_away_before_the_session_does_not_count() -> None:
    scene = hearing_at(H.CONFIRMED)
    with clock.at(scene.now):
        attend(scene, 2)
    move_out(scene, 0)
    with clock.at(scene.now), pytest.raises(NotPossible):
        sessions.begin(scene.worker, scene.pk)

    assert scene.fresh().state == H.CONFIRMED


def test_what_was_said_before_the_seat_passed_stays_with_who_said_it() -> None:
    scene = hearing_at(H.ADJOURNED)
    came = scene.member(scene.delegates[0])
    new = factories.make_resident(within=scene.here)
    move_out(scene, 0)
    with clock.at(scene.now):
        seats.replace_delegate(scene.worker, scene.pk, seat=came.pk, person=person(new))
        later = scene.hearing.participants.sitting()
        assert later.count() == 3
        with clock.at(Hearing.objects.get(pk=scene.pk).starts_at or scene.now):
            attend_all = [member.pk for member in later]
            sessions.take_attendance(scene.worker, scene.pk, present=attend_all)
            sessions.begin(scene.worker, scene.pk)
            draft(scene)

    came.refresh_from_db()
    assert (came.replaced_at is not None, came.stance, came.group) == (True, "for", "业主")
    assert scene.hearing.participants.count() == 4


@pytest.mark.parametrize("who", ["stranger", "delegate", "chair"])
def test_a_seat_goes_only_to_a_neighbour_without_another_part(who: str) -> None:
    scene = hearing_at(H.REGISTRATION)
    people = {
        "stranger": factories.make_person(),
        "delegate": person(scene.delegates[1]),
        "chair": scene.hearing.chair,
    }
    seat = scene.member(scene.delegates[0])
    with clock.at(scene.now), pytest.raises(NotPossible):
        seats.replace_delegate(scene.worker, scene.pk, seat=seat.pk, person=people[who])


def test_a_new_delegate_leaves_the_observers_seat_and_a_leaving_observer_frees_it() -> None:
    scene = hearing_at(H.REGISTRATION)
    new, other = factories.make_resident(within=scene.here), factories.make_resident(within=scene.here)
    with clock.at(scene.now):
        registrations.register(new, scene.pk)
        registrations.register(other, scene.pk)
        seat = scene.member(scene.delegates[0])
        seats.replace_delegate(scene.worker, scene.pk, seat=seat.pk, person=person(new))
        leaving.close(other)

    assert scene.hearing.registrations.count() == 0


def test_the_chair_passes_to_the_successor_or_the_committee_owes_another(client: Client) -> None:
    scene, other = hearing_at(H.PANEL_SET), hearing_at(H.PANEL_SET)
    for one in (scene, other):
        officer = factories.make_user(post=Post.OFFICER, neighbourhood=one.here.get_parent())
        held = Appointment.objects.get(person=one.director.person)
        follows = person(one.worker) if one is scene else None
        with clock.at(one.now):
            posts.dismiss(officer, held.pk, follows)

    assert (scene.fresh().chair, owed("hearing.chair")) == (person(scene.worker), [Post.WORKER])
    with clock.at(other.now):
        client.force_login(other.worker)
        sent = client.post(f"/hearings/{other.pk}/name-chair/", {"chair": other.worker.person_id})
    assert (sent.status_code, other.fresh().chair, owed("hearing.chair")) == (302, person(other.worker), [])
    assert Notice.objects.filter(kind="hearing.chair_named", user=scene.worker).count() == 1


def test_nobody_owes_another_chair_of_a_hearing_that_was_held_without() -> None:
    scene = hearing_at(H.IN_SESSION)
    officer = factories.make_user(post=Post.OFFICER, neighbourhood=scene.here.get_parent())
    with clock.at(scene.now):
        posts.dismiss(officer, Appointment.objects.get(person=scene.director.person).pk, None)
        assert owed("hearing.chair") == [Post.WORKER]
        draft(scene)
    assert owed("hearing.chair") == []
