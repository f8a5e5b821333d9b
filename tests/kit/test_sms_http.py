"""Text messages over HTTP: what is sent, how it is signed, and what each answer means."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from portal.kit import sms, sms_http
from portal.kit.handover import Away, NotTaken, Refused, Unclear
from portal.kit.sms import Message, Template

PHONE, CODE = "13900000001", "482913"
MESSAGE = Message(Template.CODE, f"您的验证码是 {CODE}。", {"code": CODE, "minutes": "10"}, key="k1")
CONFIG: dict[str, Any] = {
    "url": "https://sms.example/send?v=1",
    "key": "portal-1",
    "secret": "s3cret",
    "sign": "邻里共治",
    "templates": {"code": "T1", "account_exists": "T2", "unknown_account": "T3", "news": "T4"},
}


class Provider(http.server.BaseHTTPRequestHandler):
    """A stand-in: it keeps what it is sent and answers as a test wants it to."""

    answer: ClassVar[Callable[[Provider], None]]
    got: ClassVar[list[tuple[str, dict[str, str], bytes]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Provider.got.append(
            (self.requestline, {name.lower(): value for name, value in self.headers.items()}, body)
        )
        Provider.answer(self)

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def provider(settings: Settings) -> Iterator[type[Provider]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.SMS_HTTP = CONFIG | {"url": f"http://127.0.0.1:{server.server_port}/send?v=1"}
    settings.SMS_BACKEND = "portal.kit.sms_http.send"
    Provider.got = []
    Provider.answer = lambda request: request.say(200, b'{"code": "OK"}')
    yield Provider
    server.shutdown()
    thread.join()
    server.server_close()


def answered(status: int, body: str) -> Callable[[Provider], None]:
    return lambda request: request.say(status, body.encode())


def slow(request: Provider) -> None:
    time.sleep(0.5)


def in_drops(request: Provider) -> None:
    """A byte now and then, each in time by itself."""
    request.send_response(200)
    request.end_headers()
    with suppress(OSError):
        for _drop in range(20):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.05)


def hung_up(request: Provider) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)


def refused(act: Callable[[], object]) -> NotTaken:
    with pytest.raises(NotTaken) as caught:
        act()
    return caught.value


# --- what is sent ---


def test_the_body_is_written_in_one_way_only() -> None:
    assert sms_http.body_of(PHONE, MESSAGE, CONFIG).decode() == (
        '{"id":"k1","params":{"code":"482913","minutes":"10"},"phone":"13900000001","sign":"邻里共治","template":"T1"}'
    )


def test_the_example_of_the_docs_is_true(settings: Settings) -> None:
    text = (settings.BASE_DIR / "docs/sms.md").read_text("utf-8")
    [body] = re.findall(r"^(\{\"id\".*\})$", text, re.M)
    [stamp, nonce, signed] = [
        re.findall(rf"^X-Sms-{name}: (\S+)$", text, re.M)[0] for name in ("Timestamp", "Nonce", "Signature")
    ]
    [secret] = re.findall(r"secret `([^`]+)`", text)

    assert sms_http.signature(secret, "/send", stamp, nonce, body.encode()) == signed


@pytest.mark.postgres
def test_a_request_is_signed_so_that_the_provider_can_check_it(provider: type[Provider]) -> None:
    sms_http.send(PHONE, MESSAGE)
    sms_http.send(PHONE, Message(Template.NEWS, "x", {"place": "天馨", "news": "开门"}))

    for line, headers, body in provider.got:
        assert line == "POST /send?v=1 HTTP/1.1"
        assert headers["content-type"] == "application/json; charset=utf-8"
        text = (
            f"POST\n/send?v=1\n{headers['x-sms-timestamp']}\n{headers['x-sms-nonce']}\n"
            + hashlib.sha256(body).hexdigest()
        )
        assert headers["x-sms-signature"] == hmac.digest(b"s3cret", text.encode(), "sha256").hex()
        assert abs(int(headers["x-sms-timestamp"]) - time.time()) < 60
        assert headers["x-sms-key"] == "portal-1"
    (_, first, code), (_, second, news) = provider.got
    assert first["x-sms-nonce"] != second["x-sms-nonce"]
    assert json.loads(code)["id"] == "k1"
    assert json.loads(news)["template"] == "T4"


# --- what is answered ---


@pytest.mark.postgres
@pytest.mark.parametrize("body", ['{"code": "OK"}', '{"code": "ok", "message": "x"}', '{"code": 0}'])
def test_taken(provider: type[Provider], body: str) -> None:
    provider.answer = answered(201, body)

    sms_http.send(PHONE, MESSAGE)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (answered(200, '{"code": "LIMIT", "message": "too many"}'), Refused, "200 LIMIT too many"),
        (answered(400, '{"code": "PHONE"}'), Refused, "400 PHONE"),
        (answered(422, "no"), Refused, "422"),
        (answered(401, '{"code": "KEY", "message": "wrong key"}'), Away, "401 KEY wrong key"),
        (answered(404, "<html>"), Away, "404"),
        (answered(429, ""), Away, "429"),
        (answered(302, ""), Away, "302"),
        (answered(500, "oops"), Away, "500"),
        (answered(503, '{"code": "OK"}'), Away, "503 OK"),
        (answered(200, "<html>hello</html>"), Unclear, "200, and no answer that can be read"),
        (answered(200, "[]"), Unclear, "200, and no answer that can be read"),
        (slow, Unclear, "no answer: TimeoutError"),
        (in_drops, Unclear, "no answer: TimeoutError"),
        (hung_up, Unclear, "no answer: RemoteDisconnected"),
    ],
)
def test_not_taken(
    provider: type[Provider],
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[Provider], None],
    kind: type[NotTaken],
    reason: str,
) -> None:
    monkeypatch.setattr(sms_http, "ANSWER_SECONDS", 0.2)
    provider.answer = answer

    error = refused(lambda: sms_http.send(PHONE, MESSAGE))

    assert (type(error), str(error)) == (kind, reason)
    assert len(provider.got) == 1


def test_a_provider_that_cannot_be_reached_took_nothing(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SMS_HTTP = CONFIG | {"url": f"http://127.0.0.1:{free.getsockname()[1]}/"}
        error = refused(lambda: sms_http.send(PHONE, MESSAGE))

    assert isinstance(error, Away)
    assert "ConnectionRefusedError" in str(error)


def quoting(number: str, message: Message) -> None:
    """An adapter that says in its error what it was given."""
    raise RuntimeError(f"could not send {message} {message.text} to {number}: {message.params}")


@pytest.mark.django_db
def test_neither_log_nor_traceback_of_a_failed_text_holds_the_code(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_BACKEND = f"{__name__}.quoting"

    error = refused(lambda: sms.hand_over(PHONE, MESSAGE, address="x"))

    written = caplog.text + str(error) + "".join(logging.Formatter().format(each) for each in caplog.records)
    assert "139****0001: RuntimeError: could not send <Message code>" in written
    assert [secret for secret in (CODE, PHONE) if secret in written] == []
    assert error.__context__ is None


# --- what is set up ---


def test_all_of_it_has_to_be_set_up() -> None:
    assert sms_http.missing(CONFIG) == []
    assert sms_http.missing(CONFIG | {"secret": "", "templates": {"code": "T1"}}) == [
        "PORTAL_SMS_SECRET",
        "PORTAL_SMS_TEMPLATE_ACCOUNT_EXISTS",
        "PORTAL_SMS_TEMPLATE_UNKNOWN_ACCOUNT",
        "PORTAL_SMS_TEMPLATE_NEWS",
    ]


@pytest.mark.parametrize(
    ("url", "well"),
    [
        ("https://sms.example", True),
        ("http://127.0.0.1:8081/send", True),
        ("http://[::1]:8081/", True),
        ("http://sms.example", False),
        ("sms.example", False),
        ("https://", False),
        ("https://sms.example:port/", False),
    ],
)
def test_codes_travel_encrypted(url: str, well: bool) -> None:
    assert sms_http.is_safe(url) is well


def test_what_is_signed_is_the_path_of_the_request_line() -> None:
    paths = [sms_http.path_of(urlsplit(url)) for url in ("https://a", "https://a/b", "https://a/b?c=d")]

    assert paths == ["/", "/b", "/b?c=d"]
