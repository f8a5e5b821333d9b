"""Following is a private choice, above what holds of its own accord; what is owed to somebody comes in any case."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from portal.community.models import Area, Post, User
from portal.deliberation.models import Seconding, Topic
from portal.deliberation.selectors import concerned, followers
from portal.deliberation.services import screening
from portal.deliberation.states import State
from portal.notifications import following, outbox, services
from portal.notifications.kinds import Kind
from portal.notifications.models import Follow, Notice, Preference
from portal.record.services import key
from tests import factories
from tests.deliberation import factories as topics
from tests.notifications.factories import kind
from tests.threads import factories as threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(here: Area) -> Topic:
    return topics.make_topic(here)


@pytest.fixture
def chen() -> User:
    return factories.make_user()


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def test_who_chose_a_topic_hears_of_it_until_they_stop(topic: Topic, chen: User) -> None:
    assert chen not in followers(topic)

    following.choose(chen, key(topic), wanted=True)
    assert chen in followers(topic)

    following.choose(chen, key(topic), wanted=False)
    assert chen not in followers(topic)


def test_who_proposed_it_hears_of_it_in_any_case(topic: Topic) -> None:
    proposer = factories.make_account(person=topic.proposer)

    following.choose(proposer, key(topic), wanted=False)

    assert proposer in followers(topic)


def test_who_seconds_or_speaks_follows_and_can_stop(here: Area) -> None:
    topic = topics.make_topic(here, state=State.DISCUSSING)
    home = factories.make_dwelling(within=here)
    seconder, speaker = (factories.make_resident(dwelling=home) for _ in range(2))
    Seconding.objects.create(topic=topic, person=seconder.person, dwelling=home)
    threads.say(threads.known(speaker), topic.thread)

    for user in (seconder, speaker):
        assert following.look(user, key(topic)).wanted
        assert user in followers(topic)
        following.choose(user, key(topic), wanted=False)
        assert user not in followers(topic)


def test_what_was_chosen_of_a_topic_goes_along_when_it_is_merged(
    topic: Topic, chen: User, here: Area
) -> None:
    following.choose(chen, key(topic), wanted=True)
    other = topics.make_topic(here)

    Topic.objects.filter(pk=topic.pk).update(merged_into=other)

    assert chen in followers(other)


def test_who_follows_a_building_hears_of_topics_that_concern_it(here: Area, chen: User) -> None:
    building = factories.make_building(parent=here)
    topic = topics.make_topic(here, area=building)
    Follow.objects.create(user=chen, subject=key(building))

    assert (chen in concerned(topic), chen in followers(topic)) == (True, False)


def test_a_draft_of_somebody_else_cannot_be_followed(topic: Topic, chen: User) -> None:
    draft = topics.make_topic(topic.neighbourhood, state=State.DRAFT)

    assert browser(chen).post(f"/me/following/topic:{draft.pk}/", {"wanted": "yes"}).status_code == 404
    assert not Follow.objects.exists()


@pytest.mark.parametrize("subject", ["user:1", "topic:99999999999999999999", "nothing:3"])
def test_what_cannot_be_followed_does_not_exist(chen: User, subject: str) -> None:
    assert browser(chen).get(f"/me/following/{subject}/").status_code == 404


def test_the_page_tells_and_changes_it_and_only_for_oneself(topic: Topic, chen: User) -> None:
    address, own = f"/me/following/topic:{topic.pk}/", browser(chen)

    assert "You do not follow it" in own.get(address).content.decode()
    assert own.post(address, {"wanted": "yes"})["Location"] == address
    assert "Follow it no more" in own.get(address).content.decode()
    assert topic.title in own.get("/me/following/").content.decode()

    other = browser(factories.make_user())
    assert "You do not follow it" in other.get(address).content.decode()
    assert topic.title not in other.get("/me/following/").content.decode()


def test_pressing_twice_leaves_one_choice(topic: Topic, chen: User) -> None:
    for _ in range(2):
        following.choose(chen, key(topic), wanted=True)

    assert Follow.objects.count() == 1


def test_who_follows_a_post_reads_what_it_does_in_public(here: Area, chen: User) -> None:
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    held = worker.person.appointments.get()
    following.choose(chen, key(held), wanted=True)

    screening.reject(worker, topics.make_topic(here, state=State.SCREENING).pk, "已有规定")

    told = Notice.objects.get(user=chen)
    assert told.kind == "office.acted"
    assert worker.public_name in told.title
    assert told.matter == key(held)


def test_who_follows_the_post_and_the_topic_is_told_once(here: Area, chen: User) -> None:
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    topic = topics.make_topic(here, state=State.SCREENING)
    following.choose(chen, key(worker.person.appointments.get()), wanted=True)
    following.choose(chen, key(topic), wanted=True)

    screening.reject(worker, topic.pk, "已有规定")

    assert list(Notice.objects.filter(user=chen).values_list("kind", flat=True)) == ["topic.rejected"]


def test_the_posts_of_a_neighbourhood_can_be_chosen_from(here: Area, chen: User) -> None:
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)

    page = browser(chen).get(f"/me/following/posts/{here.slug}/").content.decode()

    assert f"/me/following/appointment:{worker.person.appointments.get().pk}/" in page


# --- the link out of a mail ---


def mailed(user: User, here: Area, opened: Kind, matter: str = "") -> str:
    """The address in the mail of a notice, and in its headers."""
    services.send(opened, [user], neighbourhood=here, occasion="1", url="/x/", matter=matter)
    outbox.send_due()
    (sent,) = mail.outbox
    (found,) = re.findall(r"https?://\S+(/out/\S+/)", str(sent.body))
    assert found in sent.extra_headers["List-Unsubscribe"]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(found)


def test_one_link_leads_out_of_a_topic_without_signing_in(
    topic: Topic, chen: User, here: Area, opened: Kind
) -> None:
    following.choose(chen, key(topic), wanted=True)
    address, anybody = mailed(chen, here, opened, key(topic)), Client(headers={"Accept-Language": "en"})

    assert "You follow it" in anybody.get(address).content.decode()
    assert chen in followers(topic)
    assert anybody.post(address, {"wanted": "no"})["Location"] == address
    assert chen not in followers(topic)
    assert "You do not follow it" in anybody.get(address).content.decode()


def test_the_button_of_a_mail_program_needs_one_request_and_no_token(
    topic: Topic, chen: User, here: Area, opened: Kind
) -> None:
    following.choose(chen, key(topic), wanted=True)
    address = mailed(chen, here, opened, key(topic))

    pressed = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})

    assert (pressed.status_code, chen in followers(topic)) == (204, False)


def test_of_what_cannot_be_followed_the_link_leads_out_of_its_group(
    chen: User, here: Area, opened: Kind
) -> None:
    address = mailed(chen, here, opened, "survey:1")

    Client().get(address)
    assert not Preference.objects.exists()
    Client().post(address)

    assert Preference.objects.get(user=chen).no_mail == ["test"]


def test_what_comes_in_any_case_has_no_link_out_and_says_so(chen: User, here: Area) -> None:
    with kind("test.right", title="A right", urgent=True) as urgent:
        services.send(urgent, [chen], neighbourhood=here, occasion="1", url="/x/")
        outbox.send_due()

    (sent,) = mail.outbox
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "/out/" not in sent.body


@pytest.mark.parametrize("token", ["x", "eyJ4IjoxfQ:abc", "W10:1"])
def test_a_link_that_was_not_made_here_leads_nowhere(token: str) -> None:
    assert Client().post(f"/out/{token}/").status_code == 404
