"""Every form of a hearing: the whole way over HTTP, and what bad input, double sending and old pages do."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.community.models import Post, User
from portal.community.permissions import Role
from portal.deliberation.states import State
from portal.kit import clock
from portal.meetings.actions import ACTIONS
from portal.meetings.hallvote import services as hallvote
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Hearing, Registration
from portal.meetings.permissions import NEEDS
from portal.meetings.services import hearings, registrations
from portal.meetings.states.hearing import HearingState as H
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.meetings.factories import (
    HELD_AT,
    PLANNED_AT,
    Scene,
    attend,
    hearing_at,
    make_hearing,
    make_scene,
    mark_all,
    person,
    register,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


def url_of(scene: Scene, action: str) -> str:
    """The address of an action's page."""
    return reverse("meetings:act", args=[scene.pk, action])


def send(client: Client, scene: Scene, user: User, action: str, **data: Any) -> Any:
    """Send an action's form at the scene's moment."""
    client.force_login(user)
    with clock.at(scene.now):
        return client.post(url_of(scene, action), {"once": uuid.uuid4().hex, **data})


def local(moment: datetime) -> str:
    """A moment as a browser's field for date and time sends it."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def member(scene: Scene, place: int) -> int:
    """The key of a delegate's seat on the panel."""
    return scene.member(scene.delegates[place]).pk


def good(scene: Scene, action: str) -> dict[str, Any]:
    """Sound input for an action's form."""
    lines = "\r\n".join(
        f"{person(user).real_name}，{'业主' if n % 2 == 0 else '租户'}"
        for n, user in enumerate(scene.delegates)
    )
    views: dict[str, Any] = {"text": "笔录\r\n正文", "version": scene.fresh().version}
    if action == "draft_minutes":
        for n, stance in enumerate(["for", "conditional", "against"]):
            views |= {f"stance_{member(scene, n)}": stance, f"statement_{member(scene, n)}": "我说"}
    next_round = {"reason": "先试一个月", "resumes_at": local(scene.now + timedelta(days=14))}
    return {
        "set_panel": {"groups": "业主，租户", "members": lines},
        "announce": {
            "starts_at": local(HELD_AT),
            "place": "茶室",
            "agenda": "一、介绍",
            "seats": 5,
            "notice_days": 7,
        },
        "replace_delegate": {"seat": member(scene, 0), "person": _neighbour(scene)}
        if action == "replace_delegate"
        else {},
        "open_draw": {
            "size": 3,
            "closes_at": local(PLANNED_AT + timedelta(days=3)),
            "quotas": "群体，业主，2，3",
        },
        "name_chair": {"chair": person(scene.worker).pk},
        "register": {"wants_to_speak": "on"},
        "register_for": {"person": _neighbour(scene), "channel": "phone"} if action == "register_for" else {},
        "take_attendance": {"present": list(scene.hearing.participants.values_list("pk", flat=True))},
        "adjourn": next_round,
        "reschedule": next_round,
        "draft_minutes": views,
        "open_vote": {"title": "晚上十点半关门"},
        "note_proxy": {"principal": member(scene, 0), "holder": member(scene, 1), "seen": "on"}
        if action == "note_proxy"
        else {},
        "end_proxy": {"proxy": scene.hearing.proxies.get().pk} if action == "end_proxy" else {},
        "mark_minutes": {"mark": "corrected", "correction": "是 22:30"},
        "decide": {
            "text": "装门禁",
            "post": "worker",
            "due_on": f"{clock.day_of(HELD_AT) + timedelta(days=40)}",
        },
        "mark_minutes_on_paper": {f"mark_{member(scene, 1)}": "signed"}
        if action == "mark_minutes_on_paper"
        else {},
        "reply_to_corrections": {f"reply_{member(scene, 0)}": "已照您说的改"}
        if action == "reply_to_corrections"
        else {},
        "issue_opinion": {
            "text": "多数赞成",
            "for": "少走路",
            "condition": "夜里关门\r\n登记门卡",
            "minority": "担心",
        },
        "answer": {
            f"{field}_{number}": value
            for number in range(1, 4)
            for field, value in (("verdict", "partly"), ("answer", "分步做"))
        },
        "postpone": {"reason": "台风"},
        "cancel": {"reason": "方案撤回"},
        "reinstate": {"reason": "取消错了"},
    }.get(action, {})


