"""Answered is what has a visible answer, solved what whoever asked calls solved; what follows from both."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.community.models import Post as Office
from portal.community.models import User
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.duties.trends import Value, last_months
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.reports.counting import count
from portal.reports.drawing import sections
from portal.threads import services
from portal.threads.figures import became, called_solved
from portal.threads.models import Post
from portal.threads.outcomes import Outcome
from portal.threads.states import State
from tests.threads.factories import make_manager, make_neighbour, make_question, make_thread, make_worker, say

pytestmark = pytest.mark.django_db


def author_of(post: Post) -> User:
    return User.objects.get(person=post.author)


def manager_of(post: Post) -> User:
    return User.objects.get(person__appointments__post=Office.PROPERTY)


def answered(question: Post, because: str = "") -> Post:
    return services.answer(manager_of(question), question.pk, body="保安锁门。", because=because, key=uuid4())


def again(post: Post) -> Post:
    return Post.objects.drawn().select_related("thread__neighbourhood").get(pk=post.pk)


@pytest.fixture
def question() -> Post:
    return make_question(make_thread())


# --- answered is what has a visible answer ---


def test_hiding_the_answer_opens_the_question_again_with_its_clock(question: Post) -> None:
    was = question.due_at
    given = answered(question)

    services.hide(make_worker(question.thread), given.pk, "personal_data")

    asked, duty = again(question), Duty.objects.active().get()
    assert (asked.state, asked.answered_in, asked.due_at) == (State.ASKED, None, was)
    assert (duty.kind, duty.post, duty.due_at) == ("thread.answer", "property", was)
    told = Notice.objects.filter(kind="thread.reopened").values_list("user", flat=True)
    assert set(told) == {author_of(question).pk, manager_of(question).pk}


def test_where_its_day_is_over_one_working_day_is_left(question: Post) -> None:
    given = answered(question)
    later = clock.now() + timedelta(days=40)

    with clock.at(later):
        services.hide(make_worker(question.thread), given.pk, "personal_data")

    due = add_working_days(later, 1).at
    assert (again(question).due_at, Duty.objects.active().get().due_at) == (due, due)


def test_showing_the_answer_again_keeps_the_promise_as_it_was_kept(question: Post) -> None:
    given, worker = answered(question), make_worker(question.thread)
    before = again(question).answered_at
    services.hide(worker, given.pk, "insult")

    services.restore(worker, given.pk)

    asked = again(question)
    assert (asked.state, asked.answered_in, asked.answered_at) == (State.ANSWERED, given, before)
    assert Duty.objects.active().count() == 0


def test_another_answer_given_meanwhile_stands(question: Post) -> None:
    first, worker = answered(question), make_worker(question.thread)
    services.hide(worker, first.pk, "insult")
    second = answered(question)

    services.restore(worker, first.pk)

    assert again(question).answered_in == second
    assert [post.pk for post in again(first).answered] == [question.pk]


def test_all_that_one_answer_answered_is_open_again(question: Post) -> None:
    other = say(make_neighbour(question.thread), question.thread, "几点锁门？", asks=Office.PROPERTY)
    given = services.answer(manager_of(question), question.pk, body="十点半。", also=[other.pk], key=uuid4())

    services.hide(make_worker(question.thread), given.pk, "insult")

    assert {again(one).state for one in (question, other)} == {State.ASKED}
    assert Duty.objects.active().filter(kind="thread.answer").count() == 2


def test_a_question_hidden_itself_stays_so_when_its_answer_goes_and_comes(question: Post) -> None:
    given, worker = answered(question), make_worker(question.thread)
    services.hide(worker, question.pk, "insult")
    services.hide(worker, given.pk, "insult")
    assert (again(question).state, again(question).answered_at) == (State.HIDDEN, None)

    services.restore(worker, given.pk)
    services.restore(worker, question.pk)

    assert (again(question).state, Duty.objects.active().count()) == (State.ANSWERED, 0)


# --- what whoever asked says ---


@pytest.mark.parametrize("said", ["solved", "partly"])
def test_whoever_asked_says_what_became_of_it(question: Post, said: str) -> None:
    answered(question)

    services.outcome(author_of(question), question.pk, said=said)

    row = Outcome.objects.get()
    assert (row.said, row.channel, row.by_name, row.before) == (said, "online", question.author_name, "")
    assert Notice.objects.filter(user=manager_of(question), kind="thread.outcome").count() == 1
    assert Duty.objects.active().count() == 0


def test_it_is_changed_once_and_the_first_word_stays(question: Post) -> None:
    answered(question)
    author = author_of(question)
    services.outcome(author, question.pk, said="not")
    services.outcome(author, question.pk, said="solved", words="锁好了。")

    row = Outcome.objects.get()
    assert (row.said, row.before, row.changed) == ("solved", "not", True)
    assert Duty.objects.active().count() == 0
    with pytest.raises(NotPossible):
        services.outcome(author, question.pk, said="partly")


def test_the_database_keeps_the_trace_of_a_change(question: Post) -> None:
    given = answered(question)

    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(question=question, answer=given, said="solved", by_name="x", changed=True)


def test_a_callback_is_told_and_the_asker_can_change_it(question: Post) -> None:
    answered(question)
    worker = make_worker(question.thread)
    services.callback(worker, question.pk, said="solved", channel="phone")

    assert Notice.objects.filter(user=author_of(question), kind="thread.called_back").count() == 1
    with pytest.raises(NotPossible):
        services.callback(worker, question.pk, said="partly", channel="phone")
    services.outcome(author_of(question), question.pk, said="not")
    row = Outcome.objects.get()
    assert (row.said, row.channel, row.before) == ("not", "online", "solved")


def test_nobody_calls_back_about_an_answer_of_their_own() -> None:
    thread = make_thread()
    worker = make_worker(thread)
    asked = say(make_neighbour(thread), thread, "几点开门？", asks=Office.WORKER)
    services.answer(worker, asked.pk, body="九点。", key=uuid4())

    with pytest.raises(NotPossible):
        services.callback(worker, asked.pk, said="solved", channel="phone")


def test_what_cannot_be_done_is_never_called_solved(question: Post) -> None:
    answered(question, because="小门是消防通道，不能锁。")

    with pytest.raises(NotPossible):
        services.outcome(author_of(question), question.pk, said="solved")
    assert again(question).cannot_be_done == "小门是消防通道，不能锁。"


# --- what an answer has not solved is seen to again ---


def test_what_is_not_solved_is_seen_to_again_once(question: Post) -> None:
    answered(question)
    first = again(question).answered_at
    services.outcome(author_of(question), question.pk, said="not")
    duty = Duty.objects.active().get()
    assert (duty.kind, duty.due_at) == ("thread.again", add_working_days(clock.now(), 3).at)

    second = services.answer_again(manager_of(question), question.pk, body="换了锁。", key=uuid4())

    asked = again(question)
    assert (asked.answered_in, asked.answered_at, asked.verdict) == (second, first, None)
    services.outcome(author_of(question), question.pk, said="not")
    assert Duty.objects.active().count() == 0
    with pytest.raises(NotPossible):
        services.answer_again(manager_of(question), question.pk, body="又换了锁。", key=uuid4())


def test_a_second_answer_waits_for_the_asker_to_say_it_is_needed(question: Post) -> None:
    answered(question)

    with pytest.raises(NotPossible):
        services.answer_again(manager_of(question), question.pk, body="再说一次。", key=uuid4())


def test_a_question_hidden_and_shown_again_is_still_seen_to_again(question: Post) -> None:
    answered(question)
    services.outcome(author_of(question), question.pk, said="not")
    worker = make_worker(question.thread)

    services.hide(worker, question.pk, "insult")
    assert Duty.objects.active().count() == 0
    services.restore(worker, question.pk)
    assert Duty.objects.active().get().kind == "thread.again"


# --- the clocks, to the minute (domain 9.2): when it began, what is owed, until when ---

# 2026: 15 to 23 February rest for the Spring Festival, 14 and 28 February are worked.
CLOCKS = [
    ("2026-09-07 23:50", "thread.answer", "2026-09-15 00:00"),
    ("2026-02-13 23:50", "thread.answer", "2026-02-28 00:00"),
    ("2026-02-17 09:00", "thread.answer", "2026-03-01 00:00"),
    ("2026-09-07 08:00", "thread.again", "2026-09-11 00:00"),
    ("2026-02-13 23:50", "thread.again", "2026-02-26 00:00"),
    ("2026-09-11 17:30", "thread.flags", "2026-09-15 00:00"),
    ("2026-09-04 00:00", "thread.flags", "2026-09-08 00:00"),
]


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(("begins", "kind", "ends"), CLOCKS)
def test_every_clock_ends_when_the_table_says(begins: str, kind: str, ends: str) -> None:
    with clock.at(shanghai(begins)):
        question = make_question(make_thread())
        if kind == "thread.again":
            answered(question)
            services.outcome(author_of(question), question.pk, said="not")
        if kind == "thread.flags":
            services.flag(make_neighbour(question.thread), question.pk, reason="insult")

    assert Duty.objects.get(kind=kind).due_at == shanghai(ends)


# --- what is written after the answer reaches whoever answered ---


def test_what_the_asker_writes_after_the_answer_is_new_for_the_body(question: Post, client: Client) -> None:
    manager, author = manager_of(question), author_of(question)
    say(author, question.thread, "还有一句。")
    given = answered(question)
    assert Notice.objects.filter(kind="thread.more").count() == 0

    with clock.at(clock.now() + timedelta(days=3)):
        say(author, question.thread, "昨晚还是没锁。")
    say(make_neighbour(question.thread), question.thread, "我也看到了。")

    notice = Notice.objects.get(kind="thread.more")
    assert notice.user == manager
    client.force_login(manager)
    url = reverse("threads:questions", args=[question.neighbourhood.slug])
    assert question.get_absolute_url() in client.get(url, {"shown": "more"}).text
    say(manager, question.thread, "今晚去看。")
    assert question.get_absolute_url() not in client.get(url, {"shown": "more"}).text
    assert given.official


# --- what is counted ---


def test_the_rate_counts_only_what_is_called_solved() -> None:
    thread = make_thread()
    said = {"solved": "solved", "partly": "partly", "not": "not", "silent": "", "impossible": ""}
    make_manager(thread)
    for name, word in said.items():
        one = say(make_neighbour(thread), thread, "问题", asks=Office.PROPERTY)
        answered(one, because="不能做" if name == "impossible" else "")
        if word:
            services.outcome(author_of(one), one.pk, said=word)
    say(make_neighbour(thread), thread, "没人理", asks=Office.PROPERTY)
    gone = say(make_neighbour(thread), thread, "收回了", asks=Office.PROPERTY)
    services.withdraw(author_of(gone), gone.pk)
    month = last_months(1)[0]
    later = clock.now() + timedelta(days=20)
    here = thread.neighbourhood
    with clock.at(later):
        months = last_months(2)
        counted = [became(here, one) for one in months]
        total = {name: sum(one[name] for one in counted) for name in counted[0]}
        whole = sum(value.of for value in called_solved([here], months)[here.pk])
    assert total == dict.fromkeys([*said, "unanswered"], 1)
    assert whole == 6
    now = called_solved([here], [month])[here.pk][0]
    assert now == Value(20, 5)


def test_the_report_says_what_the_rate_counts(question: Post) -> None:
    answered(question)
    services.outcome(author_of(question), question.pk, said="solved")
    with clock.at(clock.now() + timedelta(minutes=1)):
        figures = count(question.neighbourhood, last_months(1)[0])

    said = "1 of 1 (100%); only what whoever asked, or a callback, calls solved"
    with translation.override("en"):
        assert said in [line.said for part in sections(figures) for line in part.lines]
        del figures["questions"]["silent"]
        assert said not in [line.said for part in sections(figures) for line in part.lines]


# --- on the page ---


def test_one_press_in_the_form_is_enough_and_looking_changes_nothing(question: Post, client: Client) -> None:
    given = answered(question)
    client.force_login(author_of(question))
    url = reverse("threads:act", args=[question.pk, "outcome"])
    assert url in client.get(given.get_absolute_url()).text
    client.get(url)
    assert Outcome.objects.count() == 0

    form = client.get(url)
    once = form.text.split('name="once" value="')[1].split('"')[0]
    answer = client.post(url, {"said": "partly", "once": once})

    assert (answer.status_code, Outcome.objects.get().said) == (302, "partly")
    page = client.get(question.get_absolute_url()).text
    assert "部分解决" in page
