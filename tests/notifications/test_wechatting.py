"""News in WeChat: against a stand-in for the gateway, in both directions."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.community.models import Area, User
from portal.kit import clock, sms_http, wechat
from portal.kit.handover import Away, Refused, Unclear
from portal.notifications import parcels, wechatting
from portal.notifications.kinds import Kind
from portal.notifications.models import Channel, Parcel, Way, WechatLink
from tests import factories
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db
SECRET = "wechat-secret"
MESSAGE = wechat.Message("天馨", "水箱清洗", "https://portal.example/x/", "parcel-1")


class Gateway(http.server.BaseHTTPRequestHandler):
    """A stand-in: keeps what it is sent, takes an id once, answers as a test wants."""

    answer: ClassVar[tuple[int, dict[str, str]]] = (200, {"code": "OK"})
    got: ClassVar[list[tuple[dict[str, str], dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = dict(self.headers.items())
        signed = sms_http.signature(
            SECRET, self.path, headers["X-Wechat-Timestamp"], headers["X-Wechat-Nonce"], body
        )
        assert signed == headers["X-Wechat-Signature"]
        self.got.append((headers, json.loads(body)))
        status, said = self.answer
        answer = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def gateway(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Gateway]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.WECHAT_HTTP = {
        "url": f"http://127.0.0.1:{server.server_port}/wechat?v=1",
        "key": "portal-1",
        "secret": SECRET,
        "name": "天馨共治",
        "template": "T9",
    }
    settings.WECHAT_BACKEND = "portal.kit.wechat.over_http"
    monkeypatch.setattr(Gateway, "answer", (200, {"code": "OK"}))
    monkeypatch.setattr(Gateway, "got", [])
    yield Gateway
    server.shutdown()
    server.server_close()


@pytest.fixture
def chen() -> User:
    return factories.make_user()


def tells(said: dict[str, str], *, secret: str = SECRET, nonce: str = "", old: int = 0) -> HttpResponse:
    """The gateway tells the portal something."""
    body, stamp = json.dumps(said).encode(), str(int(time.time()) - old)
    nonce = nonce or f"n{factories.number()}"
    headers = {
        "X-Wechat-Timestamp": stamp,
        "X-Wechat-Nonce": nonce,
        "X-Wechat-Signature": sms_http.signature(secret, "/wechat/link/", stamp, nonce, body),
    }
    asked = Client(enforce_csrf_checks=True)
    return asked.post("/wechat/link/", body, content_type="application/json", headers=headers)


def linked(user: User, openid: str = "o-1") -> None:
    assert wechatting.link(openid, wechatting.offer_code(user))


def test_place_words_and_link_go_out(chen: User, here: Area, opened: Kind, gateway: type[Gateway]) -> None:
    linked(chen)
    make_news(chen, here, opened, title="水箱")

    assert parcels.send_due() == 1

    ((headers, said),) = gateway.got
    assert headers["X-Wechat-Key"] == "portal-1"
    assert said == {
        "id": f"parcel-{Parcel.objects.get().pk}",
        "openid": "o-1",
        "params": {"news": "Opened: 水箱", "place": here.name},
        "template": "T9",
        "text": f"【{here.name}】Opened: 水箱",
        "url": "http://127.0.0.1:8000/n/x/topics/",
    }


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ((200, {"code": "QUOTA"}), Refused),
        ((400, {"code": "BAD"}), Refused),
        ((403, {}), Away),
        ((502, {}), Away),
        ((200, {}), Unclear),
        ((200, {"code": "GONE"}), wechat.Gone),
    ],
)
def test_what_each_answer_means(
    gateway: type[Gateway], answer: tuple[int, dict[str, str]], meaning: type[Exception]
) -> None:
    gateway.answer = answer

    with pytest.raises(meaning):
        wechat.send("o-1", MESSAGE)


def test_a_gateway_that_is_away_costs_no_try(
    chen: User, here: Area, opened: Kind, gateway: type[Gateway]
) -> None:
    linked(chen)
    make_news(chen, here, opened)
    gateway.answer = (503, {})

    assert parcels.send_due() == 0
    assert Parcel.objects.get().tries == 0


def test_who_follows_the_account_no_more_is_unlinked(
    chen: User, here: Area, opened: Kind, gateway: type[Gateway]
) -> None:
    linked(chen)
    make_news(chen, here, opened)
    gateway.answer = (200, {"code": "GONE"})

    parcels.send_due()

    assert not WechatLink.objects.exists()
    assert not Way.objects.filter(channel=Channel.WECHAT).exists()


def test_a_code_sent_in_wechat_links_the_account_once(chen: User, gateway: type[Gateway]) -> None:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(chen)
    browser.post("/me/wechat/")
    code = WechatLink.objects.get().code
    assert code in browser.get("/me/wechat/").content.decode()

    assert tells({"openid": "o-7", "code": f" {code} "}).json() == {"code": "OK"}
    assert tells({"openid": "o-8", "code": code}).json() == {"code": "UNKNOWN"}

    assert WechatLink.objects.get().openid == "o-7"
    assert "Your WeChat is linked" in browser.get("/me/wechat/").content.decode()
    browser.post("/me/wechat/out/")
    assert not WechatLink.objects.exists()


def test_a_code_holds_ten_minutes(chen: User) -> None:
    code = wechatting.offer_code(chen)

    with clock.at(clock.now() + timedelta(minutes=11)):
        assert not wechatting.link("o-1", code)


def test_a_reader_is_one_account_at_a_time(chen: User) -> None:
    other = factories.make_user()
    linked(chen)

    linked(other)

    assert list(WechatLink.objects.exclude(openid="").values_list("user", flat=True)) == [other.pk]


@pytest.mark.parametrize("code", ["", "0", "00000000", "'; --"])
def test_a_code_that_is_none_links_nobody(chen: User, code: str, gateway: type[Gateway]) -> None:
    WechatLink.objects.create(user=chen)

    assert tells({"openid": "o-1", "code": code}).json() == {"code": "UNKNOWN"}


def test_who_does_not_sign_learns_nothing(chen: User, gateway: type[Gateway]) -> None:
    said = {"openid": "o-1", "code": wechatting.offer_code(chen)}

    assert tells(said, secret="guessed").status_code == 403
    assert tells(said, old=600).status_code == 403
    assert Client().post("/wechat/link/", said).status_code == 403
    assert WechatLink.objects.get().openid == ""


def test_what_was_signed_once_is_not_taken_again(chen: User, gateway: type[Gateway]) -> None:
    cache.clear()
    tells({"openid": "o-1", "code": "1"}, nonce="same")

    assert tells({"openid": "o-1", "code": "1"}, nonce="same").status_code == 403


@pytest.mark.parametrize("said", [{}, {"openid": "x"}])
def test_what_cannot_be_read_is_refused(said: dict[str, str], gateway: type[Gateway]) -> None:
    assert tells(said).status_code == 400


def test_without_a_gateway_there_is_no_page(chen: User) -> None:
    browser = Client()
    browser.force_login(chen)

    assert browser.get("/me/wechat/").status_code == 404
    assert tells({"openid": "o", "code": "1"}, secret="").status_code == 403