def _neighbour(scene: Scene) -> str:
    aged = factories.make_person(real_name=f"老赵{factories.number()}")
    factories.make_residency(aged, factories.make_dwelling(within=scene.here))
    return aged.real_name


# action: the state to try it in, where it leads, and who does it
STAGES: dict[str, tuple[H, H, str]] = {
    "open_draw": (H.PLANNED, H.PLANNED, "worker"),
    "set_panel": (H.PLANNED, H.PANEL_SET, "worker"),
    "announce": (H.PANEL_SET, H.ANNOUNCED, "worker"),
    "replace_delegate": (H.REGISTRATION, H.REGISTRATION, "worker"),
    "name_chair": (H.PLANNED, H.PLANNED, "worker"),
    "open_registration": (H.ANNOUNCED, H.REGISTRATION, "worker"),
    "register": (H.REGISTRATION, H.REGISTRATION, "neighbour"),
    "register_for": (H.REGISTRATION, H.REGISTRATION, "worker"),
    "unregister": (H.REGISTRATION, H.REGISTRATION, "registered"),
    "confirm_list": (H.REGISTRATION, H.CONFIRMED, "worker"),
    "take_attendance": (H.CONFIRMED, H.CONFIRMED, "worker"),
    "begin": (H.CONFIRMED, H.IN_SESSION, "worker"),
    "adjourn": (H.IN_SESSION, H.ADJOURNED, "worker"),
    "reschedule": (H.ADJOURNED, H.ADJOURNED, "worker"),
    "draft_minutes": (H.IN_SESSION, H.MINUTES_DRAFT, "worker"),
    "decide": (H.IN_SESSION, H.IN_SESSION, "worker"),
    "open_vote": (H.IN_SESSION, H.IN_SESSION, "worker"),
    "note_proxy": (H.REGISTRATION, H.REGISTRATION, "worker"),
    "end_proxy": (H.REGISTRATION, H.REGISTRATION, "worker"),
    "reply_to_corrections": (H.MINUTES_DRAFT, H.MINUTES_DRAFT, "worker"),
    "mark_minutes": (H.MINUTES_DRAFT, H.MINUTES_DRAFT, "delegate"),
    "mark_minutes_on_paper": (H.MINUTES_DRAFT, H.MINUTES_DRAFT, "worker"),
    "sign_minutes": (H.MINUTES_DRAFT, H.MINUTES_SIGNED, "worker"),
    "issue_opinion": (H.MINUTES_SIGNED, H.OPINION_ISSUED, "worker"),
    "send_opinion": (H.OPINION_ISSUED, H.ANSWER_DUE, "worker"),
    "answer": (H.ANSWER_DUE, H.ANSWERED, "director"),
    "publish": (H.ANSWERED, H.PUBLISHED, "worker"),
    "postpone": (H.ANNOUNCED, H.POSTPONED, "worker"),
    "cancel": (H.ANNOUNCED, H.CANCELLED, "worker"),
    "reinstate": (H.ANNOUNCED, H.ANNOUNCED, "worker"),
}


@kept
def stage(action: str) -> tuple[Scene, User]:
    """A scene in which an action can be done, and who does it."""
    state, _to, who = STAGES[action]
    scene = hearing_at(state)
    with clock.at(scene.now):
        if action == "begin":
            attend(scene)
        if action == "reinstate":
            hearings.cancel(scene.worker, scene.pk, reason="取消错了")
        if action == "sign_minutes":
            mark_all(scene)
        if action == "end_proxy":
            hallvote.note_proxy(scene.worker, scene.pk, principal=member(scene, 0), holder=member(scene, 1))
        if action == "reply_to_corrections":
            minutes.mark_minutes(scene.delegates[0], scene.pk, mark="corrected", correction="是 22:30")
        if who == "neighbour":
            return scene, factories.make_resident(within=scene.here)
        if who == "registered":
            user = factories.make_resident(within=scene.here)
            register(scene, user)
            return scene, user
    people = {"worker": scene.worker, "director": scene.director, "delegate": scene.delegates[0]}
    return scene, people[who]


