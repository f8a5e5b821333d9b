"""Forms that are empty, too long, of the wrong kind, foreign, late, or sent twice: nothing breaks."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.record.models import Entry
from tests import factories
from tests.deliberation.factories import World

pytestmark = pytest.mark.django_db
LONG = "长" * 20_001


@pytest.fixture
def world() -> World:
    return World()


def door(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def act(topic: Topic, action: str) -> str:
    return reverse("deliberation:act", args=[topic.pk, action])


def post(world: World, user: User, url: str, **data: Any) -> Any:
    with world.at():
        return door(user).post(url, {"once": uuid.uuid4().hex, **data})


FIRST = {"title": "开通小门", "place": "北墙", "category": "traffic"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "长" * 61),
        ("title", "a\x00b"),
        ("place", LONG),
        ("category", "no-such"),
        ("area", ""),
        ("area", "x"),
        ("area", "999999999999999999999"),
        ("area", "0"),
    ],
)
def test_a_bad_first_step_makes_no_draft_and_keeps_what_was_typed(
    world: World, field: str, value: str
) -> None:
    page = reverse("deliberation:propose", args=[world.here.slug])

    answer = post(world, world.proposer, page, **{**FIRST, "area": world.here.pk, field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].data["category" if field == "title" else "title"] in {"traffic", "开通小门"}
    assert Topic.objects.count() == 0


def test_a_place_of_another_neighbourhood_cannot_be_chosen(world: World) -> None:
    page = reverse("deliberation:propose", args=[world.here.slug])

    answer = post(world, world.proposer, page, **FIRST, area=factories.make_neighbourhood().pk)

    assert list(answer.context["form"].errors) == ["area"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cost", "abc"),
        ("cost", "-1"),
        ("cost", "1.234"),
        ("cost", "9" * 30),
        ("cost", "NaN"),
        ("cost", "Infinity"),
        ("own_role", "king"),
        ("interest", "长" * 201),
    ],
)
def test_a_bad_third_step_changes_nothing(world: World, field: str, value: str) -> None:
    draft = world.draft()
    page = reverse("deliberation:draft", args=[draft.pk, 3])

    answer = post(world, world.proposer, page, **{"own_role": "affected", "version": 1, field: value})

    assert list(answer.context["form"].errors) == [field]
    assert world.fresh(draft).cost == draft.cost


def test_a_business_interest_must_be_named(world: World) -> None:
    draft = world.draft()

    answer = post(
        world,
        world.proposer,
        reverse("deliberation:draft", args=[draft.pk, 3]),
        own_role="interest",
        version=1,
    )

    assert list(answer.context["form"].errors) == ["interest"]


def test_what_is_no_picture_is_refused_with_its_name(world: World) -> None:
    draft = world.draft()
    fake = SimpleUploadedFile("gate.jpg", b"<html>not a picture</html>", "image/jpeg")

    answer = post(
        world,
        world.proposer,
        reverse("deliberation:draft", args=[draft.pk, 3]),
        own_role="affected",
        photos=[fake],
    )

    assert "gate.jpg" in answer.context["form"].errors["photos"][0]
    assert draft.photos.count() == 0


@pytest.mark.parametrize("step", [0, 4, 99])
def test_there_are_three_steps(world: World, step: int) -> None:
    draft = world.draft()

    assert door(world.proposer).get(f"/topics/{draft.pk}/draft/{step}/").status_code == 404


def test_an_unfinished_draft_is_refused_on_the_last_page(world: World) -> None:
    draft = world.draft(wish="")

    answer = post(world, world.proposer, reverse("deliberation:check", args=[draft.pk]))

    assert answer.status_code == 409
    assert len(answer.context["form"].non_field_errors()) == 1
    assert world.fresh(draft).state == State.DRAFT


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999"])
def test_there_is_no_such_topic(world: World, pk: str) -> None:
    client = door(world.worker)

    assert [client.get(f"/topics/{pk}/{rest}").status_code for rest in ("", "accept/", "check/")] == [404] * 3


def test_there_is_no_such_action(world: World) -> None:
    topic = world.sent()

    for action in ("no-such", "submit", "edit", "call-hearing", "__class__"):
        assert door(world.worker).get(f"/topics/{topic.pk}/{action}/").status_code == 404


BAD: dict[str, list[dict[str, str]]] = {
    "accept": [{}, {"matter": "mine", "category": "elder"}, {"matter": "neighbourhood", "category": "x"}],
    "return": [{}, {"reason": "  "}, {"reason": LONG}],
    "merge": [{}, {"number": "2026-999"}, {"number": LONG}],
    "redirect": [{}, {"to": "12345"}, {"to": LONG, "reason": "好"}],
    "reject": [{}, {"reason": "\x00"}],
}


@pytest.mark.parametrize("action", BAD)
def test_a_bad_form_of_the_committee_changes_nothing(world: World, action: str) -> None:
    topic = world.screening()
    before = Entry.objects.count()

    for data in BAD[action]:
        answer = post(world, world.worker, act(topic, action), **data)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (422, True)

    assert (world.fresh(topic).state, Entry.objects.count()) == (State.SCREENING, before)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"post": "property", "name": "物业"},
        {"post": "auditor", "name": "审计", "step_1": "装门", "until_1": "2099-01-01"},
        {"post": "property", "name": "物业", "step_1": "装门"},
        {"post": "property", "name": "物业", "step_1": "装门", "until_1": "2000-01-01"},
        {"post": "property", "name": "物业", "step_1": "装门", "until_1": "tomorrow"},
        {
            "post": "property",
            "name": "物业",
            "step_1": "装门",
            "until_1": "2099-01-01",
            "until_2": "2099-02-01",
        },
        {"post": "property", "name": "物业", "budget": "much", "step_1": "装门", "until_1": "2099-01-01"},
    ],
)
def test_a_bad_plan_is_no_plan(world: World, data: dict[str, str]) -> None:
    topic = world.adopted()

    answer = post(world, world.worker, act(topic, "start-execution"), **data)

    assert (answer.status_code, bool(answer.context["form"].errors)) == (422, True)
    assert (world.fresh(topic).state, topic.steps.count()) == (State.ADOPTED, 0)


MOTION = {"question": "是否同意开通红林路小门？", "explanation": "近了，也会吵；费用 4.8 万元。"}


@pytest.mark.parametrize(
    "data",
    [
        {"opens_on": "2020-01-01"},
        {"closes_on": "2020-01-01"},
        {"way": "special-offer"},
        {"scope": "0"},
        {"question": ""},
        {"explanation": " "},
        {"legal_effect": "holy"},
    ],
)
def test_a_bad_motion_is_not_put_to_the_vote(world: World, data: dict[str, str]) -> None:
    topic = world.discussed()
    with world.at():
        initial = door(world.worker).get(act(topic, "call-vote")).context["form"].initial
    days = {name: initial[name].isoformat() for name in ("opens_on", "closes_on")}
    good = {**initial, **MOTION, **days, "scope": world.here.pk}

    answer = post(world, world.worker, act(topic, "call-vote"), **{**good, **data})

    assert answer.status_code == 422
    assert set(data) <= set(answer.context["form"].errors) | {"opens_on", "closes_on"}
    assert world.fresh(topic).vote is None


def test_too_short_a_notice_is_refused_above_the_form(world: World) -> None:
    topic = world.discussed()
    with world.at():
        initial = door(world.worker).get(act(topic, "call-vote")).context["form"].initial
    today = world.now.date().isoformat()

    answer = post(
        world,
        world.worker,
        act(topic, "call-vote"),
        **{**initial, **MOTION, "scope": world.here.pk, "opens_on": today, "closes_on": "2027-01-01"},
    )

    assert answer.status_code == 409
    assert len(answer.context["form"].non_field_errors()) == 1
    assert answer.context["form"].data["question"] == MOTION["question"]


# --- late, twice, signed out ---


def test_a_form_sent_twice_counts_once(world: World) -> None:
    page, key = reverse("deliberation:propose", args=[world.here.slug]), uuid.uuid4().hex
    client = door(world.proposer)

    with world.at():
        answers = [client.post(page, {**FIRST, "area": world.here.pk, "once": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Topic.objects.count() == 1


def test_a_page_that_is_older_than_the_topic_says_so(world: World) -> None:
    topic = world.announced()

    answer = post(world, world.worker, act(topic, "reject"), reason="太晚了")

    assert answer.status_code == 409
    assert str(State.ANNOUNCED.label) in answer.context["form"].non_field_errors()[0]
    assert answer.context["form"].data["reason"] == "太晚了"
    asked = door(world.worker).get(act(topic, "reject"))
    assert (asked.status_code, "form" in asked.context) == (409, False)
    assert topic.get_absolute_url() in asked.content.decode()
    assert world.fresh(topic).state == State.ANNOUNCED


@pytest.mark.parametrize("action", ["accept", "reject", "second", "rate", "report"])
def test_who_may_only_look_is_turned_away(world: World, action: str) -> None:
    topic = world.screening()

    answer = post(world, world.officer, act(topic, action), reason="不行")

    assert answer.status_code == (404 if action == "report" else 403)


def test_what_was_typed_survives_an_expired_session(world: World) -> None:
    topic = world.screening()
    page = act(topic, "return")
    client = Client()

    answer = client.post(page, {"reason": "请写明费用", "page": page})
    assert answer.status_code == 302
    client.force_login(world.worker)
    with world.at():
        form = client.get(page).context["form"]

    assert form.initial["reason"] == "请写明费用"


@pytest.mark.parametrize(
    "query",
    [
        "group=no-such",
        "category=no-such",
        "after=x",
        "after=9-9",
        "after=99999999999999999-999999999999999999",
        "after=0-0",
        "q=" + "长" * 500,
        "q=%00",
        "q=%20%20",
        "q=2026-999",
        "q=a",
        "q=🙂",
        "group=mine",
    ],
)
def test_any_question_to_the_list_has_an_answer(world: World, query: str) -> None:
    world.sent()
    page = reverse("deliberation:topics", args=[world.here.slug])

    for client in (Client(), door(world.proposer)):
        assert client.get(f"{page}?{query}").status_code == 200
