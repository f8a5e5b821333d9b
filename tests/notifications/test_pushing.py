"""Letting news into a browser and out again, and what reaches it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from portal.community.models import Area, User
from portal.kit.errors import NotPossible
from portal.kit.handover import Later, NotTaken
from portal.kit.webpush import Browser, Gone
from portal.notifications import choosing, parcels, pushing
from portal.notifications.kinds import Kind
from portal.notifications.models import Channel, Pace, Parcel, PushDevice, Way
from tests import factories
from tests.kit.test_webpush import Phone
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def chen() -> User:
    return factories.make_user()


class Servers:
    """Push servers: what was sent where, and what each answers."""

    def __init__(self) -> None:
        self.took: list[tuple[str, dict[str, str], str]] = []
        self.answers: dict[str, NotTaken] = {}

    def push(self, browser: Browser, payload: bytes, *, topic: str) -> None:
        if answer := self.answers.get(browser.endpoint):
            raise answer
        self.took.append((browser.endpoint, json.loads(payload), topic))


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    made = Servers()
    monkeypatch.setattr(pushing.webpush, "push", made.push)
    return made


def device(user: User, number: int = 1) -> PushDevice:
    return pushing.let_in(user, Phone().browser(f"https://push.example.com/{number}"))


def test_title_and_link_go_out_and_nothing_else(
    chen: User, here: Area, opened: Kind, servers: Servers
) -> None:
    device(chen)
    make_news(chen, here, opened, title="水箱", until_at="2026-11-30T24:00")

    assert parcels.send_due() == 1

    key = f"parcel-{Parcel.objects.get().pk}"
    said = {"title": "Opened: 水箱", "url": "/n/x/topics/", "tag": key}
    assert servers.took == [("https://push.example.com/1", said, key)]
    assert len(key) <= 32


def test_a_browser_that_is_gone_is_forgotten_and_the_others_are_told(
    chen: User, here: Area, opened: Kind, servers: Servers
) -> None:
    gone, _other = device(chen, 1), device(chen, 2)
    servers.answers[gone.endpoint] = Gone(410)
    make_news(chen, here, opened)

    assert parcels.send_due() == 1

    assert [endpoint for endpoint, _said, _topic in servers.took] == ["https://push.example.com/2"]
    assert not PushDevice.objects.filter(pk=gone.pk).exists()


def test_where_the_only_browser_is_gone_nothing_waits(
    chen: User, here: Area, opened: Kind, servers: Servers
) -> None:
    servers.answers[device(chen).endpoint] = Gone(404)
    make_news(chen, here, opened)

    parcels.send_due()

    assert not Parcel.objects.filter(sent_at=None).exists()


def test_a_server_that_is_busy_is_asked_again(chen: User, here: Area, opened: Kind, servers: Servers) -> None:
    servers.answers[device(chen).endpoint] = Later(429)
    make_news(chen, here, opened)

    assert parcels.send_due() == 0
    assert (Parcel.objects.get().sent_at, PushDevice.objects.count()) == (None, 1)


@pytest.mark.parametrize(
    "endpoint", ["http://push.example.com/1", "https://127.0.0.1/1", "https://10.0.0.1/", ""]
)
def test_what_is_no_push_server_is_not_kept(chen: User, endpoint: str) -> None:
    with pytest.raises(NotPossible):
        pushing.let_in(chen, Phone().browser(endpoint))

    assert not PushDevice.objects.exists()
    assert not Way.objects.exists()


def test_a_browser_belongs_to_whoever_let_news_in_last(chen: User) -> None:
    device(chen)
    other = factories.make_user()

    device(other)

    assert list(PushDevice.objects.values_list("user", flat=True)) == [other.pk]


def test_an_account_has_some_browsers_and_no_more(chen: User) -> None:
    for number in range(pushing.MOST + 2):
        device(chen, number)

    kept = set(PushDevice.objects.values_list("endpoint", flat=True))
    assert len(kept) == pushing.MOST
    assert "https://push.example.com/0" not in kept


def test_a_pace_that_was_chosen_stays_where_another_browser_is_let_in(chen: User) -> None:
    device(chen)
    choosing.choose_ways(chen, {Channel.PUSH: Pace.DAILY})

    device(chen, 2)

    assert Way.objects.get(user=chen, channel=Channel.PUSH).pace == Pace.DAILY


def test_signing_out_ends_it_on_this_device_only(chen: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(chen)
    device(chen, 2)
    browser = Phone().browser()
    client.post("/me/push/", browser._asdict())
    assert "News goes to 2 devices of yours." in client.get("/me/notices/preferences/").content.decode()

    client.post("/accounts/logout/")

    assert list(PushDevice.objects.values_list("endpoint", flat=True)) == ["https://push.example.com/2"]


def test_all_can_be_let_out_on_the_page(chen: User) -> None:
    client = Client()
    client.force_login(chen)
    device(chen)

    client.post("/me/push/out/")

    assert (PushDevice.objects.count(), Way.objects.count()) == (0, 0)


@pytest.mark.parametrize("said", [{}, {"endpoint": "x" * 2000, "p256dh": "x", "auth": "x"}])
def test_what_a_browser_says_wrongly_is_a_message(chen: User, said: dict[str, str]) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(chen)

    page = client.post("/me/push/", said, follow=True).content.decode()

    assert "named no push server" in page


def test_the_worker_stands_at_the_top_for_everybody() -> None:
    answer = Client().get("/sw.js")

    assert answer["Content-Type"] == "text/javascript"
    assert "showNotification" in answer.content.decode()