def somebody_who_may(action: str, hearing: Hearing) -> User:
    """An account with the least role an action asks for."""
    if action == "mark_minutes":
        user = factories.make_user()
        hearing.participants.create(person=user.person, group="业主")
        return user
    role = Role.DIRECTOR if action == "answer" else min(NEEDS[action].roles)
    return factories.make_user(role, neighbourhood=hearing.neighbourhood)


def test_every_action_of_the_table_has_a_page_and_a_stage() -> None:
    assert set(ACTIONS) == set(NEEDS) == set(STAGES)


@pytest.mark.parametrize("action", list(STAGES))
def test_each_form_is_shown_sent_and_done(client: Client, action: str) -> None:
    scene, user = stage(action)
    client.force_login(user)
    with clock.at(scene.now):
        shown = client.get(url_of(scene, action))
    assert shown.status_code == 200
    assert 'name="once"' in shown.content.decode()

    response = send(client, scene, user, action, **good(scene, action))

    assert response.status_code == 302
    assert scene.fresh().state == STAGES[action][1]


@pytest.mark.parametrize("action", list(STAGES))
def test_a_form_sent_twice_counts_once(client: Client, action: str) -> None:
    scene, user = stage(action)
    data, once = good(scene, action), uuid.uuid4().hex

    first = send(client, scene, user, action, **data, once=once)
    entries = Entry.objects.count()
    second = send(client, scene, user, action, **data, once=once)

    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("action", list(STAGES))
def test_a_page_that_is_too_old_leads_to_the_hearing_as_it_is(client: Client, action: str) -> None:
    hearing = make_hearing(H.PUBLISHED)
    client.force_login(somebody_who_may(action, hearing))
    url = reverse("meetings:act", args=[hearing.pk, action])

    asked, sent = client.get(url), client.post(url, {"once": uuid.uuid4().hex})

    assert asked.status_code == 409
    assert sent.status_code in {409, 422}
    for response in (asked, sent):
        assert f'href="{hearing.get_absolute_url()}"' in response.content.decode()
    assert str(H(hearing.state).label) in asked.content.decode()
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("action", list(STAGES))
def test_guests_sign_in_first_and_find_what_they_typed(client: Client, action: str) -> None:
    scene, user = stage(action)
    data = {name: value for name, value in good(scene, action).items() if isinstance(value, str)}

    with clock.at(scene.now):
        response = client.post(url_of(scene, action), {"page": url_of(scene, action), **data})
        assert response["Location"] == f"/accounts/login/?next={url_of(scene, action)}"
        session = client.session
        kept = session["typed"]
        client.force_login(user)
        session = client.session
        session["typed"] = kept
        session.save()
        text = client.get(url_of(scene, action)).content.decode()

    typed = [value for value in data.values() if value != "on" and len(value) > 8]
    assert [value for value in typed if value.replace("\r", "") not in text.replace("\r", "")] == []


@pytest.mark.parametrize("action", list(STAGES))
def test_strangers_are_turned_away_from_every_form(client: Client, action: str) -> None:
    hearing = make_hearing(STAGES[action][0])
    elsewhere = factories.make_neighbourhood(name="别处")
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=elsewhere))
    url = reverse("meetings:act", args=[hearing.pk, action])

    assert [client.get(url).status_code, client.post(url).status_code] == [403, 403]


def test_unknown_actions_are_not_found(client: Client) -> None:
    scene = hearing_at(H.PLANNED)

    assert send(client, scene, scene.worker, "destroy").status_code == 404


# --- bad input: (action, what is changed, the field that answers) ---

