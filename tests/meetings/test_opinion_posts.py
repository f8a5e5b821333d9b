"""Short posts of a discussion are statements of its map of opinions, from the first reaction on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.community import uniting
from portal.community.models import User
from portal.community.uniting import Union
from portal.kit.errors import NotPossible
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.opinions import services as opinions
from portal.record.services import key
from portal.threads import services, stances
from portal.threads.models import Post, Thread
from tests.factories import person_of
from tests.meetings.opinion_factories import Opined, make_opined

pytestmark = pytest.mark.django_db
TEXT = "小门晚上十点关。"


@dataclass
class Talk:
    """A topic under discussion, with one short post in it."""

    opined: Opined
    thread: Thread
    author: User
    post: Post

    def say(self, body: str, **told: object) -> Post:
        return services.post(self.author, self.thread.pk, body=body, key=uuid4(), **told)

    def counts(self) -> tuple[int, int]:
        post = Post.objects.get(pk=self.post.pk)
        return post.agreeing, post.reacting


@pytest.fixture
def talk() -> Talk:
    opined = make_opined(people=7, statements=1)
    thread = opined.topic.thread
    assert thread is not None
    author = opined.people[-1]
    return Talk(opined, thread, author, services.post(author, thread.pk, body=TEXT, key=uuid4()))


def test_the_first_reaction_makes_the_post_a_statement_of_the_map(talk: Talk) -> None:
    services.react(talk.opined.people[0], talk.post.pk, value=1)
    services.react(talk.opined.people[1], talk.post.pk, value=-1)
    services.react(talk.opined.people[0], talk.post.pk, value=0)

    statement = Statement.objects.get(post=talk.post)
    assert (statement.map.subject, statement.number, statement.text) == (key(talk.opined.topic), 2, TEXT)
    assert statement.person == talk.post.author
    assert sorted(statement.reactions.values_list("value", flat=True)) == [-1, 0]
    assert talk.counts() == (0, 2)
    assert not talk.opined.map.statements.unscreened().exists()


def test_a_map_begins_with_a_post(talk: Talk) -> None:
    Statement.objects.all().delete()
    OpinionMap.objects.all().delete()

    services.react(talk.opined.people[0], talk.post.pk, value=1)

    assert OpinionMap.objects.get().title == talk.opined.topic.title


def test_two_records_of_one_human_are_one_at_the_post(talk: Talk) -> None:
    one, two, worker = *talk.opined.people[:2], talk.opined.worker
    for user in (one, two):
        services.react(user, talk.post.pk, value=1)
    before = Post.objects.get(pk=talk.post.pk).revision
    union = Union(person_of(one), person_of(two), worker, reason="同一人")
    uniting.unite(union)

    assert talk.counts() == (1, 1)
    assert Post.objects.get(pk=talk.post.pk).revision > before
    union.changes.undo()
    assert talk.counts() == (2, 2)


def test_a_number_is_shown_and_told_from_five_people_on(talk: Talk, client: Client) -> None:
    thread = talk.thread
    thread.refresh_from_db()
    before = thread.sequence
    for user in talk.opined.people[:4]:
        services.react(user, talk.post.pk, value=1)
    thread.refresh_from_db()
    assert thread.sequence == before
    services.react(talk.opined.people[4], talk.post.pk, value=-1)
    services.react(talk.opined.people[5], talk.post.pk, value=-1)

    thread.refresh_from_db()
    assert (thread.sequence, talk.counts()) == (before + 1, (4, 6))
    news = client.get(reverse("threads:news", args=[thread.pk]), {"after": before}).json()
    assert [post["html"].count("赞成 4") for post in news["posts"]] == [1]


def test_what_is_said_on_the_map_counts_at_the_post(talk: Talk) -> None:
    services.react(talk.opined.people[0], talk.post.pk, value=1)
    statement = Statement.objects.get(post=talk.post)

    opinions.react(talk.opined.people[1], statement.pk, value=1)

    assert talk.counts() == (2, 2)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("字" * 141, {}),
        ("一\n二", {}),
        ("谁锁门？", {"asks": "worker"}),
        ("对", {"to": 1}),
        ("对", {"quote": 1}),
    ],
)
def test_only_short_sentences_that_stand_by_themselves_can_be_agreed_with(
    talk: Talk, body: str, told: dict[str, object]
) -> None:
    said = talk.say(body, **told)

    assert stances.reactable(said) is False
    with pytest.raises(NotPossible):
        services.react(talk.opined.people[0], said.pk, value=1)


def test_what_two_posts_say_alike_is_agreed_with_at_the_first(talk: Talk) -> None:
    services.react(talk.opined.people[0], talk.post.pk, value=1)
    again = talk.say(TEXT)

    with pytest.raises(NotPossible):
        services.react(talk.opined.people[0], again.pk, value=1)
    assert Statement.objects.filter(text=TEXT).count() == 1


def test_a_statement_that_was_put_before_is_that_of_the_post(talk: Talk) -> None:
    put = talk.opined.statements[0]
    said = talk.say(put.text)

    services.react(talk.opined.people[0], said.pk, value=1)

    assert Statement.objects.get(pk=put.pk).post == said


def test_words_that_neighbours_agree_with_stay(talk: Talk) -> None:
    services.react(talk.opined.people[0], talk.post.pk, value=1)

    with pytest.raises(NotPossible):
        services.edit(talk.author, talk.post.pk, body="小门不关。")
    with pytest.raises(NotPossible):
        services.withdraw(talk.author, talk.post.pk)


def test_a_hidden_post_takes_its_statement_with_it_and_brings_it_back(talk: Talk) -> None:
    services.react(talk.opined.people[0], talk.post.pk, value=1)
    statement = Statement.objects.get(post=talk.post)

    services.hide(talk.opined.worker, talk.post.pk, "insult")
    statement.refresh_from_db()
    assert (statement.state, statement.reason) == ("taken_down", "insult")
    with pytest.raises(NotPossible):
        opinions.restore(talk.opined.worker, statement.pk)

    services.restore(talk.opined.worker, talk.post.pk)
    statement.refresh_from_db()
    assert (statement.state, statement.reason) == ("shown", "")


def test_a_statement_taken_down_by_itself_stays_down(talk: Talk) -> None:
    services.react(talk.opined.people[0], talk.post.pk, value=1)
    statement = Statement.objects.get(post=talk.post)
    opinions.take_down(talk.opined.worker, statement.pk, "off_topic")
    services.hide(talk.opined.worker, talk.post.pk, "insult")
    services.restore(talk.opined.worker, talk.post.pk)

    statement.refresh_from_db()
    assert (statement.state, statement.reason) == ("taken_down", "off_topic")
    with pytest.raises(NotPossible):
        services.react(talk.opined.people[0], talk.post.pk, value=1)


def test_staff_and_strangers_do_not_react(talk: Talk) -> None:
    with pytest.raises(PermissionDenied):
        services.react(talk.opined.worker, talk.post.pk, value=1)
    assert Reaction.objects.count() == 0


def test_nothing_is_said_after_the_discussion(talk: Talk) -> None:
    services.close_thread(talk.thread.pk)

    with pytest.raises(NotPossible):
        services.react(talk.opined.people[0], talk.post.pk, value=1)


def test_the_database_knows_at_most_as_many_agreeing_as_reacting(talk: Talk) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=talk.post.pk).update(agreeing=2, reacting=1)


def test_one_press_on_the_page_counts_and_leads_back(talk: Talk, client: Client) -> None:
    reader = talk.opined.people[0]
    client.force_login(reader)
    address = talk.opined.topic.get_absolute_url()
    assert 'id="stance" method="post"' in client.get(address).content.decode()

    answer = client.post(reverse("threads:act", args=[talk.post.pk, "react"]), {"value": "1"})

    assert answer["Location"] == talk.post.place
    assert talk.counts() == (1, 1)
    assert f'data-mine="{talk.post.sequence}:1"' in client.get(address).content.decode()


def test_a_visitor_is_led_to_signing_in_and_then_asked(talk: Talk, client: Client) -> None:
    address = reverse("threads:act", args=[talk.post.pk, "react"])
    assert 'id="stance" method="get"' in client.get(talk.opined.topic.get_absolute_url()).content.decode()

    assert client.get(address, {"value": "1"}).status_code == 302
    client.force_login(talk.opined.people[0])
    page = client.get(address, {"value": "1"}).content.decode()

    assert (page.count("checked"), talk.counts()) == (1, (0, 0))
