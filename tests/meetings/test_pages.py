"""The pages of hearings as different people read them, in every state; how many queries they take."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.community.models import Person, Post, User
from portal.kit import clock
from portal.meetings.actions import ACTIONS
from portal.meetings.cards import cards_about
from portal.meetings.models import Hearing
from portal.meetings.permissions import HEARINGS
from portal.meetings.services import hearings
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.track import track
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.meetings.factories import (
    HELD_AT,
    Scene,
    hearing_at,
    make_hearing,
    make_topic,
    register,
)

pytestmark = pytest.mark.django_db


def page(client: Client, scene: Scene, name: str = "hearing", user: User | None = None) -> str:
    """A page of the scene's hearing as somebody reads it at the scene's moment."""
    if user is not None:
        client.force_login(user)
    with clock.at(scene.now):
        response = client.get(reverse(f"meetings:{name}", args=[scene.pk]))
    assert response.status_code == 200
    return response.content.decode()


def offered(text: str, pk: int) -> list[str]:
    """The actions a page leads to."""
    found = re.findall(rf'(?:href|action)="/hearings/{pk}/([\w-]+)/"', text)
    return [name.replace("-", "_") for name in found]


# --- the page ---


@pytest.mark.parametrize("state", list(H))
def test_everybody_can_read_a_hearing_in_every_state(client: Client, state: H) -> None:
    scene = hearing_at(state)
    people = list(Person.objects.all())

    text = page(client, scene)

    assert str(state.label) in text
    assert [one for one in people if one.real_name in text or one.phone in text] == []
    assert [name for name in offered(text, scene.pk) if name != "print"] == []


def waiting(scene: Scene, user: User) -> set[str]:
    """What cannot be done yet, for a reason that is known beforehand."""
    with clock.at(scene.now):
        hearing = scene.fresh()
        return {name for name, row in ACTIONS.items() if row.waits and row.waits(hearing, user)}


@pytest.mark.parametrize("state", list(H))
def test_the_page_offers_exactly_what_the_table_allows(client: Client, state: H) -> None:
    scene = hearing_at(state)
    everybody = [scene.worker, scene.director, scene.delegates[0], factories.make_resident(within=scene.here)]

    for user in everybody:
        text = page(client, scene, user=user)
        may_do = set(HEARINGS.allowed(user, scene.fresh()))
        # A seat is taken or given back by those who have none or one, not by those who sit in front.
        # No correction waits for a reply, no mandate stands that could end.
        shown = may_do - {"register", "unregister", "reply_to_corrections", "end_proxy"}
        if "register" in may_do and user not in scene.delegates:
            shown.add("register")
        shown -= waiting(scene, user)
        assert {name for name in offered(text, scene.pk) if name != "print"} == shown


def test_who_has_a_seat_is_offered_to_give_it_back(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    user = factories.make_resident(within=scene.here)
    with clock.at(scene.now):
        register(scene, user)

    text = page(client, scene, user=user)

    assert "unregister" in offered(text, scene.pk)
    assert "register" not in offered(text, scene.pk)
    assert "1" in text


def test_a_guest_is_led_to_sign_in_and_back_to_the_seat(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)

    text = page(client, scene)

    assert f'href="/accounts/login/?next=/hearings/{scene.pk}/register/"' in text


def test_the_observers_are_named_when_the_list_is_published_and_not_before(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    user = factories.make_resident(within=scene.here, name="旁听的老李")
    with clock.at(scene.now):
        register(scene, user)
    assert "旁听的老李" not in page(client, scene)

    with clock.at(scene.now):
        hearings.confirm_list(scene.worker, scene.pk)

    assert "旁听的老李" in page(client, scene)


def test_as_many_delegates_are_counted_as_are_listed_and_who_passed_the_seat_on_stands_apart(
    client: Client,
) -> None:
    scene = hearing_at(H.ANNOUNCED)
    gone = scene.member(scene.delegates[0])
    type(gone).objects.filter(pk=gone.pk).update(replaced_at=clock.now())

    text = page(client, scene)

    card = text[text.index('aria-labelledby="panel"') :]
    listed = card[: card.index("</ul>")].count("<li")
    assert f"{listed} 位代表" in card
    assert "席位已由他人接替：" in card[card.index("</ul>") : card.index("</section>")]


def test_the_minutes_and_what_was_said_are_public_when_closed_and_not_before(client: Client) -> None:
    draft, closed = hearing_at(H.MINUTES_DRAFT), hearing_at(H.MINUTES_SIGNED)

    assert "笔录正文" not in page(client, draft)
    assert "发言 0" not in page(client, draft)
    assert "笔录正文" in page(client, closed)
    assert "发言 0" in page(client, closed)


def test_the_answer_stands_beside_each_item(client: Client) -> None:
    text = page(client, hearing_at(H.ANSWERED))

    places = [text.index(words) for words in ("少走路", "夜里关门", "22:30 关", "担心安全", "装门禁已够")]
    assert places == sorted(places)


def test_what_people_wrote_is_text_and_never_markup(client: Client) -> None:
    scene = hearing_at(H.PUBLISHED)
    evil = "<script>alert(1)</script>"
    Hearing.objects.filter(pk=scene.pk).update(title=evil, place=evil, agenda=evil, opinion=evil, reason=evil)
    scene.hearing.participants.update(group=evil, statement=evil, correction=evil)
    scene.hearing.items.update(text=evil, answer=evil)

    for name in ("hearing", "paper_notice", "paper_agenda"):
        text = page(client, scene, name)
        assert evil not in text
        assert "&lt;script&gt;" in text


def test_an_unknown_hearing_is_not_found(client: Client) -> None:
    for name in ("hearing", "paper_notice", "paper_agenda", "meeting_file", "minutes_file"):
        assert client.get(reverse(f"meetings:{name}", args=[99_999])).status_code == 404


def test_pages_are_read_only(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)

    assert client.post(reverse("meetings:hearing", args=[scene.pk])).status_code == 405


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_there_in_both_languages(client: Client, language: str) -> None:
    scene = hearing_at(H.PUBLISHED)
    client.cookies["language"] = language

    assert page(client, scene).count("<h1>") == 1


# --- the track ---


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        (H.PLANNED, "now todo todo todo todo todo todo"),
        (H.POSTPONED, "done now todo todo todo todo todo"),
        (H.ADJOURNED, "done done now todo todo todo todo"),
        (H.ANSWER_DUE, "done done done done done now todo"),
        (H.PUBLISHED, "done done done done done done done"),
        (H.CANCELLED, "done stopped todo todo todo todo todo"),
    ],
)
def test_the_track_shows_how_far_it_is(state: H, statuses: str) -> None:
    scene = hearing_at(state)

    assert [station.status for station in track(scene.fresh())] == statuses.split()


def test_a_hearing_cancelled_at_once_or_after_a_round_ends_there() -> None:
    assert [station.status for station in track(make_hearing(H.CANCELLED))][0] == "stopped"
    assert [station.status for station in track(make_hearing(H.CANCELLED, round=2))][2] == "stopped"


# --- minutes to check ---


def test_the_published_file_has_the_hash_of_the_record(client: Client) -> None:
    scene = hearing_at(H.PUBLISHED)

    response = client.get(reverse("meetings:minutes_file", args=[scene.pk]))

    entry = Entry.objects.get(action="hearing.minutes_signed", subject=key(scene.hearing))
    assert hashlib.sha256(response.content).hexdigest() == entry.data["hash"]
    assert json.loads(response.content)["minutes"] == "笔录正文"
    people = [one.public_name for one in Person.objects.all()]
    assert [name for name in people if name in response.content.decode()] == []


def test_minutes_that_are_not_closed_have_no_file(client: Client) -> None:
    scene = hearing_at(H.MINUTES_DRAFT)

    assert client.get(reverse("meetings:minutes_file", args=[scene.pk])).status_code == 404


# --- lists and cards ---


def meetings(client: Client, scene: Scene, **query: Any) -> str:
    """The list of meetings."""
    response = client.get(reverse("meetings:meetings", args=[scene.here.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_neighbourhood_without_meetings_says_how_one_begins(client: Client) -> None:
    here = factories.make_neighbourhood()

    text = client.get(reverse("meetings:meetings", args=[here.slug])).content.decode()

    assert reverse("deliberation:topics", args=[here.slug]) in text


def test_each_kind_that_the_committee_is_offered_opens_for_it(client: Client) -> None:
    here = factories.make_neighbourhood()
    client.force_login(factories.make_user(post=Post.WORKER, neighbourhood=here))
    listed = client.get(reverse("meetings:meetings", args=[here.slug]))

    asked = {url: client.get(url).status_code for _label, url in listed.context["plans"]}
    assert len(asked) == 4
    assert set(asked.values()) == {200}


def test_meetings_are_listed_by_what_is_to_come(client: Client) -> None:
    scene = hearing_at(H.IN_SESSION)
    names = {H.ANNOUNCED: "要开的", H.POSTPONED: "延期的", H.PUBLISHED: "开过的", H.CANCELLED: "取消的"}
    for state, name in names.items():
        make_hearing(state, here=scene.here, title=name, starts_at=HELD_AT if state != H.POSTPONED else None)
    make_hearing(H.ANNOUNCED, title="别处的")

    with clock.at(scene.now):
        text = meetings(client, scene)

    order = [text.index(name) for name in ("小门听证会", "要开的", "延期的", "开过的", "取消的")]
    assert order[0] < order[1] < order[2] < min(order[3:])
    assert "别处的" not in text


def test_past_meetings_have_pages(client: Client) -> None:
    scene = hearing_at(H.PUBLISHED)
    for number in range(25):
        make_hearing(H.PUBLISHED, here=scene.here, title=f"旧会{number:02d}", starts_at=HELD_AT)

    first, second = meetings(client, scene), meetings(client, scene, page=2)

    assert first.count('<article class="card') == 20
    assert second.count('<article class="card') == 6
    assert meetings(client, scene, page="x").count("旧会24") == first.count("旧会24") == 1


def test_an_unknown_neighbourhood_has_no_meetings(client: Client) -> None:
    assert client.get("/n/nowhere/meetings/").status_code == 404


# --- how many queries ---


@pytest.mark.parametrize("delegates", [3, 9])
def test_the_page_takes_few_queries_however_many_take_part(
    client: Client, delegates: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = hearing_at(H.PUBLISHED, delegates=delegates)
    url = reverse("meetings:hearing", args=[scene.pk])
    client.get(url)

    # The draw by lot and the map of opinions are asked for once each.
    with django_assert_num_queries(11):
        client.get(url)


@pytest.mark.parametrize("delegates", [3, 9])
def test_the_page_takes_few_queries_for_the_committee(
    client: Client, delegates: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = hearing_at(H.REGISTRATION, delegates=delegates)
    url = reverse("meetings:hearing", args=[scene.pk])
    client.force_login(scene.worker)
    with clock.at(scene.now):
        client.get(url)

        # Four are what the reader owes about it: the posts held, the duties, and the thing behind the door.
        with django_assert_num_queries(18):
            client.get(url)


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_takes_few_queries_however_long_it_is(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = hearing_at(H.ANNOUNCED)
    for _ in range(count):
        for state in (H.ANNOUNCED, H.IN_SESSION, H.PUBLISHED):
            make_hearing(state, here=scene.here, starts_at=HELD_AT)
    url = reverse("meetings:meetings", args=[scene.here.slug])
    client.get(url)

    with django_assert_num_queries(8):
        client.get(url)


@pytest.mark.parametrize("count", [1, 5])
def test_the_cards_of_a_topic_take_three_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    topic = make_topic(factories.make_neighbourhood())
    for _ in range(count):
        make_hearing(topic=topic)

    with django_assert_num_queries(3):  # the second reads the hearings of their table
        found = cards_about(key(topic))

    assert [card.meeting.pk for card in found] == sorted((card.meeting.pk for card in found), reverse=True)
    assert len(found) == count


def test_a_card_says_who_owes_what_by_when_and_how_many_seats_are_left() -> None:
    scene = hearing_at(H.REGISTRATION)
    with clock.at(scene.now):
        register(scene, factories.make_resident(within=scene.here))
        card = cards_about(key(scene.topic))[0]

    assert card.takes_registrations
    assert card.seats_left == 4
    assert card.next is not None
    assert card.next.by == HELD_AT


def test_the_topic_s_page_shows_its_hearing(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)

    with clock.at(scene.now):
        text = client.get(scene.topic.get_absolute_url()).content.decode()

    assert scene.hearing.get_absolute_url() in text