LONG = "长" * 30_000
PAST, FAR = "2020-01-01T10:00", "9999-12-31T23:59"
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("set_panel", {"groups": "", "members": ""}, "groups"),
    ("set_panel", {"groups": LONG}, "groups"),
    ("set_panel", {"groups": "业" * 41}, "groups"),
    ("set_panel", {"members": LONG}, "members"),
    ("set_panel", {"members": "没有逗号的一行"}, "members"),
    ("set_panel", {"members": "查无此人，业主"}, "members"),
    ("set_panel", {"members": f"{SCRIPT}，业主"}, "members"),
    ("set_panel", {"members": "，业主"}, "members"),
    ("set_panel", {"members": "\n".join(["某人，业主"] * 61)}, "members"),
    ("announce", {"starts_at": ""}, "starts_at"),
    ("announce", {"starts_at": "明天"}, "starts_at"),
    ("announce", {"starts_at": PAST}, "starts_at"),
    ("announce", {"starts_at": FAR}, "starts_at"),
    ("announce", {"place": ""}, "place"),
    ("announce", {"place": "a\x00b"}, "place"),
    ("announce", {"place": "长" * 101}, "place"),
    ("announce", {"agenda": LONG}, "agenda"),
    ("announce", {"seats": 0}, "seats"),
    ("announce", {"seats": -5}, "seats"),
    ("announce", {"seats": 10**12}, "seats"),
    ("announce", {"seats": "五"}, "seats"),
    ("announce", {"notice_days": 2}, "notice_days"),
    ("announce", {"notice_days": 10**9}, "notice_days"),
    ("announce", {"posted_at": "长" * 201}, "posted_at"),
    ("register_for", {"person": ""}, "person"),
    ("register_for", {"person": "查无此人"}, "person"),
    ("register_for", {"channel": "online"}, "channel"),
    ("register_for", {"channel": "鸽子"}, "channel"),
    ("take_attendance", {"present": []}, "present"),
    ("take_attendance", {"present": [999_999]}, "present"),
    ("take_attendance", {"present": ["x"]}, "present"),
    ("adjourn", {"reason": ""}, "reason"),
    ("adjourn", {"reason": "长" * 301}, "reason"),
    ("adjourn", {"resumes_at": PAST}, "resumes_at"),
    ("reschedule", {"resumes_at": FAR}, "resumes_at"),
    ("draft_minutes", {"text": ""}, "text"),
    ("draft_minutes", {"text": LONG}, "text"),
    ("mark_minutes", {"mark": ""}, "mark"),
    ("mark_minutes", {"mark": "maybe"}, "mark"),
    ("mark_minutes", {"correction": ""}, "correction"),
    ("mark_minutes", {"correction": "长" * 501}, "correction"),
    ("decide", {"text": ""}, "text"),
    ("decide", {"post": ""}, "post"),
    ("decide", {"body": "自来水公司"}, "post"),
    ("decide", {"due_on": "2026-11-01"}, "due_on"),
    ("issue_opinion", {"text": ""}, "text"),
    ("issue_opinion", {"for": "长" * 501}, "for"),
    ("issue_opinion", {"minority": LONG}, "minority"),
    ("answer", {"verdict_2": ""}, "verdict_2"),
    ("answer", {"verdict_2": "yes"}, "verdict_2"),
    ("answer", {"answer_3": ""}, "answer_3"),
    ("answer", {"answer_1": "长" * 1001}, "answer_1"),
    ("postpone", {"reason": ""}, "reason"),
    ("cancel", {"reason": " \n "}, "reason"),
]


@pytest.mark.parametrize("action", sorted({action for action, _changes, _field in BAD}))
def test_bad_input_is_named_at_its_field_and_nothing_typed_is_lost(client: Client, action: str) -> None:
    scene, user = stage(action)
    sound = good(scene, action)
    entries = Entry.objects.count()

    for changes, field in [(changes, field) for name, changes, field in BAD if name == action]:
        response = send(client, scene, user, action, **sound | changes)

        text, form = response.content.decode(), response.context["form"]
        assert response.status_code == 422
        assert field in form.errors, changes
        assert f'href="#id_{field}"' in text
        assert SCRIPT not in text
        typed = {name: str(value) for name, value in (sound | changes).items() if name != "present"}
        assert {name: form.data[name] for name in typed} == typed

    assert Entry.objects.count() == entries
    assert scene.fresh().state == STAGES[action][0]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("set_panel", {"groups": "业主，租户，快递员"}),
    ("announce", {"notice_days": 60}),
    ("issue_opinion", {"minority": ""}),
    ("issue_opinion", {"for": "", "condition": "", "minority": ""}),
]


