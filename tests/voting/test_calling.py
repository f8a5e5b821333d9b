"""The staff's page for calling a vote, and the pages that change its course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import Post
from portal.kit import clock
from portal.voting.models import Custody, Electorate, LegalEffect, Method, Vote
from portal.voting.states import Phase
from tests import factories as places
from tests.voting import factories
from tests.voting.factories import AFTER, CALLED_AT, CLOSES_AT, DURING, OPENS_AT, Place

pytestmark = pytest.mark.django_db
BEFORE = OPENS_AT - timedelta(days=1)

MOTION = {
    "question": "您希望公共座椅放在哪里？",
    "explanation": "每处约 800 元。",
    "matter": "sounding",
    "electorate": Electorate.RESIDENTS,
    "people": "",
    "method": Method.MOTION,
    "options": "",
    "choose": "1",
    "seats": "1",
    "points": "5",
    "custody": Custody.SERVER,
    "opens_on": "2026-11-18",
    "closes_on": "2026-11-24",
    "extend_to": "",
    "legal_effect": LegalEffect.CONSULTATIVE,
}
THREE = "花园\n门口\n健身角"


@pytest.fixture
def place() -> Place:
    """Three people who own and live."""
    return factories.make_place(residents=True)


def send(client: Client, place: Place, **changes: str) -> Any:
    """The form as the director sends it."""
    client.force_login(place.director)
    with clock.at(CALLED_AT):
        data = {**MOTION, "scope": str(place.neighbourhood.pk), **changes}
        return client.post(reverse("voting:call", args=[place.neighbourhood.slug]), data)


@pytest.mark.parametrize(
    ("method", "changes", "rule"),
    [
        (Method.CHOICE, {}, {"seats": 1}),
        (Method.APPROVAL, {"choose": "2", "seats": "2"}, {"choose": 2, "seats": 2}),
        (Method.RANKED, {}, {"seats": 1}),
        (Method.SCORE, {"points": "10"}, {"points": 10}),
    ],
)
def test_each_question_can_be_asked(
    client: Client, place: Place, method: Method, changes: dict[str, str], rule: dict[str, int]
) -> None:
    answer = send(client, place, method=method, options=THREE, **changes)

    vote = Vote.objects.get()
    assert answer.status_code == 302
    assert (vote.method, vote.options) == (method, ["o1", "o2", "o3"])
    assert [vote.label_of(option) for option in vote.options] == THREE.splitlines()
    assert {name: vote.rule[name] for name in rule} == rule
    assert (vote.heads, vote.secret) == (3, False)


def test_persons_are_elected_in_secret_whether_staff_tick_it_or_not(client: Client, place: Place) -> None:
    send(
        client,
        place,
        matter="election",
        method=Method.ELECTION,
        options="王芳\n李强",
        legal_effect=LegalEffect.BINDING,
    )

    vote = Vote.objects.get()
    assert (vote.secret, vote.custody, vote.area) == (True, Custody.SERVER, 0)


def test_the_notice_may_allow_one_extension(client: Client, place: Place) -> None:
    send(client, place, extend_to="2026-11-30")

    assert Vote.objects.get().may_extend_to == clock.end_of(CLOSES_AT.date().replace(day=30))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"question": ""}, 422),
        ({"question": "长" * 201}, 422),
        ({"matter": "nothing"}, 422),
        ({"electorate": "everybody"}, 422),
        ({"closes_on": "2026-11-17"}, 422),
        ({"extend_to": "2026-11-24"}, 422),
        ({"choose": "0"}, 422),
        ({"people": "查无此人"}, 422),
        ({"scope": "999999"}, 422),
        ({"opens_on": "2026-11-03"}, 409),
        ({"method": Method.CHOICE}, 409),
        ({"method": Method.CHOICE, "options": "一样\n一样"}, 409),
        ({"method": Method.APPROVAL, "options": THREE, "choose": "4"}, 409),
        ({"electorate": Electorate.OWNERS}, 409),
        ({"electorate": Electorate.BUILDING}, 409),
        ({"electorate": Electorate.DELEGATES}, 409),
        ({"matter": "ordinary"}, 409),
        ({"matter": "ordinary", "electorate": Electorate.OWNERS, "secret": "on"}, 409),
        ({"legal_effect": LegalEffect.BINDING}, 409),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    client: Client, place: Place, changes: dict[str, str], status: int
) -> None:
    answer = send(client, place, **changes)

    assert (answer.status_code, Vote.objects.count()) == (status, 0)
    assert 'value="2026-11-18"' in answer.content.decode() or "opens_on" in changes
    assert MOTION["explanation"] in answer.content.decode()


def test_the_article_is_named_where_residents_are_asked_an_owners_matter(
    client: Client, place: Place
) -> None:
    assert "278" in send(client, place, matter="special").content.decode()


@pytest.mark.parametrize("post", [None, Post.PROPERTY, Post.OFFICER, Post.BUILDING_HEAD])
def test_others_cannot_call_votes(client: Client, place: Place, post: Post | None) -> None:
    user = places.make_user(post=post, neighbourhood=place.neighbourhood) if post else place.people[0]
    client.force_login(user)

    assert client.get(reverse("voting:call", args=[place.neighbourhood.slug])).status_code == 403


def test_the_page_offers_what_can_be_done_now(client: Client, place: Place) -> None:
    vote = factories.call(place, may_extend_to=CLOSES_AT + timedelta(days=3))
    client.force_login(place.director)

    offered = {}
    for name, at in (("before", BEFORE), ("during", DURING), ("after", AFTER)):
        with clock.at(at):
            offered[name] = [offer.name for offer in client.get(page(vote)).context["course"]]

    assert offered == {"before": ["abort"], "during": ["extend"], "after": []}


def test_a_vote_is_called_off_from_its_page(client: Client, place: Place) -> None:
    vote = factories.call(place)
    client.force_login(place.director)
    with clock.at(BEFORE):
        empty = client.post(course(vote, "abort"), {"reason": ""})
        client.post(course(vote, "abort"), {"reason": "方案要修改"})

        vote.refresh_from_db()
        assert (empty.status_code, vote.phase) == (422, Phase.ABORTED)
        assert "方案要修改" in client.get(page(vote)).content.decode()


def test_what_has_moved_on_is_said_on_the_form(client: Client, place: Place) -> None:
    vote = factories.call(place)
    client.force_login(place.director)

    with clock.at(DURING):
        answer = client.post(course(vote, "abort"), {"reason": "太晚了"})

    assert (answer.status_code, "太晚了" in answer.content.decode()) == (409, True)


def test_strangers_and_unknown_actions_are_turned_away(client: Client, place: Place) -> None:
    vote = factories.call(place)
    client.force_login(place.people[0])

    assert client.get(course(vote, "abort")).status_code == 403
    assert client.get(course(vote, "delete")).status_code == 404


def page(vote: Vote) -> str:
    return reverse("voting:vote", args=[vote.pk])


def course(vote: Vote, action: str) -> str:
    return reverse("voting:act", args=[vote.pk, action])


def test_of_namesakes_a_panel_takes_the_one_of_the_flat_and_each_human_once(
    client: Client, place: Place
) -> None:
    building = places.make_building(parent=place.estate, name="6号楼")
    homes = [places.make_dwelling(within=building) for _each in range(2)]
    people = [places.make_person(real_name="王小薇") for _each in homes]
    for person, home in zip(people, homes, strict=True):
        places.make_residency(person, home)
    where = f"王小薇 {homes[1].building.name} {homes[1].room}"
    panel = {"electorate": Electorate.PANEL, "matter": "sounding"}

    asked = send(client, place, people="王小薇", **panel)
    done = send(client, place, people=f"{where}\n{where.replace('王小薇', '王 小薇')}", **panel)

    assert (asked.status_code, done.status_code) == (422, 302)
    assert [line.person for line in Vote.objects.get().roll.all()] == [people[1]]
