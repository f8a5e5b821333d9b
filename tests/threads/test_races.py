"""Many at once, on a database that does not hide races."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.community.models import User
from portal.duties.models import Duty
from portal.kit.errors import NotPossible
from portal.threads import services
from portal.threads.models import Flag, Post, Reading, Thread
from tests.concurrency import at_once
from tests.factories import make_resident
from tests.threads.factories import (
    make_manager,
    make_neighbour,
    make_posts,
    make_question,
    make_thread,
    make_worker,
    say,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
N = 16


def fresh(user: User) -> User:
    """The account as another request would load it."""
    return User.objects.select_related("person").get(pk=user.pk)


def test_under_the_lock_each_post_has_the_next_number() -> None:
    thread = make_thread()
    people = [make_neighbour(thread) for _time in range(N)]

    outcome = at_once(N, lambda at: say(fresh(people[at]), thread), numbered=True)

    assert outcome.errors == []
    numbers = Post.objects.order_by("sequence").values_list("sequence", "revision")
    assert list(numbers) == [(at, at) for at in range(1, N + 1)]
    assert list(Thread.objects.values_list("length", "sequence")) == [(N, N)]


def test_without_the_lock_numbers_clash_and_the_constraint_holds() -> None:
    thread = make_thread()
    people = [make_neighbour(thread) for _time in range(N)]

    def careless(at: int) -> None:
        with transaction.atomic():
            length = Thread.objects.get(pk=thread.pk).length
            time.sleep(0.3)  # all have read before anybody writes, also on a busy machine
            Post.objects.create(
                thread=thread, sequence=length + 1, revision=length + 1, author=people[at].person, body="x"
            )
            Thread.objects.filter(pk=thread.pk).update(length=length + 1)

    outcome = at_once(N, careless, numbered=True)

    assert {type(error) for error in outcome.errors} == {IntegrityError}
    numbers = list(Post.objects.order_by("sequence").values_list("sequence", flat=True))
    assert numbers == sorted(set(numbers))


def test_a_form_sent_ten_times_at_once_is_one_post() -> None:
    thread = make_thread()
    neighbour, key = make_neighbour(thread), uuid4()

    outcome = at_once(10, lambda: services.post(fresh(neighbour), thread.pk, body="赞成。", key=key))

    assert outcome.errors == []
    assert {post.pk for post in outcome.results} == set(Post.objects.values_list("pk", flat=True))
    assert Post.objects.count() == 1


def test_the_pace_holds_when_all_comes_at_once() -> None:
    thread = make_thread()
    newcomer = make_resident(within=thread.neighbourhood)

    outcome = at_once(10, lambda: say(fresh(newcomer), thread))

    assert (len(outcome.results), {type(error) for error in outcome.errors}) == (3, {NotPossible})


def test_two_who_answer_at_once_give_one_answer() -> None:
    thread = make_thread()
    question = make_question(thread)
    managers = [make_manager(thread) for _time in range(6)]

    outcome = at_once(
        6,
        lambda at: services.answer(fresh(managers[at]), question.pk, body="好。", key=uuid4()),
        numbered=True,
    )

    assert (len(outcome.results), {type(error) for error in outcome.errors}) == (1, {NotPossible})
    assert Post.objects.filter(official=True).count() == 1
    assert Duty.objects.active().count() == 0


def test_hiding_and_answering_at_once_leave_a_sound_thread() -> None:
    thread = make_thread()
    question = make_question(thread)
    manager, worker = make_manager(thread), make_worker(thread)
    acts = [
        lambda: services.answer(fresh(manager), question.pk, body="好。", key=uuid4()),
        lambda: services.hide(fresh(worker), question.pk, "insult"),
        lambda: services.acknowledge(fresh(manager), question.pk),
    ]

    outcome = at_once(3, lambda at: acts[at](), numbered=True)

    assert {type(error) for error in outcome.errors} <= {NotPossible}
    thread.refresh_from_db()
    revisions = list(Post.objects.values_list("revision", flat=True))
    assert (max(revisions), len(revisions)) == (thread.sequence, thread.length)
    assert Duty.objects.active().count() == 0


def test_reports_of_many_at_once_open_one_duty() -> None:
    thread = make_thread()
    said = say(make_neighbour(thread), thread)
    people = [make_neighbour(thread) for _time in range(6)]

    outcome = at_once(
        12, lambda at: services.flag(fresh(people[at % 6]), said.pk, reason="insult"), numbered=True
    )

    assert outcome.errors == []
    assert (Flag.objects.count(), Duty.objects.active().count()) == (6, 1)


def test_one_subject_gets_one_thread() -> None:
    here = make_thread().neighbourhood

    outcome = at_once(
        8, lambda: services.open_thread("topic:77", neighbourhood=here, title="小门", url="/topics/77/")
    )

    assert outcome.errors == []
    assert len({thread.pk for thread in outcome.results}) == 1


def test_answered_and_handed_on_at_once_it_is_one_of_both() -> None:
    thread = make_thread()
    question, manager = make_question(thread), make_manager(thread)
    make_worker(thread)

    def move(at: int) -> None:
        if at % 2:
            services.hand_on(fresh(manager), question.pk, to="worker", reason="街面。")
        else:
            services.answer(fresh(manager), question.pk, body="好。")

    outcome = at_once(8, move, numbered=True)

    assert {type(error) for error in outcome.errors} <= {NotPossible, PermissionDenied}
    question.refresh_from_db()
    assert (question.answered_at is None) is hasattr(question, "handed")
    kinds = set(Duty.objects.active().values_list("kind", flat=True))
    assert kinds == ({"thread.answer", "thread.follow"} if hasattr(question, "handed") else set())


def test_two_answers_to_the_same_questions_at_once_are_one() -> None:
    thread = make_thread()
    first, manager = make_question(thread), make_manager(thread)
    second = say(make_neighbour(thread), thread, asks="property")
    pairs = [(first.pk, second.pk), (second.pk, first.pk)]

    def answer(at: int) -> None:
        one, other = pairs[at % 2]
        services.answer(fresh(manager), one, body="好。", also=[other])

    outcome = at_once(6, answer, numbered=True)

    assert {type(error) for error in outcome.errors} == {NotPossible}
    assert Post.objects.filter(official=True).count() == 1
    assert Duty.objects.active().count() == 0


def test_answers_to_an_answer_at_once_stand_under_the_same_post() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)
    first = say(neighbour, thread)
    services.post(neighbour, thread.pk, body="对", key=uuid4(), to=1)
    people = [make_neighbour(thread) for _time in range(8)]

    def answer(at: int) -> Post:
        return services.post(fresh(people[at]), thread.pk, body="对", key=uuid4(), to=2)

    outcome = at_once(8, answer, numbered=True)

    assert outcome.errors == []
    assert set(Post.objects.exclude(pk=first.pk).values_list("under", flat=True)) == {first.pk}


def test_taking_back_and_answering_at_once_leave_no_answer_under_a_stub_unseen() -> None:
    thread = make_thread()
    author, neighbour = make_neighbour(thread), make_neighbour(thread)
    said = say(author, thread)

    def act(at: int) -> Post:
        if at:
            return services.post(fresh(neighbour), thread.pk, body="对", key=uuid4(), to=1)
        return services.withdraw(fresh(author), said.pk)

    outcome = at_once(2, act, numbered=True)

    # Whoever came second: the answer that was first stays under the stub, one that came late was refused.
    assert [type(error) for error in outcome.errors] in ([], [NotPossible])
    assert Post.objects.count() == 2 - len(outcome.errors)
    assert Post.objects.get(pk=said.pk).withdrawn_at is not None


def test_two_tabs_that_tell_how_far_they_read_keep_the_farthest() -> None:
    thread = make_thread()
    make_posts(thread, N)
    neighbour = make_neighbour(thread)

    outcome = at_once(N, lambda at: services.read_up_to(fresh(neighbour), thread.pk, at + 1), numbered=True)

    assert outcome.errors == []
    assert list(Reading.objects.values_list("upto", flat=True)) == [N]
