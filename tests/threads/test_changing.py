"""Changing a post's words, which stay readable, and taking it back, each for a while."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.community.models import Post as Office
from portal.community.models import User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.threads import services
from portal.threads.models import Earlier, Post, Thread
from portal.threads.states import State
from tests.threads.factories import make_manager, make_neighbour, make_question, make_thread, make_worker, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return make_thread()


@pytest.fixture
def ann(thread: Thread) -> User:
    return make_neighbour(thread)


def page(client: Client, post: Post) -> str:
    return client.get(reverse("threads:post", args=[post.pk])).content.decode()


# --- other words ---


def test_what_it_said_before_stays_readable_for_everybody(client: Client, thread: Thread, ann: User) -> None:
    start = clock.now()
    with clock.at(start):
        said = say(ann, thread, "门十点关")
    with clock.at(start + timedelta(minutes=3)):
        services.edit(ann, said.pk, body="门十点半关")
    with clock.at(start + timedelta(minutes=5)):
        services.edit(ann, said.pk, body="门十一点关")
        html = page(client, said)

    kept = list(Earlier.objects.values_list("body", "since", "until"))
    minutes = [
        (body, (since - start).seconds // 60, (until - start).seconds // 60) for body, since, until in kept
    ]
    assert minutes == [("门十点关", 0, 3), ("门十点半关", 3, 5)]
    assert [html.count(words) for words in ("门十点关", "门十点半关", "门十一点关")] == [1, 1, 1]
    assert html.count('id="earlier"') == 1


def test_saving_the_same_words_changes_nothing(thread: Thread, ann: User) -> None:
    said = say(ann, thread, "好")

    services.edit(ann, said.pk, body=" 好 ")

    assert (Earlier.objects.count(), Post.objects.get().edited_at) == (0, None)


def test_readers_get_the_new_words_and_nobody_is_told(client: Client, thread: Thread, ann: User) -> None:
    question = make_question(thread)
    told, recorded = Notice.objects.count(), Entry.objects.count()

    services.edit(User.objects.get(person=question.author), question.pk, body="谁锁门？")

    news = client.get(reverse("threads:news", args=[thread.pk]), {"after": 1}).json()
    assert [(post["n"], post["rev"], "谁锁门？" in post["html"]) for post in news["posts"]] == [(1, 2, True)]
    assert (Notice.objects.count(), Entry.objects.count()) == (told, recorded)
    assert Duty.objects.filter(kind="thread.answer").active().count() == 1


@pytest.mark.parametrize(("minutes", "may"), [(14, True), (15, False)])
def test_words_are_changed_for_a_quarter_of_an_hour(
    thread: Thread, ann: User, minutes: int, may: bool
) -> None:
    start = clock.now()
    with clock.at(start):
        said = say(ann, thread)
    with clock.at(start + timedelta(minutes=minutes)):
        if may:
            assert services.edit(ann, said.pk, body="二").body == "二"
        else:
            with pytest.raises(NotPossible):
                services.edit(ann, said.pk, body="二")


@pytest.mark.parametrize("body", ["", "  ", "\u200b", "字" * 4001])
def test_words_that_cannot_be_posted_cannot_replace_others(thread: Thread, ann: User, body: str) -> None:
    said = say(ann, thread, "好")

    with pytest.raises(NotPossible):
        services.edit(ann, said.pk, body=body)
    assert Post.objects.get().body == "好"


def test_nothing_changes_in_a_closed_discussion(thread: Thread, ann: User) -> None:
    said = say(ann, thread)
    services.close_thread(thread.pk)

    for act in (lambda: services.edit(ann, said.pk, body="二"), lambda: services.withdraw(ann, said.pk)):
        with pytest.raises(NotPossible):
            act()


def test_an_official_answer_is_neither_changed_nor_taken_back(client: Client, thread: Thread) -> None:
    manager = make_manager(thread)
    given = services.answer(manager, make_question(thread).pk, body="保安锁门。", key=uuid4())

    with pytest.raises(NotPossible):
        services.edit(manager, given.pk, body="物业锁门。")
    with pytest.raises(NotPossible):
        services.withdraw(manager, given.pk)
    for change in ({"edited_at": clock.now()}, {"withdrawn_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.filter(pk=given.pk).update(**change)
    client.force_login(manager)
    assert page(client, given).count("/edit/") == 0


# --- taking back ---


def test_a_stub_stays_with_its_answers(client: Client, thread: Thread, ann: User) -> None:
    said = say(ann, thread, "密语-77F2")
    services.post(make_neighbour(thread), thread.pk, body="听到了", key=uuid4(), to=1)

    services.withdraw(ann, said.pk)

    html = client.get(reverse("threads:thread", args=[thread.pk])).content.decode()
    assert (html.count("密语"), html.count("听到了"), html.count('data-to="1"')) == (0, 1, 1)
    assert Post.objects.get(pk=said.pk).state is State.WITHDRAWN
    assert page(client, said).count("密语") == 0
    client.force_login(ann)
    assert page(client, said).count("密语-77F2") == 1


def test_what_was_changed_and_taken_back_leaves_no_words(client: Client, thread: Thread, ann: User) -> None:
    said = say(ann, thread, "密语-77F2")
    services.edit(ann, said.pk, body="密文-88AA")
    services.withdraw(ann, said.pk)

    assert [page(client, said).count(words) for words in ("密语", "密文")] == [0, 0]


def test_no_answer_is_owed_to_what_was_taken_back(thread: Thread, ann: User) -> None:
    manager = make_manager(thread)
    said = say(ann, thread, "谁锁门？", asks=Office.PROPERTY)
    services.acknowledge(manager, said.pk)

    services.withdraw(ann, said.pk)

    assert Duty.objects.filter(kind="thread.answer").active().count() == 0
    assert Post.objects.waiting().count() == 0
    with pytest.raises(NotPossible):
        services.answer(manager, said.pk, body="保安。", key=uuid4())


def test_those_who_reported_it_learn_that_it_was_taken_back(thread: Thread, ann: User) -> None:
    said, reporter = say(ann, thread), make_neighbour(thread)
    make_worker(thread)
    services.flag(reporter, said.pk, reason="insult")

    services.withdraw(ann, said.pk)

    notice = Notice.objects.get(kind="thread.flag_settled")
    assert (notice.user, notice.params["decision"]) == (reporter, "withdrawn")
    assert Duty.objects.filter(kind="thread.flags").active().count() == 0


@pytest.mark.parametrize(("minutes", "may"), [(59, True), (60, False)])
def test_posts_are_taken_back_for_an_hour(thread: Thread, ann: User, minutes: int, may: bool) -> None:
    start = clock.now()
    with clock.at(start):
        said = say(ann, thread)
    with clock.at(start + timedelta(minutes=minutes)):
        if may:
            services.withdraw(ann, said.pk)
        else:
            with pytest.raises(NotPossible):
                services.withdraw(ann, said.pk)
    assert (Post.objects.get().state is State.WITHDRAWN) is may


def test_a_hidden_post_is_never_also_taken_back(thread: Thread, ann: User) -> None:
    said = say(ann, thread)
    services.hide(make_worker(thread), said.pk, "insult")

    with pytest.raises(NotPossible):
        services.withdraw(ann, said.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=said.pk).update(withdrawn_at=clock.now())