@pytest.mark.parametrize(("action", "changes"), REFUSED)
def test_what_a_rule_refuses_is_said_above_the_form_with_409(
    client: Client, action: str, changes: dict[str, Any]
) -> None:
    scene, user = stage(action)

    response = send(client, scene, user, action, **good(scene, action) | changes)

    assert response.status_code == 409
    assert response.context["form"].non_field_errors()
    assert scene.fresh().state == STAGES[action][0]


def test_a_refused_form_can_be_sent_again_with_the_same_key(client: Client) -> None:
    scene, user = stage("announce")
    once = uuid.uuid4().hex

    refused = send(
        client, scene, user, "announce", **good(scene, "announce") | {"notice_days": 60, "once": once}
    )
    done = send(client, scene, user, "announce", **good(scene, "announce") | {"once": once})

    assert (refused.status_code, done.status_code) == (409, 302)


def test_opening_without_quorum_says_so(client: Client) -> None:
    scene = hearing_at(H.CONFIRMED)

    response = send(client, scene, scene.worker, "begin")

    assert response.status_code == 409
    assert scene.fresh().state == H.CONFIRMED


def test_noting_attendance_leads_on_to_opening(client: Client) -> None:
    scene = hearing_at(H.CONFIRMED)

    response = send(client, scene, scene.worker, "take_attendance", **good(scene, "take_attendance"))

    assert response["Location"] == url_of(scene, "begin")


def test_two_neighbours_of_one_name_are_told_apart_by_building(client: Client) -> None:
    scene = hearing_at(H.PLANNED)
    estate = factories.make_estate(parent=scene.here)
    for name in ("6号楼", "8号楼"):
        home = factories.make_dwelling(within=factories.make_building(parent=estate, name=name))
        factories.make_residency(factories.make_person(real_name="王芳"), home)
    rest = good(scene, "set_panel")["members"]

    unclear = send(client, scene, scene.worker, "set_panel", groups="业主", members=f"{rest}\n王芳，业主")
    clear = send(client, scene, scene.worker, "set_panel", groups="业主", members=f"{rest}\n王芳 8号楼，业主")

    assert re.search("4", str(unclear.context["form"].errors["members"]))
    assert clear.status_code == 302


def test_foreign_fields_change_nobody_else_s_view(client: Client) -> None:
    scene, other = hearing_at(H.IN_SESSION), hearing_at(H.IN_SESSION)
    foreign = member(other, 0)

    send(
        client,
        scene,
        scene.worker,
        "draft_minutes",
        **good(scene, "draft_minutes") | {f"stance_{foreign}": "against", f"statement_{foreign}": "假的"},
    )

    assert other.member(other.delegates[0]).stance == ""
    assert scene.fresh().state == H.MINUTES_DRAFT


def test_papers_are_kept_and_published_and_bad_ones_refused(client: Client) -> None:
    scene, user = stage("announce")
    bad = SimpleUploadedFile("plan.pdf", b"MZ not a pdf", content_type="application/pdf")
    picture = SimpleUploadedFile("门.png", _png(), content_type="image/png")

    refused = send(client, scene, user, "announce", **good(scene, "announce") | {"papers": [bad]})
    send(client, scene, user, "announce", **good(scene, "announce") | {"papers": [picture]})

    assert "papers" in refused.context["form"].errors
    kept = scene.hearing.papers.get()
    assert (kept.name, kept.public, kept.area) == ("门.png", True, scene.here)
    assert kept.url in client.get(scene.hearing.get_absolute_url()).content.decode()


def test_line_ends_are_kept_alike_whatever_the_browser_sends(client: Client) -> None:
    scene, user = stage("draft_minutes")

    send(client, scene, user, "draft_minutes", **good(scene, "draft_minutes"))

    assert scene.fresh().minutes == "笔录\n正文"


# --- planning ---


def plan_url(scene: Scene) -> str:
    """The page on which a hearing about the topic is planned."""
    return reverse("deliberation:call_hearing", args=[scene.topic.pk])


def plan_data(scene: Scene) -> dict[str, Any]:
    """Sound input for planning."""
    return {
        "once": uuid.uuid4().hex,
        "title": "小门听证会",
        "plan_owner": "物业 李经理",
        "plan_person": "",
        "chair": person(scene.director).pk,
        "decision_maker": "director",
    }


