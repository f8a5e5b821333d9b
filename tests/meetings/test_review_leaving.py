"""Who leaves hands over: chairs, delegates' seats and invitations, and the review of a member; one human is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from portal.community import uniting
from portal.community.models import Appointment, Post, User
from portal.community.uniting import Union
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.gatherings.permissions import CHAIRED as CHAIRED_GATHERINGS
from portal.meetings.models import Part, Reviewed
from portal.meetings.reviews.permissions import CHAIRED
from portal.meetings.reviews.selectors import panel
from portal.meetings.reviews.services import planning, sessions
from portal.meetings.states.gathering import GatheringState as G
from portal.meetings.states.review import ReviewState as R
from portal.notifications.models import Notice
from portal.register.services import posts
from tests import factories
from tests.factories import person_of
from tests.meetings import review_factories as made
from tests.meetings.factories_gatherings import Round, gathering_at
from tests.meetings.review_factories import PLANNED_AT, Scene, make_scene, review_at

pytestmark = pytest.mark.django_db

# Whom the subdistrict appoints; the others the committee's director.
OF_OFFICE = (Post.DIRECTOR, Post.WORKER, Post.OVERSIGHT)


def owed(thing: Scene | Round) -> list[str]:
    """Who owes another chair."""
    return [duty.post for duty in Duty.objects.active().filter(kind="meeting.chair")]


def dismissed(thing: Scene | Round, user: User, follows: User | None = None) -> None:
    """An officer ends the only post of somebody, with a successor or without."""
    with clock.at(thing.now):
        held = Appointment.objects.get(
            person=user.person, post__in=[*OF_OFFICE, Post.DELEGATE, Post.PROPERTY]
        )
        officer = factories.make_user(post=Post.OFFICER, neighbourhood=thing.here.get_parent())
        posts.dismiss(
            officer if held.post in OF_OFFICE else thing.director,
            held.pk,
            person_of(follows) if follows else None,
        )


def test_the_chair_of_a_review_passes_to_the_successor() -> None:
    scene = review_at(R.ANNOUNCED)
    follows = factories.make_user(post=Post.OVERSIGHT, neighbourhood=scene.here)
    dismissed(scene, scene.oversight, follows)
    assert (scene.fresh().chair, owed(scene)) == (person_of(follows), [])
    assert Notice.objects.filter(kind="meeting.chair_taken", user=follows).count() == 1


@pytest.mark.parametrize("kind", ["reviews", "gatherings"])
def test_without_a_successor_the_committee_owes_another_chair_and_names_one(
    client: Client, kind: str
) -> None:
    scene: Scene | Round = review_at(R.ANNOUNCED) if kind == "reviews" else gathering_at(G.ANNOUNCED)
    gone = scene.oversight if isinstance(scene, Scene) else scene.director
    dismissed(scene, gone)
    assert owed(scene) == [Post.WORKER]
    url = f"/{kind}/{scene.pk}/name-chair/"
    with clock.at(scene.now):
        client.force_login(scene.worker)
        assert client.post(url, {"chair": person_of(scene.property).pk}).status_code == 422
        assert client.post(url, {"chair": person_of(scene.worker).pk}).status_code == 302
    assert (scene.fresh().chair, owed(scene)) == (person_of(scene.worker), [])


def test_another_chair_is_owed_before_the_meeting_itself() -> None:
    world = gathering_at(G.ANNOUNCED)
    starts_at = world.fresh().starts_at
    assert starts_at is not None
    world.now = starts_at - timedelta(hours=3)
    dismissed(world, world.director)
    assert [duty.due_at for duty in Duty.objects.active().filter(kind="meeting.chair")] == [starts_at]


def test_nobody_is_named_any_more_once_it_is_called_off() -> None:
    scene = review_at(R.ANNOUNCED)
    dismissed(scene, scene.oversight)
    with clock.at(scene.now):
        planning.cancel(scene.worker, scene.pk, reason="不开了")
    assert owed(scene) == []
    assert R.CLOSED not in CHAIRED
    assert G.PUBLISHED not in CHAIRED_GATHERINGS


def test_a_delegate_who_gives_up_the_post_is_off_the_list_and_the_committee_is_told() -> None:
    scene = review_at(R.ANNOUNCED)
    dismissed(scene, scene.delegates[0])
    assert panel(scene.fresh()).count() == 5
    assert Notice.objects.filter(kind="meeting.seat_left", user=scene.worker).count() == 1


def test_a_delegates_seat_goes_to_the_successor_but_not_twice() -> None:
    scene = review_at(R.ANNOUNCED)
    follows = factories.make_user(post=Post.DELEGATE, neighbourhood=scene.here)
    dismissed(scene, scene.delegates[0], follows)
    assert panel(scene.fresh()).filter(person=follows.person).count() == 1
    dismissed(scene, scene.delegates[1], follows)
    assert panel(scene.fresh()).count() == 5


def test_who_came_keeps_what_was_done() -> None:
    scene = review_at(R.IN_SESSION)
    dismissed(scene, scene.delegates[0])
    assert panel(scene.fresh()).count() == 6


def test_an_invitation_by_a_post_goes_with_it() -> None:
    world = gathering_at(G.ANNOUNCED)
    assert world.fresh().participants.filter(person=world.property.person).exists()
    dismissed(world, world.property)
    assert not world.fresh().participants.filter(person=world.property.person).exists()


def test_an_invitation_by_a_post_goes_to_the_successor_also_where_its_holder_goes_on_living_here() -> None:
    world = gathering_at(G.ANNOUNCED)
    factories.make_residency(person_of(world.property), factories.make_dwelling(within=world.here))
    follows = factories.make_user(post=Post.PROPERTY, neighbourhood=world.here)
    dismissed(world, world.property, follows)
    seats = world.fresh().participants
    assert not seats.filter(person=world.property.person).exists()
    assert seats.filter(person=follows.person, group=Post.PROPERTY.label).count() == 1
    assert Notice.objects.filter(kind="meeting.seat_taken", user=follows).count() == 1


def test_the_committee_is_told_when_the_member_under_review_leaves() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        scene.review = planning.plan_review(
            scene.director,
            scene.here.slug,
            title="小沈述职评议",
            reviewed=Reviewed.MEMBER,
            name="小沈",
            chair=person_of(scene.oversight),
            person=person_of(scene.worker),
        )
        made.announce_by(scene, scene.director)
    dismissed(scene, scene.worker)
    assert Notice.objects.filter(kind="meeting.reviewed_left", user=scene.director).count() == 1


def union_of(scene: Scene, kept: User, other: User) -> Union:
    """Two records of one human."""
    return Union(person_of(kept), person_of(other), scene.worker)


def test_a_delegate_with_two_records_has_one_seat_and_none_who_works_for_the_reviewed_a_ballot() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene(7)
        made.plan(scene)
        made.announce(scene, works_for=[person_of(scene.delegates[1]).pk])
    with clock.at(scene.now):
        uniting.unite(union_of(scene, scene.delegates[0], scene.delegates[1]))
    seats = scene.fresh().participants.filter(person=scene.delegates[0].person)
    assert [seat.part for seat in seats] == [Part.REVIEWED]
    with clock.at(made.HELD_AT):
        everybody = scene.fresh().participants.values_list("pk", flat=True)
        sessions.take_attendance(scene.worker, scene.pk, present=list(everybody))
        assert len(sessions.judges(scene.fresh())) == 5


def test_nobody_chairs_their_own_review_by_a_second_record() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        scene.review = planning.plan_review(
            scene.director,
            scene.here.slug,
            title="小沈述职评议",
            reviewed=Reviewed.MEMBER,
            name="小沈",
            chair=person_of(scene.oversight),
            person=person_of(scene.worker),
        )
        with pytest.raises(NotPossible):
            uniting.unite(union_of(scene, scene.oversight, scene.worker))
