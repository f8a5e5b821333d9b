from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from portal.community.models import Post as Office
from portal.community.permissions import Role
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.notifications.models import Notice
from portal.record import clock
from portal.record.errors import NotPossible
from portal.record.models import Entry
from portal.threads import services
from portal.threads.models import Flag, Post, Thread
from portal.threads.states import State
from tests.factories import make_neighbourhood, make_resident, make_user, person_of
from tests.threads.factories import (
    known,
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


# --- threads ---


def test_a_subject_has_one_thread() -> None:
    here = make_neighbourhood()

    first = services.open_thread("topic:1", neighbourhood=here, title="小门", url="/topics/1/")
    again = services.open_thread("topic:1", neighbourhood=here, title="小门", url="/topics/1/")

    assert (first.pk, first.sequence, first.is_open) == (again.pk, 0, True)


def test_a_closed_thread_takes_no_posts_until_it_is_opened_again() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)
    services.close_thread(thread.pk)

    with pytest.raises(NotPossible):
        say(neighbour, thread)

    services.open_thread(thread.subject, neighbourhood=thread.neighbourhood, title="", url="")
    assert say(neighbour, thread).sequence == 1


def test_a_retry_after_closing_gets_the_post_that_was_accepted() -> None:
    thread = make_thread()
    neighbour, key = make_neighbour(thread), uuid4()
    first = services.post(neighbour, thread.pk, body="赞成", key=key)
    services.close_thread(thread.pk)

    assert services.post(neighbour, thread.pk, body="赞成", key=key) == first


def test_closing_is_by_the_clock() -> None:
    thread = make_thread()
    thread.closes_at = clock.now() + timedelta(hours=1)
    thread.save()
    neighbour = make_neighbour(thread)
    say(neighbour, thread)

    with clock.at(thread.closes_at), pytest.raises(NotPossible):
        say(neighbour, thread)


# --- posts ---


def test_posts_are_numbered_and_signed_as_written() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread, name="陈阿姨")

    first, second = say(neighbour, thread), say(make_worker(thread), thread, "请大家说说。")

    assert [first.sequence, first.revision, second.sequence] == [1, 1, 2]
    assert (first.author_name, first.official, first.state) == ("陈阿姨", False, State.VISIBLE)
    assert second.author_name == "居委会 沈老师"
    person_of(neighbour).display_name = "别的名字"
    person_of(neighbour).save()
    first.refresh_from_db()
    assert first.author_name == "陈阿姨"


def test_posts_leave_no_entry_in_the_record_and_no_flood_of_news() -> None:
    thread = make_thread()
    say(make_neighbour(thread), thread)

    assert actions(thread) == []
    assert Notice.objects.count() == 0


def test_the_same_key_is_the_same_post() -> None:
    thread = make_thread()
    neighbour, key = make_neighbour(thread), uuid4()

    first = services.post(neighbour, thread.pk, body="赞成", key=key)
    again = services.post(neighbour, thread.pk, body="赞成", key=key)

    assert first == again
    assert Post.objects.count() == 1


def test_a_key_of_somebody_else_gives_nothing_away() -> None:
    thread = make_thread()
    key = uuid4()
    services.post(make_neighbour(thread), thread.pk, body="赞成", key=key)

    with pytest.raises(NotPossible):
        services.post(make_neighbour(thread), thread.pk, body="反对", key=key)


@pytest.mark.parametrize("body", ["", "  \n ", "字" * 4001])
def test_a_text_has_one_to_4000_characters(body: str) -> None:
    thread = make_thread()

    with pytest.raises(NotPossible):
        say(make_neighbour(thread), thread, body)


def test_4000_characters_are_kept() -> None:
    thread = make_thread()

    assert len(say(make_neighbour(thread), thread, "字" * 4000).body) == 4000


# --- pace ---


def test_a_new_account_posts_three_times_in_five_minutes_and_is_told_when_it_goes_on() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)
    start = clock.at_time(clock.today(), 14) + timedelta(days=2)
    # Everything of this neighbour is two days old.
    for minute in (0, 1, 2):
        with clock.at(start + timedelta(minutes=minute)):
            say(newcomer, thread)

    with clock.at(start + timedelta(minutes=4, seconds=59)), pytest.raises(NotPossible, match="14:05"):
        say(newcomer, thread)
    with clock.at(start + timedelta(minutes=5)):
        assert say(newcomer, thread).sequence == 4


