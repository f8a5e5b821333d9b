"""The first contact of a topic, and who comes after one that left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from portal.community.models import Appointment, Post, User
from portal.deliberation.models import Topic
from portal.deliberation.services import contacts, execution
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.register import jobs
from portal.register.services import posts
from tests import factories
from tests.deliberation.factories import World

pytestmark = pytest.mark.django_db
KEEPS = "沈老师 会一直跟到办结"


def post_of(user: User) -> Appointment:
    """The post of somebody who holds one."""
    return Appointment.objects.get(person=user.person)


def page(client: Client, world: World, topic: Topic) -> str:
    """What everybody reads on a topic's page."""
    with world.at():
        return client.get(topic.get_absolute_url()).content.decode()


def test_the_page_names_no_contact_who_has_left_and_the_director_owes_another(client: Client) -> None:
    world = World()
    topic = world.announced()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)
    named = page(client, world, topic)
    with world.at():
        posts.dismiss(director, post_of(world.worker).pk)
    world.wait(2)
    left = page(client, world, topic)

    duty = Duty.objects.active().get(kind="topic.contact")
    assert (duty.post, duty.url) == (Post.DIRECTOR, f"/topics/{topic.pk}/name-contact/")
    assert (KEEPS in named, KEEPS in left) == (True, False)
    assert "居委会会一直跟进，并在" in left
    assert Entry.objects.filter(action="topic.contact_left").count() == 1


def test_the_director_names_another_where_the_duty_leads_and_they_are_told(client: Client) -> None:
    world = World()
    topic = world.announced()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here, name="王主任")
    follows = factories.make_user(post=Post.WORKER, neighbourhood=world.here, name="小李")
    with world.at():
        posts.dismiss(director, post_of(world.worker).pk)
        client.force_login(director)
        path = Duty.objects.active().get(kind="topic.contact").url
        asked = client.get(path)
        sent = client.post(path, {"contact": follows.person_id})

    assert (asked.status_code, sent.status_code, sent["Location"]) == (200, 302, topic.get_absolute_url())
    assert "小李 会一直跟到办结" in page(client, world, topic)
    assert not Duty.objects.active().filter(kind="topic.contact").exists()
    assert list(Notice.objects.filter(kind="topic.contact_named").values_list("user", flat=True)) == [
        follows.pk
    ]
    with world.at(), pytest.raises(NotPossible):
        contacts.name_contact(director, topic.pk, factories.person_of(world.proposer))
    with world.at(), pytest.raises(NotPossible):
        contacts.name_contact(director, topic.pk, factories.person_of(follows))


def test_the_successor_becomes_contact_of_all_topics_and_nobody_owes_one() -> None:
    world = World()
    topics = [world.announced(), world.announced(), world.announced()]
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)
    follows = factories.make_user(post=Post.WORKER, neighbourhood=world.here)
    with world.at():
        posts.dismiss(director, post_of(world.worker).pk, factories.person_of(follows))

    assert {Topic.objects.get(pk=one.pk).first_contact for one in topics} == {follows.person}
    assert not Duty.objects.filter(kind="topic.contact").exists()
    assert Notice.objects.filter(kind="topic.contact_named", user=follows).count() == 3


def test_a_contact_with_another_post_in_the_committee_stays() -> None:
    world = World()
    topic = world.announced()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)
    held = post_of(world.worker)
    factories.make_appointment(factories.person_of(world.worker), Post.WORKER, world.estate)
    with world.at():
        posts.dismiss(director, held.pk)

    assert world.fresh(topic).first_contact == world.worker.person


def test_a_post_that_ends_by_its_date_is_named_no_more_and_handed_over_by_the_clock(client: Client) -> None:
    world = World()
    topic = world.announced()
    factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)
    last = clock.day_of(world.now) + timedelta(days=2)
    Appointment.objects.filter(person=world.worker.person).update(until=last)
    before = page(client, world, topic)
    world.wait(2)
    after = page(client, world, topic)
    with world.at():
        jobs.departures.settle_ended()
        jobs.departures.settle_ended()

    assert (KEEPS in before, KEEPS in after) == (True, False)
    assert Duty.objects.active().filter(kind="topic.contact").count() == 1
    assert world.fresh(topic).first_contact is None


def test_a_topic_that_ends_owes_no_contact_any_more() -> None:
    world = World()
    topic = world.evaluating()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here)
    with world.at():
        posts.dismiss(director, post_of(world.worker).pk)
    world.wait(60)
    with world.at():
        execution.close(director, topic.pk, "办好了")

    assert not Duty.objects.active().filter(kind="topic.contact").exists()


def test_the_page_says_who_stands_in_while_the_contact_is_on_leave(client: Client) -> None:
    world = World()
    topic = world.announced()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here, name="王主任")
    first = clock.day_of(world.now) + timedelta(days=1)
    with world.at():
        held = post_of(world.worker)
        posts.name_deputy(director, held.pk, factories.person_of(director), first, first + timedelta(days=2))

    shown = []
    for _day in range(4):
        shown.append("这几天由 王主任 代为负责" in page(client, world, topic))
        world.wait(1)
    assert shown == [False, True, True, False]