def test_a_hearing_is_planned_from_the_topic(client: Client) -> None:
    scene = make_scene()
    client.force_login(scene.worker)

    shown = client.get(plan_url(scene))
    response = client.post(plan_url(scene), plan_data(scene))

    made = Hearing.objects.get(subject=key(scene.topic))
    assert shown.status_code == 200
    # Whoever planned it owes the panel, and lands on its form.
    assert response["Location"] == reverse("meetings:act", args=[made.pk, "set-panel"])
    scene.topic.refresh_from_db()
    assert (made.state, scene.topic.state) == (H.PLANNED, State.IN_FORUM)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"chair": 999_999}, "chair"),
        ({"chair": ""}, "chair"),
        ({"decision_maker": "property"}, "decision_maker"),
        ({"plan_owner": " "}, "plan_owner"),
        ({"plan_person": "查无此人"}, "plan_person"),
    ],
)
def test_bad_plans_are_named_at_their_field(client: Client, changes: dict[str, Any], field: str) -> None:
    scene = make_scene()
    client.force_login(scene.worker)

    response = client.post(plan_url(scene), plan_data(scene) | changes)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Hearing.objects.filter(subject=key(scene.topic)).exists()


def test_the_chair_cannot_present_the_plan(client: Client) -> None:
    scene = make_scene()
    chair = person(scene.director)
    factories.make_residency(chair, factories.make_dwelling(within=scene.here))
    client.force_login(scene.worker)

    response = client.post(plan_url(scene), plan_data(scene) | {"plan_person": chair.real_name})

    assert response.status_code == 409


def test_a_topic_elsewhere_on_its_way_has_no_hearing_planned(client: Client) -> None:
    scene = make_scene()
    scene.topic.state = State.VOTING
    scene.topic.save()
    client.force_login(scene.worker)

    asked = client.get(plan_url(scene))
    assert asked.status_code == 409
    assert f'href="{scene.topic.get_absolute_url()}"' in asked.content.decode()
    assert client.post(plan_url(scene), plan_data(scene)).status_code == 409
    client.force_login(factories.make_resident(within=scene.here))
    assert client.get(plan_url(scene)).status_code == 403


def test_the_whole_way_over_http(client: Client) -> None:
    scene = make_scene()
    client.force_login(scene.worker)
    with clock.at(scene.now):
        client.post(plan_url(scene), plan_data(scene))
    scene.hearing = Hearing.objects.get(subject=key(scene.topic))
    neighbour = factories.make_resident(within=scene.here)

    for action in ("set_panel", "announce", "open_registration"):
        send(client, scene, scene.worker, action, **good(scene, action))
    send(client, scene, neighbour, "register", wants_to_speak="on")
    send(client, scene, scene.worker, "confirm_list")
    scene.now = HELD_AT
    for action in ("take_attendance", "begin", "draft_minutes"):
        send(client, scene, scene.worker, action, **good(scene, action))
    for user in scene.delegates:
        send(client, scene, user, "mark_minutes", mark="signed")
    for action in ("sign_minutes", "issue_opinion", "send_opinion"):
        send(client, scene, scene.worker, action, **good(scene, action))
    answers = good(scene, "answer") | {"verdict_4": "adopted", "answer_4": ""}
    send(client, scene, scene.director, "answer", **answers)
    send(client, scene, scene.worker, "publish")

    assert scene.fresh().state == H.PUBLISHED
    assert Registration.objects.get(hearing=scene.hearing).wants_to_speak
    assert [item.verdict for item in scene.hearing.items.all()] == ["partly"] * 3 + ["adopted"]


def test_a_seat_is_taken_with_one_tap_and_given_back(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    user = factories.make_resident(within=scene.here)

    send(client, scene, user, "register")
    assert scene.hearing.registrations.get().person == person(user)
    send(client, scene, user, "unregister")

    assert scene.hearing.registrations.count() == 0
    with clock.at(scene.now):
        assert registrations.register(user, scene.pk).seat == 1


def _png() -> bytes:
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f000500"
        "01ff56c7ef970000000049454e44ae426082"
    )