def test_a_new_account_posts_ten_times_a_day() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)
    start = clock.now() + timedelta(days=1)
    for hour in range(10):
        with clock.at(start + timedelta(hours=hour)):
            say(newcomer, thread)

    with clock.at(start + timedelta(hours=11)), pytest.raises(NotPossible):
        say(newcomer, thread)
    with clock.at(start + timedelta(hours=24)):
        say(newcomer, thread)


def test_a_known_account_posts_twenty_times_in_five_minutes() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)
    for _time in range(20):
        say(neighbour, thread)

    with pytest.raises(NotPossible):
        say(neighbour, thread)
    with clock.at(clock.now() + timedelta(minutes=6)):
        say(neighbour, thread)


def test_a_flat_verified_long_ago_is_known_though_the_account_is_new() -> None:
    thread = make_thread()
    with clock.at(clock.now() - timedelta(days=8)):
        newcomer = make_resident(within=thread.neighbourhood)
    for _time in range(4):
        say(newcomer, thread)


def test_the_pace_holds_over_all_threads() -> None:
    first = make_thread()
    newcomer = make_resident(within=first.neighbourhood)
    for _time in range(3):
        say(newcomer, first)

    with pytest.raises(NotPossible):
        say(newcomer, make_thread(neighbourhood=first.neighbourhood))


def test_links_of_a_new_account() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)
    say(newcomer, thread, "http://a.example 和 www.b.example")

    with pytest.raises(NotPossible):
        say(newcomer, thread, "http://a.example https://b.example www.c.example")
    say(known(newcomer), thread, "http://a.example https://b.example www.c.example")


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
    assert (question.state, Duty.objects.standing().count()) == (State.ACKNOWLEDGED, 1)


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
    assert Duty.objects.standing().count() == 0

    later = clock.now() + timedelta(days=30)
    with clock.at(later):
        services.restore(worker, question.pk)

    question.refresh_from_db()
    due = add_working_days(later, 5).at
    assert (question.state, question.due_at, Duty.objects.standing().get().due_at) == (State.ASKED, due, due)


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

    duty = Duty.objects.standing().get()
    assert (duty.kind, duty.post) == ("thread.appeal", "oversight")
    with pytest.raises(PermissionDenied):
        services.uphold(worker, said.pk)
    services.uphold(overseer, said.pk)
    said.refresh_from_db()
    assert (said.state, Duty.objects.standing().count()) == (State.REMOVED, 0)
    with pytest.raises(NotPossible):
        services.restore(worker, said.pk)


def test_an_appeal_can_win() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)
    officer = make_user(post=Office.OFFICER, neighbourhood=thread.neighbourhood)
    said = say(author, thread)
    services.hide(worker, said.pk, "insult")
    services.appeal(author, said.pk, text="我只是提了意见。")
    assert Duty.objects.standing().get().post == "officer"

    services.restore(officer, said.pk)

    said.refresh_from_db()
    assert (said.state, said.appeal, Duty.objects.standing().count()) == (State.VISIBLE, "", 0)


def test_reports_count_once_a_person_hide_nothing_and_are_settled() -> None:
    thread = make_thread()
    said, first, second = say(make_neighbour(thread), thread), make_neighbour(thread), make_neighbour(thread)
    worker = make_worker(thread)

    for reporter in (first, first, second):
        services.flag(reporter, said.pk, reason="insult")
    said.refresh_from_db()
    assert (Flag.objects.count(), Duty.objects.standing().count(), said.state) == (2, 1, State.VISIBLE)

    services.keep(worker, said.pk)
    assert (Flag.objects.filter(settled_at=None).count(), Duty.objects.standing().count()) == (0, 0)
    assert news_of(first) == news_of(second) == ["thread.flag_settled"]
    services.flag(first, said.pk, reason="insult")
    assert Duty.objects.standing().count() == 0


def test_nothing_changes_what_was_written() -> None:
    assert [name for name in dir(services) if "edit" in name or "delete" in name] == []


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
