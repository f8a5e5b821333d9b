"""Wanting to know what a neighbour asked: once a person, it raises the place in the inbox and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.community import uniting
from portal.community.models import Post as Office
from portal.community.models import User
from portal.community.uniting import Union
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.threads import services
from portal.threads.models import AlsoAsk, Post, Thread
from tests.factories import person_of
from tests.threads.factories import make_manager, make_neighbour, make_thread, make_worker, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return make_thread()


@pytest.fixture
def manager(thread: Thread) -> User:
    return make_manager(thread)


def ask(thread: Thread, body: str = "谁负责锁门？") -> tuple[Post, User]:
    asker = make_neighbour(thread)
    return say(asker, thread, body, asks=Office.PROPERTY), asker


def asking(post: Post) -> int:
    return Post.objects.get(pk=post.pk).asking


def test_it_counts_once_a_person_and_is_taken_back(thread: Thread, manager: User) -> None:
    (question, asker), other = ask(thread), make_neighbour(thread)
    owed = Duty.objects.values_list("due_at", "level", "remind_at").get()
    for _time in range(2):
        services.ask_too(other, question.pk)

    assert asking(question) == 1
    with pytest.raises(NotPossible):
        services.ask_too(asker, question.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        AlsoAsk.objects.create(post=question, person=person_of(other))
    assert Duty.objects.values_list("due_at", "level", "remind_at").get() == owed
    services.ask_no_more(other, question.pk)
    assert asking(question) == 0


def test_what_most_want_to_know_stands_first_unless_another_is_due_by_tomorrow(
    thread: Thread, manager: User
) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        older, _asker = ask(thread)
    wanted, _asker = ask(thread, "电梯哪天修？")
    services.ask_too(make_neighbour(thread), wanted.pk)

    assert list(Post.objects.waiting()) == [wanted, older]
    due = Post.objects.get(pk=older.pk).due_at
    assert due is not None
    with clock.at(due - timedelta(days=1)):
        assert list(Post.objects.waiting()) == [older, wanted]


def test_who_wants_to_know_is_told_of_the_answer_once(thread: Thread, manager: User) -> None:
    (question, asker), other, third = ask(thread), make_neighbour(thread), make_neighbour(thread)
    services.ask_too(other, question.pk)
    services.ask_too(third, question.pk)
    services.ask_no_more(third, question.pk)
    services.answer(manager, question.pk, body="物业负责。")

    told = Notice.objects.filter(kind="thread.answered_too")
    assert [notice.user for notice in told] == [other]
    assert Notice.objects.filter(user=asker, kind="thread.answered").count() == 1


def test_pages_show_how_many_and_whose_turn_it_is_next(thread: Thread, manager: User, client: Client) -> None:
    """One presses it on the question; whoever answers sees the number, what else can be done, and what waits next."""
    (question, _asker), other = ask(thread), make_neighbour(thread)
    make_worker(thread)
    act = reverse("threads:act", args=[question.pk, "ask-too"])
    client.force_login(other)
    assert act in client.get(reverse("threads:thread", args=[thread.pk])).text
    assert client.post(act).status_code == 302
    assert client.post(act).status_code in {302, 409}
    assert asking(question) == 1
    assert (
        reverse("threads:act", args=[question.pk, "ask-no-more"]) in client.get(f"/posts/{question.pk}/").text
    )
    second, _asker = ask(thread, "电梯哪天修？")

    client.force_login(manager)
    inbox = reverse("threads:questions", args=[thread.neighbourhood.slug])
    listed = client.get(inbox).text
    assert listed.index("谁负责锁门") < listed.index("电梯哪天修")
    page = client.get(reverse("threads:act", args=[question.pk, "answer"])).text
    assert reverse("threads:act", args=[question.pk, "hand-on"]) in page
    assert reverse("threads:act", args=[question.pk, "more-time"]) in page
    answered = {"body": "物业负责。"}
    assert client.post(reverse("threads:act", args=[question.pk, "answer"]), answered).url == inbox
    last = client.post(reverse("threads:act", args=[second.pk, "answer"]), answered)
    assert last.url == Post.objects.get(answers=second).place


def test_two_records_of_one_human_are_counted_once_and_never_beside_their_own_question(
    thread: Thread, manager: User
) -> None:
    (question, asker), one, two = ask(thread), make_neighbour(thread), make_neighbour(thread)
    for user in (one, two):
        services.ask_too(user, question.pk)
    worker = make_worker(thread)
    both = Union(person_of(one), person_of(two), worker, reason="同一人")
    uniting.unite(both)
    assert asking(question) == 1
    with_asker = Union(person_of(asker), person_of(one), worker, reason="同一人")
    uniting.unite(with_asker)
    assert asking(question) == 0
    with_asker.changes.undo()
    both.changes.undo()
    assert (asking(question), AlsoAsk.objects.count()) == (2, 2)


def test_the_database_holds_that_answers_stand_one_level_deep(thread: Thread) -> None:
    first = say(make_neighbour(thread), thread)
    second, third = (say(make_neighbour(thread), thread) for _time in range(2))
    other = make_thread()
    elsewhere = say(make_neighbour(other), other)
    Post.objects.filter(pk=second.pk).update(under=first)

    for post, under in ((third, second), (first, third), (third, elsewhere), (third, third)):
        with pytest.raises(IntegrityError, match="one_level_deep"), transaction.atomic():
            Post.objects.filter(pk=post.pk).update(under=under)
    values = {"author": first.author, "author_name": "邻", "body": "好", "under": second}
    with pytest.raises(IntegrityError, match="one_level_deep"), transaction.atomic():
        Post.objects.create(thread=thread, sequence=90, revision=90, **values)
