"""What was passed on is owed an answer: by the body that has a post here, or by the committee that asks there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.community.models import Post, User
from portal.deliberation.models import Topic
from portal.deliberation.next_step import next_steps
from portal.deliberation.services import passing_on, undoing
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.deliberation.factories import World

pytestmark = pytest.mark.django_db


def passed_on(world: World, body: str = "", to: str = "") -> Topic:
    topic = world.screening()
    with world.at():
        passing_on.redirect(world.worker, topic.pk, to=to, body=body, reference="SH-88", reason="归他们管")
    return world.fresh(topic)


def owed(topic: Topic) -> list[tuple[str, str]]:
    return list(Duty.objects.active().about(key(topic)).values_list("kind", "post"))


@pytest.mark.parametrize("body", [Post.PROPERTY, Post.OFFICER, Post.OWNERS_COMMITTEE])
def test_a_body_with_a_post_owes_the_answer_and_is_told(body: Post) -> None:
    world = World()
    holder: User = {Post.PROPERTY: world.manager, Post.OFFICER: world.officer}.get(
        body
    ) or factories.make_user(post=body, neighbourhood=world.here)
    topic = passed_on(world, body)

    assert owed(topic) == [("topic.passed_on", body.value)]
    assert Notice.objects.filter(user=holder, kind="topic.passed_on_to_you").count() == 1
    with world.at():
        step = next_steps([topic])[topic.pk]
        assert step.by == Duty.objects.active().about(key(topic)).get().due_at
        passing_on.answer(holder, topic.pk, "下周三前修好。")
    topic = world.fresh(topic)

    assert (topic.answer, topic.answered_at, owed(topic)) == ("下周三前修好。", world.now, [])
    assert Duty.objects.get(kind="topic.passed_on").done_by == holder
    told = Notice.objects.filter(kind="topic.passed_on_answered").values_list("user", flat=True)
    assert {world.proposer.pk, world.worker.pk} <= set(told)
    assert Entry.objects.get(action="topic.passed_on_answered").data["text"] == "下周三前修好。"
    assert next_steps([topic]) == {}


def test_an_answer_is_put_right_and_the_one_before_stays_readable() -> None:
    world = World()
    topic = passed_on(world, Post.PROPERTY)
    with world.at():
        with pytest.raises(NotPossible):
            passing_on.correct_answer(world.manager, topic.pk, "修好了", "弄错了")
        passing_on.answer(world.manager, topic.pk, "下周三前修好。")
        with pytest.raises(NotPossible):
            passing_on.correct_answer(world.manager, topic.pk, " 下周三前修好。", "弄错了")
    client = Client()
    client.force_login(world.manager)
    with clock.at(world.now + timedelta(hours=3)):
        url = f"/topics/{topic.pk}/correct-answer/"
        assert "下周三前修好。" in client.get(url).content.decode()
        assert client.post(url, {"text": "下周五前修好。", "reason": "配件晚到"}).status_code == 302
        page = client.get(f"/topics/{topic.pk}/").content.decode()
    topic = world.fresh(topic)

    assert (topic.answer, owed(topic)) == ("下周五前修好。", [])
    assert all(text in page for text in ("下周五前修好。", "配件晚到", "下周三前修好。"))
    assert Entry.objects.get(action="topic.answer_corrected").data["reason"] == "配件晚到"
    assert Notice.objects.filter(kind="topic.answer_corrected", user=world.proposer).exists()
    with world.at(), pytest.raises(PermissionDenied):
        passing_on.correct_answer(world.proposer, topic.pk, "x", "y")


def test_of_a_body_without_a_post_the_committee_owes_what_it_said() -> None:
    world = World()
    topic = passed_on(world, to="12345")

    assert owed(topic) == [("topic.heard_back", "worker")]
    with world.at():
        for stranger in (world.proposer, world.manager, world.officer):
            with pytest.raises(PermissionDenied):
                passing_on.answer(stranger, topic.pk, "好的")
        passing_on.answer(world.worker, topic.pk, "市政答复：月底前修好。")
        with pytest.raises(NotPossible):
            passing_on.answer(world.worker, topic.pk, "又一次")
    assert owed(topic) == []


def test_nobody_is_owed_by_whom_there_is_not() -> None:
    world = World()
    topic = world.screening()
    with world.at():
        for asked in ({"body": Post.OWNERS_COMMITTEE}, {"body": "police"}, {"to": " "}):
            with pytest.raises(NotPossible):
                passing_on.redirect(world.worker, topic.pk, reason="归他们管", **asked)
        with pytest.raises(NotPossible):
            passing_on.redirect(world.worker, topic.pk, to="12345", reason=" ")
    assert world.fresh(topic).state == State.SCREENING


def test_taken_back_nobody_owes_an_answer_any_more() -> None:
    world = World()
    topic = passed_on(world, Post.PROPERTY)
    with world.at():
        undoing.undo_screening(world.worker, topic.pk, "还是我们来")
    topic = world.fresh(topic)

    assert owed(topic) == [("topic.screen", "worker")]
    assert (topic.responsible_post, topic.redirected_to) == ("", "")
    with world.at(), pytest.raises(PermissionDenied):
        passing_on.answer(world.manager, topic.pk, "晚了")
