"""Handing on and more time, each once; one answer to several questions; photos; the texts of a body."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from portal.community.models import Post as Office
from portal.community.models import Upload, User
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.kinds import body_of
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.threads import services
from portal.threads.models import AnswerText, HandOn, Post
from portal.threads.states import State
from tests.boards.factories import picture
from tests.factories import make_user
from tests.threads.factories import make_manager, make_neighbour, make_question, make_thread, make_worker, say

pytestmark = pytest.mark.django_db


def asked() -> tuple[Post, User, User]:
    """A question to the property manager, the manager, and a worker it can be handed on to."""
    thread = make_thread()
    manager, worker = make_manager(thread), make_worker(thread)
    return say(make_neighbour(thread), thread, "谁修围墙？", asks=Office.PROPERTY), manager, worker


def owed() -> dict[str, str]:
    return dict(Duty.objects.active().values_list("kind", "post"))


def told(user: User) -> list[str]:
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


def account(post: Post) -> User:
    return User.objects.get(person=post.author_id)


# --- handing on ---


def test_a_question_handed_on_is_owed_by_the_other_body_and_followed_by_the_first() -> None:
    question, manager, worker = asked()
    later = clock.now() + timedelta(hours=5)

    with clock.at(later):
        services.hand_on(manager, question.pk, to=Office.WORKER, reason="围墙属于街面，居委会协调。")

    question.refresh_from_db()
    assert (question.asks, question.first_contact, question.state) == ("worker", "property", State.ASKED)
    assert question.due_at == add_working_days(later, 5).at
    assert owed() == {"thread.answer": "worker", "thread.follow": "property"}
    assert (told(worker), told(account(question))) == (["thread.handed_to"], ["thread.handed_on"])
    entry = Entry.objects.get(action="thread.handed_on")
    assert entry.data == {"post": 1, "first": "property", "to": "worker"}


def test_the_asker_reads_to_whom_why_and_by_when() -> None:
    question, manager, _worker = asked()

    services.hand_on(manager, question.pk, to=Office.WORKER, reason="围墙属于街面。")

    notice = Notice.objects.get(kind="thread.handed_on")
    words = body_of(notice.kind, notice.params)
    assert "围墙属于街面。" in words
    assert "%(" not in words
    assert notice.url == question.get_absolute_url()


def test_its_answer_keeps_both_promises_and_the_first_contact_is_told() -> None:
    question, manager, worker = asked()
    services.hand_on(manager, question.pk, to=Office.WORKER, reason="街面。")

    services.answer(worker, question.pk, body="周五修。")

    assert owed() == {}
    assert told(manager) == ["thread.asked", "thread.followed"]
    assert told(account(question)) == ["thread.answered", "thread.handed_on"]


@pytest.mark.parametrize("to", ["property", "officer", "", "owners_committee"])
def test_it_goes_to_another_body_that_is_there(to: str) -> None:
    question, manager, _worker = asked()

    with pytest.raises(NotPossible):
        services.hand_on(manager, question.pk, to=to, reason="不归我们。")
    assert owed() == {"thread.answer": "property"}


def test_the_director_hands_nothing_on_to_the_own_committee() -> None:
    thread = make_thread()
    director = make_user(post=Office.DIRECTOR, neighbourhood=thread.neighbourhood)
    make_worker(thread)
    question = say(make_neighbour(thread), thread, asks=Office.DIRECTOR)

    with pytest.raises(NotPossible):
        services.hand_on(director, question.pk, to=Office.WORKER, reason="请社工答。")


def test_it_is_handed_on_once_by_whom_it_is_with_and_soon() -> None:
    question, manager, worker = asked()
    with pytest.raises(PermissionDenied):
        services.hand_on(worker, question.pk, to=Office.WORKER, reason="我来。")
    with pytest.raises(NotPossible), clock.at(add_working_days(clock.now(), 2).at):
        services.hand_on(manager, question.pk, to=Office.WORKER, reason="太晚。")
    with pytest.raises(NotPossible):
        services.hand_on(manager, question.pk, to=Office.WORKER, reason=" \u200b")

    services.hand_on(manager, question.pk, to=Office.WORKER, reason="街面。")

    with pytest.raises(NotPossible):
        services.hand_on(worker, question.pk, to=Office.PROPERTY, reason="还给物业。")
    with pytest.raises(PermissionDenied):
        services.answer(manager, question.pk, body="还是我答。")


def test_the_database_holds_that_it_is_another_body_and_once() -> None:
    question, _manager, _worker = asked()

    with pytest.raises(IntegrityError):
        HandOn.objects.create(post=question, first="worker", to="worker", reason="…", by_name="…")


def test_hidden_and_shown_again_both_owe_it_anew() -> None:
    question, manager, worker = asked()
    services.hand_on(manager, question.pk, to=Office.WORKER, reason="街面。")

    services.hide(worker, question.pk, "insult")
    assert owed() == {}
    services.restore(worker, question.pk)

    assert owed() == {"thread.answer": "worker", "thread.follow": "property"}


# --- more time ---


def test_more_time_has_a_reason_a_later_day_and_the_promise_follows() -> None:
    question, manager, _worker = asked()
    day = add_working_days(clock.now(), 12).last_day

    services.more_time(manager, question.pk, reason="要问配件厂家。", last_day=day)

    question.refresh_from_db()
    assert (question.state, question.due_at) == (State.ACKNOWLEDGED, clock.end_of(day))
    assert Duty.objects.active().get().due_at == question.due_at
    assert told(account(question)) == ["thread.later"]
    with pytest.raises(NotPossible):
        services.more_time(manager, question.pk, reason="再等等。", last_day=day + timedelta(days=1))


@pytest.mark.parametrize("working_days", [0, 5, 16])
def test_the_day_is_later_than_promised_and_within_the_rule(working_days: int) -> None:
    question, manager, _worker = asked()
    day = add_working_days(clock.now(), working_days).last_day

    with pytest.raises(NotPossible):
        services.more_time(manager, question.pk, reason="要问厂家。", last_day=day)


def test_what_is_overdue_gets_no_more_time() -> None:
    question, manager, _worker = asked()

    with pytest.raises(NotPossible), clock.at(question.due_at):
        services.more_time(manager, question.pk, reason="忘了。", last_day=clock.today() + timedelta(days=3))


def test_after_handing_on_the_other_body_has_its_own_time() -> None:
    question, manager, worker = asked()
    later = add_working_days(clock.now(), 1).at
    with clock.at(later):
        services.hand_on(manager, question.pk, to=Office.WORKER, reason="街面。")
        day = add_working_days(later, 15).last_day
        services.more_time(worker, question.pk, reason="要报街道。", last_day=day)

    dates = set(Duty.objects.active().values_list("kind", "due_at"))
    assert dates == {("thread.answer", clock.end_of(day)), ("thread.follow", clock.end_of(day))}


# --- one answer to several questions, photos ---


def test_one_answer_keeps_several_promises_and_each_asker_is_told() -> None:
    first, manager, _worker = asked()
    second, third = (
        say(make_neighbour(first.thread), first.thread, "围墙呢？", asks="property") for _n in "ab"
    )

    given = services.answer(manager, first.pk, body="周五修。", also=[third.pk, second.pk, first.pk])

    assert [post.pk for post in given.answered] == [first.pk, second.pk, third.pk]
    assert owed() == {}
    askers = [account(post) for post in (first, second, third)]
    assert [told(asker) for asker in askers] == [["thread.answered"]] * 3
    numbers = sorted(Post.objects.values_list("revision", flat=True))
    first.thread.refresh_from_db()
    assert (len(set(numbers)), max(numbers)) == (4, first.thread.sequence)


def test_an_answer_that_cannot_settle_all_settles_none() -> None:
    first, manager, worker = asked()
    elsewhere = make_question(make_thread(neighbourhood=first.neighbourhood))
    to_committee = say(make_neighbour(first.thread), first.thread, asks="worker")

    with pytest.raises(NotPossible):
        services.answer(manager, first.pk, body="周五。", also=[elsewhere.pk])
    with pytest.raises(PermissionDenied):
        services.answer(manager, first.pk, body="周五。", also=[to_committee.pk])
    services.answer(worker, to_committee.pk, body="好。")
    assert Post.objects.filter(official=True).count() == 1


def test_photos_are_read_by_all_until_the_answer_is_hidden() -> None:
    question, manager, worker = asked()

    given = services.answer(manager, question.pk, body="修好了。", photos=[picture()])
    assert [(file.public, given.author_name in file.alt) for file in given.files.all()] == [(True, True)]

    services.hide(worker, given.pk, "personal_data")
    assert Upload.objects.filter(public=True).count() == 0
    services.restore(worker, given.pk)
    assert Upload.objects.filter(public=True).count() == 1


# --- texts ---


def test_a_body_keeps_its_texts_to_itself() -> None:
    question, manager, worker = asked()
    slug = question.neighbourhood.slug
    kept = services.keep_text(manager, slug, title="报修", text="已登记，师傅 2 小时内联系您。")

    assert (kept.body, kept.by_name) == ("property", "物业 李经理")
    with pytest.raises(PermissionDenied):
        services.change_text(worker, kept.pk, title="报修", text="好。")
    with pytest.raises(PermissionDenied):
        services.keep_text(account(question), slug, title="我", text="我。")
    with pytest.raises(NotPossible):
        services.keep_text(manager, slug, title="报修", text="又一个。")
    services.keep_text(worker, slug, title="报修", text="请打物业电话。")
    services.change_text(manager, kept.pk, title="报修", text="师傅今天来。")
    assert AnswerText.objects.get(pk=kept.pk).text == "师傅今天来。"


def test_a_text_is_put_away_and_brought_back_unless_another_took_its_title() -> None:
    question, manager, _worker = asked()
    slug = question.neighbourhood.slug
    kept = services.keep_text(manager, slug, title="报修", text="甲。")
    services.put_away(manager, kept.pk)
    with pytest.raises(NotPossible):
        services.put_away(manager, kept.pk)
    other = services.keep_text(manager, slug, title="报修", text="乙。")
    with pytest.raises(NotPossible):
        services.bring_back(manager, kept.pk)
    services.put_away(manager, other.pk)

    assert services.bring_back(manager, kept.pk).away_at is None
