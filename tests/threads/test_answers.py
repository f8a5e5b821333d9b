from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.community.models import Post as Office
from portal.community.permissions import Role
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.threads import services
from portal.threads.models import Flag, Post, Thread
from portal.threads.states import State
from tests.factories import make_user
from tests.threads.factories import (
    make_manager,
    make_neighbour,
    make_posts,
    make_question,
    make_thread,
    make_worker,
    say,
)

pytestmark = pytest.mark.django_db


def actions(thread: Thread) -> list[str]:
    return list(
        Entry.objects.filter(chain=thread.neighbourhood.slug, subject=thread.subject)
        .order_by("sequence")
        .values_list("action", flat=True)
    )


def news_of(user: object) -> list[str]:
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


# --- asking and answering ---


def test_a_question_is_owed_in_working_days_and_told_to_the_asked_only() -> None:
    thread = make_thread()
    manager, neighbour = make_manager(thread), make_neighbour(thread)
    make_neighbour(thread)

    question = say(neighbour, thread, "谁负责锁门？", asks=Office.PROPERTY)

    duty = Duty.objects.get()
    assert (duty.kind, duty.subject, duty.post) == ("thread.answer", f"post:{question.pk}", "property")
    assert duty.due_at == question.due_at == add_working_days(clock.now(), 5).at
    assert question.state == State.ASKED
    assert list(Notice.objects.values_list("user", "kind")) == [(manager.pk, "thread.asked")]


def test_an_answer_keeps_the_promise_and_shows_the_time() -> None:
    thread = make_thread()
    manager, neighbour = make_manager(thread), make_neighbour(thread)
    question = say(neighbour, thread, "谁负责锁门？", asks=Office.PROPERTY)

    with clock.at(clock.now() + timedelta(hours=3)):
        given = services.answer(manager, question.pk, body="保安 22:30 锁门。", key=uuid4())

    question.refresh_from_db()
    assert (given.official, given.answers, given.author_name) == (True, question, "物业 李经理")
    assert (given.sequence, given.revision, question.sequence, question.revision) == (2, 2, 1, 3)
    assert (question.state, question.minutes_waited) == (State.ANSWERED, 180)
    duty = Duty.objects.get()
    assert (duty.done_at, duty.done_by) == (question.answered_at, manager)
    assert actions(thread) == ["thread.answered"]
    assert news_of(neighbour) == ["thread.answered"]


def test_the_record_proves_the_words_of_an_answer_without_repeating_them() -> None:
    question = make_question(make_thread())
    manager = make_manager(question.thread)

    services.answer(manager, question.pk, body="保安锁门。", key=uuid4())

    entry = Entry.objects.get(action="thread.answered")
    assert sorted(entry.data) == ["answer", "minutes", "question", "sha256"]


def test_a_question_is_answered_once() -> None:
    question = make_question(make_thread())
    manager = make_manager(question.thread)
    key = uuid4()
    first = services.answer(manager, question.pk, body="保安锁门。", key=key)

    assert services.answer(manager, question.pk, body="保安锁门。", key=key) == first
    with pytest.raises(NotPossible):
        services.answer(manager, question.pk, body="再答一次。", key=uuid4())


def test_a_promised_answer_may_come_after_the_thread_was_closed() -> None:
    question = make_question(make_thread())
    services.close_thread(question.thread_id)

    given = services.answer(make_manager(question.thread), question.pk, body="保安锁门。", key=uuid4())

    assert given.official


def test_a_question_can_be_acknowledged_without_stopping_the_clock() -> None:
    question = make_question(make_thread())

    services.acknowledge(make_manager(question.thread), question.pk)

    question.refresh_from_db()
    assert (question.state, Duty.objects.active().count()) == (State.ACKNOWLEDGED, 1)


def test_the_committee_passes_a_post_on_to_the_manager() -> None:
    thread = make_thread()
    make_manager(thread)
    said = say(make_neighbour(thread), thread)

    services.ask(make_worker(thread), said.pk, asks=Office.PROPERTY)

    said.refresh_from_db()
    assert (said.asks, said.state, said.revision) == ("property", State.ASKED, 2)


@pytest.mark.parametrize("asks", ["property", "officer", "nobody"])
def test_only_a_held_post_of_the_list_can_be_asked(asks: str) -> None:
    thread = make_thread()
    make_user(Role.OFFICER, neighbourhood=thread.neighbourhood)

    with pytest.raises(NotPossible):
        say(make_neighbour(thread), thread, asks=asks)
    assert Post.objects.count() == 0


# --- moderation ---


