"""Minutes of any kind of meeting: two writers, corrections with replies, silence, sheets; and what was decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.actions.versions import Overtaken
from portal.community.models import Post
from portal.duties.models import Duty
from portal.duties.steps import step_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import day
from portal.meetings.live.services import running
from portal.meetings.minutes import deciding
from portal.meetings.minutes import services as minutes
from portal.meetings.minutes.log import prefilled
from portal.meetings.models import AgendaItem, Decision, Mark
from portal.meetings.states.decision import DecisionState
from portal.meetings.states.hearing import HearingState as H
from portal.record.hashing import digest
from portal.record.models import Entry
from portal.record.services import key
from tests.meetings.factories import Scene, hearing_at, mark_all

pytestmark = pytest.mark.django_db


def views(scene: Scene) -> dict[int, minutes.View]:
    return {one.pk: minutes.View("for") for one in minutes.came(scene.hearing)}


def decided(scene: Scene, **owner: object) -> Decision:
    day = clock.today() + timedelta(days=20)
    deciding.decide(scene.worker, scene.pk, text="装门禁", due_on=day, **(owner or {"post": Post.WORKER}))  # type: ignore[arg-type]
    return Decision.objects.get(meeting=scene.pk)


def test_whoever_saves_minutes_second_reads_the_other_text_first() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    seen = scene.fresh().version

    with clock.at(scene.now):
        minutes.draft_minutes(scene.worker, scene.pk, text="甲的稿", views=views(scene), version=seen)
        with pytest.raises(Overtaken):
            minutes.draft_minutes(scene.director, scene.pk, text="乙的稿", views=views(scene), version=seen)

    assert scene.fresh().minutes == "甲的稿"


def test_the_second_writer_sees_what_the_first_wrote_and_finds_all_that_was_typed(client: Client) -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    seen, first = scene.fresh().version, minutes.came(scene.hearing)[0]
    typed: dict[str, object] = {"text": "乙的稿", "version": seen, "once": "second-writer-1"}
    for one in minutes.came(scene.hearing):
        typed |= {f"stance_{one.pk}": "for", f"statement_{one.pk}": "乙听到的话"}
    client.force_login(scene.director)
    with clock.at(scene.now):
        said = views(scene) | {first.pk: minutes.View("against", "甲听到的话")}
        minutes.draft_minutes(scene.worker, scene.pk, text="甲的稿", views=said, version=seen)
        refused = client.post(f"/hearings/{scene.pk}/draft_minutes/", typed)
        page = refused.content.decode()
        beside = {one.label: one.text for one in refused.context["other_texts"]}
        typed |= {"version": refused.context["form"].data["version"], "once": "second-writer-2"}
        again = client.post(f"/hearings/{scene.pk}/draft_minutes/", typed)

    assert (refused.status_code, again.status_code) == (409, 302)
    assert "乙的稿" in page
    assert "甲的稿" in page
    assert {"甲的稿", "反对", "甲听到的话"} <= set(beside.values())
    assert scene.fresh().minutes == "乙的稿"


def test_text_correction_and_reply_are_all_printed(client: Client) -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    with clock.at(scene.now):
        minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.CORRECTED, correction="是 22:30 关门")
        one = scene.member(scene.delegates[0])
        minutes.reply_to_corrections(scene.worker, scene.pk, replies={one.pk: "录音里是 22:30，照改"})
        for user in scene.delegates[1:]:
            minutes.mark_minutes(user, scene.pk, mark=Mark.SIGNED)
        minutes.sign_minutes(scene.worker, scene.pk)
        page = client.get(reverse("meetings:minutes", args=[scene.pk])).content.decode()

    for words in (scene.fresh().minutes, "是 22:30 关门", "录音里是 22:30，照改", scene.fresh().minutes_hash):
        assert words in page


def test_minutes_without_replies_and_decisions_are_hashed_as_before() -> None:
    scene = hearing_at(H.MINUTES_SIGNED)
    body = minutes.minutes_body(scene.fresh(), list(scene.hearing.participants.order_by("pk")))

    assert set(body) == {"hearing", "title", "place", "starts_at", "rounds", "minutes", "panel"}
    assert all("reply" not in answer for answer in body["panel"])
    assert digest(body) == scene.fresh().minutes_hash


def test_a_new_correction_waits_for_a_new_reply() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    with clock.at(scene.now):
        minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.CORRECTED, correction="一")
        one = scene.member(scene.delegates[0])
        minutes.reply_to_corrections(scene.worker, scene.pk, replies={one.pk: "答一"})
        minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.CORRECTED, correction="二")

    assert scene.member(scene.delegates[0]).reply == ""


def test_minutes_close_without_the_silent_only_after_their_day() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    with clock.at(scene.now):
        minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.SIGNED)
        with pytest.raises(NotPossible):
            minutes.sign_minutes(scene.worker, scene.pk)
    with clock.at(scene.now + timedelta(days=20)):
        minutes.sign_minutes(scene.worker, scene.pk)

    assert Entry.objects.get(action="hearing.minutes_signed").data["silent"] == 2
    assert not Duty.objects.active().filter(kind="meeting.mark").exists()


def test_all_signatures_of_a_sheet_are_entered_at_once() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    marks = {scene.member(user).pk: (Mark.SIGNED, "") for user in scene.delegates}

    with clock.at(scene.now):
        minutes.mark_on_paper(scene.worker, scene.pk, marks=marks)
        minutes.sign_minutes(scene.worker, scene.pk)

    assert {one.channel for one in scene.hearing.participants.all()} == {"paper"}


def sheet_of(scene: Scene) -> dict[str, object]:
    first, *others = minutes.came(scene.hearing)
    said = {f"mark_{one.pk}": "signed" for one in others}
    return {f"mark_{first.pk}": "corrected", f"correction_{first.pk}": "是 22:30 关门", **said}


def test_after_the_sheet_corrections_are_answered_before_the_minutes_close(client: Client) -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    client.force_login(scene.worker)
    first = minutes.came(scene.hearing)[0]
    address = f"/hearings/{scene.pk}"
    with clock.at(scene.now):
        entered = client.post(f"{address}/mark_minutes_on_paper/", sheet_of(scene))
        closing = client.get(f"{address}/sign_minutes/").content.decode()
        duty = Duty.objects.active().get(subject=key(scene.hearing), kind="hearing.sign_minutes")
        before = step_of(duty, scene.worker)
        replied = client.post(f"{address}/reply_to_corrections/", {f"reply_{first.pk}": "录音里是 22:30"})
        after = step_of(duty, scene.worker)

    assert entered["Location"] == f"{address}/reply-to-corrections/"
    assert replied["Location"] == f"{address}/sign-minutes/"
    assert [way and way.name for way in (before, after)] == ["reply_to_corrections", "sign_minutes"]
    assert "还有 1 条更正意见" in closing


def test_a_sheet_entered_again_for_the_last_one_keeps_the_replies() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    first, *others = minutes.came(scene.hearing)
    with clock.at(scene.now):
        marks = {first.pk: (Mark.CORRECTED, "是 22:30 关门")}
        minutes.mark_on_paper(scene.worker, scene.pk, marks=marks)
        minutes.reply_to_corrections(scene.worker, scene.pk, replies={first.pk: "照改"})
        late = {one.pk: (Mark.SIGNED, "") for one in others}
        minutes.mark_on_paper(scene.worker, scene.pk, marks=marks | late)

    first.refresh_from_db()
    assert (first.correction, first.reply) == ("是 22:30 关门", "照改")
    assert Entry.objects.filter(action="hearing.marked").count() == 1 + len(others)


def test_the_minutes_begin_with_what_the_clock_noted() -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now):
        AgendaItem.objects.create(
            meeting=scene.hearing, number=1, title="介绍方案", began_at=clock.now(), outcome="讲完了"
        )
        decided(scene)

    text = prefilled(scene.hearing)
    assert "1. 介绍方案：讲完了" in text
    assert text.splitlines()[-1].startswith("→ 装门禁")


def test_minutes_of_several_rounds_name_each_day_and_end_with_the_agreed_text() -> None:
    scene = hearing_at(H.IN_SESSION)
    running.set_texts(scene.worker, scene.pk, final_text="22:30 关门", seconds=120)
    for number, at in enumerate((scene.now, scene.now + timedelta(days=7)), start=1):
        AgendaItem.objects.create(meeting=scene.hearing, number=number, title=f"第{number}次", began_at=at)

    lines = prefilled(scene.hearing).splitlines()
    days = [
        at for at, line in enumerate(lines) if line in {day(scene.now), day(scene.now + timedelta(days=7))}
    ]
    assert len(days) == 2
    assert "第1次" in "".join(lines[days[0] : days[1]])
    assert lines[days[1] + 1].endswith("2. 第2次")
    assert lines[-1] == "商定的文本：22:30 关门"


@pytest.mark.parametrize("minuted", [False, True])
def test_minutes_not_closed_are_read_by_those_who_took_part(client: Client, minuted: bool) -> None:
    scene = hearing_at(H.MINUTES_SIGNED if minuted else H.MINUTES_DRAFT)
    url = reverse("meetings:minutes", args=[scene.pk])

    assert client.get(url).status_code == (200 if minuted else 404)
    client.force_login(scene.delegates[0])
    assert client.get(url).status_code == 200


# --- what was decided ---


def test_a_decision_is_owed_by_its_owner_until_its_day() -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now):
        decision = decided(scene, person=scene.delegates[0].person)
        duty = Duty.objects.active().get(kind="decision.do")
        assert (duty.person, duty.subject) == (decision.person, key(decision))
        assert duty.due_at == clock.end_of(decision.due_on)

        deciding.done(scene.delegates[0], decision.pk, note="门禁装好了")

    decision.refresh_from_db()
    assert (decision.state, decision.done_note) == (DecisionState.DONE, "门禁装好了")
    assert not Duty.objects.active().filter(kind="decision.do").exists()


def test_a_decision_is_put_off_once_with_a_reason() -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now):
        decision = decided(scene)
        later = decision.due_on + timedelta(days=7)
        with pytest.raises(NotPossible):
            deciding.move(scene.worker, decision.pk, due_on=decision.due_on, why="缺件")
        deciding.move(scene.worker, decision.pk, due_on=later, why="缺件")
        with pytest.raises(NotPossible):
            deciding.move(scene.worker, decision.pk, due_on=later + timedelta(days=7), why="还是缺件")

        assert Duty.objects.active().get(kind="decision.do").due_at == clock.end_of(later)


def test_what_ended_by_mistake_is_owed_again() -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now):
        decision = decided(scene)
        deciding.drop(scene.worker, decision.pk, note="不做了")
        deciding.owe_again(scene.worker, decision.pk, due_on=decision.due_on, why="弄错了")

        assert Duty.objects.active().filter(kind="decision.do").count() == 1


@pytest.mark.parametrize("owner", [{}, {"post": Post.WORKER, "body": "水务公司"}, {"post": Post.PROPERTY}])
def test_a_decision_has_exactly_one_owner_who_can_do_it(owner: dict[str, str]) -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now), pytest.raises(NotPossible):
        deciding.decide(scene.worker, scene.pk, text="…", due_on=clock.today(), **owner)


def test_the_database_holds_one_owner() -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now):
        decision = decided(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(body="水务公司")


def test_the_page_of_a_decision_shows_its_day_and_its_owner_the_button(client: Client) -> None:
    scene = hearing_at(H.IN_SESSION)
    with clock.at(scene.now):
        decision = decided(scene, person=scene.delegates[0].person)
        url = reverse("meetings:decision_act", args=[decision.pk, "done"])
        assert url not in client.get(decision.get_absolute_url()).content.decode()
        client.force_login(scene.delegates[0])
        assert url in client.get(decision.get_absolute_url()).content.decode()
        assert client.post(url, {"note": "好了"}).status_code == 302


def test_an_anonymised_participant_changes_no_published_hash() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    with clock.at(scene.now):
        mark_all(scene)
        minutes.sign_minutes(scene.worker, scene.pk)
    before = scene.fresh().minutes_hash
    for one in scene.hearing.participants.all():
        type(one.person).objects.filter(pk=one.person_id).update(real_name="已注销")

    body = minutes.minutes_body(scene.fresh(), list(scene.hearing.participants.order_by("pk")))
    assert digest(body) == before