def test_hiding_leaves_a_placeholder_an_entry_and_a_way_to_appeal() -> None:
    thread = make_thread()
    make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood, name="孙阿姨")
    author, worker = make_neighbour(thread), make_worker(thread)
    said = say(author, thread, "301 室的王某某……")

    services.hide(worker, said.pk, "personal_data")

    said.refresh_from_db()
    assert (said.state, said.revision, said.body) == (State.HIDDEN, 2, "301 室的王某某……")
    entry = Entry.objects.get(action="thread.hidden")
    assert (entry.actor, entry.data) == ("居委会 沈老师", {"post": 1, "reason": "personal_data"})
    notice = Notice.objects.get(user=author)
    assert (notice.kind, notice.params["appeal"]) == ("thread.hidden", "居务监督委员会 孙阿姨")


@pytest.mark.parametrize("reason", ["", "disagrees", "HIDDEN"])
def test_disagreeing_is_no_reason(reason: str) -> None:
    said = say(make_neighbour(thread := make_thread()), thread)

    with pytest.raises(NotPossible):
        services.hide(make_worker(thread), said.pk, reason)


def test_hiding_a_question_drops_the_promise_and_restoring_gives_it_new_time() -> None:
    question = make_question(make_thread())
    worker = make_worker(question.thread)
    services.hide(worker, question.pk, "insult")
    assert Duty.objects.active().count() == 0

    later = clock.now() + timedelta(days=30)
    with clock.at(later):
        services.restore(worker, question.pk)

    question.refresh_from_db()
    due = add_working_days(later, 5).at
    assert (question.state, question.due_at, Duty.objects.active().get().due_at) == (State.ASKED, due, due)


def test_restoring_is_complete() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)
    said = say(author, thread)
    before = Post.objects.filter(pk=said.pk).values().get()

    services.hide(worker, said.pk, "off_topic")
    services.restore(worker, said.pk)

    after = Post.objects.filter(pk=said.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"revision"}
    assert actions(thread) == ["thread.hidden", "thread.restored"]
    assert news_of(author) == ["thread.hidden", "thread.restored"]


def test_an_appeal_is_decided_by_others() -> None:
    thread = make_thread()
    overseer = make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood)
    author, worker = make_neighbour(thread), make_worker(thread)
    said = say(author, thread)
    services.hide(worker, said.pk, "insult")

    services.appeal(author, said.pk, text="我只是提了意见。")

    duty = Duty.objects.active().get()
    assert (duty.kind, duty.post) == ("thread.appeal", "oversight")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(author)
    with translation.override("en"):
        assert (
            wording.deadline(duty.due_at)
            in client.get(reverse("threads:post", args=[said.pk])).content.decode()
        )
    with pytest.raises(PermissionDenied):
        services.uphold(worker, said.pk)
    services.uphold(overseer, said.pk)
    said.refresh_from_db()
    assert (said.state, Duty.objects.active().count()) == (State.REMOVED, 0)
    with pytest.raises(NotPossible):
        services.restore(worker, said.pk)


def test_an_appeal_can_win() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)
    officer = make_user(post=Office.OFFICER, neighbourhood=thread.neighbourhood)
    said = say(author, thread)
    services.hide(worker, said.pk, "insult")
    services.appeal(author, said.pk, text="我只是提了意见。")
    assert Duty.objects.active().get().post == "officer"

    services.restore(officer, said.pk)

    said.refresh_from_db()
    assert (said.state, said.appeal, Duty.objects.active().count()) == (State.VISIBLE, "", 0)


def test_reports_count_once_a_person_hide_nothing_and_are_settled() -> None:
    thread = make_thread()
    said, first, second = say(make_neighbour(thread), thread), make_neighbour(thread), make_neighbour(thread)
    worker = make_worker(thread)

    for reporter in (first, first, second):
        services.flag(reporter, said.pk, reason="insult")
    said.refresh_from_db()
    assert (Flag.objects.count(), Duty.objects.active().count(), said.state) == (2, 1, State.VISIBLE)

    services.keep(worker, said.pk)
    assert (Flag.objects.filter(settled_at=None).count(), Duty.objects.active().count()) == (0, 0)
    assert news_of(first) == news_of(second) == ["thread.flag_settled"]
    services.flag(first, said.pk, reason="insult")
    assert Duty.objects.active().count() == 0


def test_nothing_deletes_what_was_written() -> None:
    assert [name for name in dir(services) if "delete" in name or "remove" in name] == []


def test_posts_are_numbered_without_gaps_whatever_happens_to_them() -> None:
    thread = make_thread()
    make_posts(thread, 3)
    question = make_question(thread)
    services.answer(make_manager(thread), question.pk, body="好。", key=uuid4())
    services.hide(make_worker(thread), Post.objects.get(thread=thread, sequence=2).pk, "insult")

    thread.refresh_from_db()
    posts = Post.objects.filter(thread=thread)
    assert (thread.length, sorted(posts.values_list("sequence", flat=True))) == (5, [1, 2, 3, 4, 5])
    assert (thread.sequence, sorted(posts.values_list("revision", flat=True))) == (7, [1, 3, 5, 6, 7])
