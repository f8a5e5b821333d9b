"""Talking to a mail server that hangs, hangs up or refuses at each step: what is known of the mail then."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from pytest_django import Settings

from portal.kit import smtp
from portal.kit.handover import Away, Later, NotTaken, Refused, Unclear
from portal.notifications import mails, outbox
from portal.notifications.models import Mail

pytestmark = pytest.mark.postgres
HANG, CLOSE = "hang", "close"


class Server(socketserver.StreamRequestHandler):
    """A stand-in that says what a test wants at each step: an answer, or that it hangs or closes."""

    says: ClassVar[dict[str, str]]
    took: ClassVar[list[bytes]]
    usual: ClassVar[dict[str, str]] = {
        "connect": "220 hello", "ehlo": "250-me\r\n250 SIZE 1000", "mail": "250 ok", "rcpt": "250 ok",
        "data": "354 go on", "words": "250 taken", "quit": "221 bye", "rset": "250 ok",
    }  # fmt: skip

    def handle(self) -> None:
        if not self.say("connect"):
            return
        while line := self.rfile.readline():
            step = line[:4].decode().strip().lower()
            if not self.say(step):
                return
            if step == "data" and self.says.get("data", "354").startswith("354"):
                words = self.words()
                if not self.say("words"):
                    return
                if self.says.get("words", "250").startswith("250"):
                    Server.took.append(words)
            if step == "quit":
                return

    def words(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)

    def say(self, step: str) -> bool:
        answer = self.says.get(step, self.usual.get(step, "500 what?"))
        if answer == HANG:
            time.sleep(1)
            return False
        if answer == CLOSE:
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True


class Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up on the stand-in is no matter."""


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    with Threads(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_BACKEND = "portal.kit.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address[:2]
        settings.EMAIL_TIMEOUT = 0.2
        monkeypatch.setattr(smtp, "LOOKS_THROUGH_SECONDS", 0.2)
        Server.says, Server.took = {}, []
        yield Server
        running.shutdown()
        thread.join()


def attempt() -> NotTaken | None:
    """What is said against one mail; None where it was taken."""
    connection = get_connection()
    try:
        smtp.connect(connection)
        smtp.hand_over(EmailMessage("s", "words", to=["chen@example.org"]), connection)
    except NotTaken as answer:
        return answer
    finally:
        smtp.disconnect(connection)
    return None


def test_a_mail_is_taken(server: type[Server]) -> None:
    assert attempt() is None
    assert len(server.took) == 1


@pytest.mark.parametrize(
    ("step", "says", "kind"),
    [
        *((step, says, Away) for step in ("connect", "ehlo", "mail", "rcpt", "data") for says in (HANG, CLOSE)),
        ("words", HANG, Unclear),
        ("words", CLOSE, Unclear),
        *((step, "421 closing", Away) for step in ("connect", "mail", "rcpt", "data", "words")),
        ("connect", "554 no", Away),
        ("mail", "451 later", Away),
        ("mail", "530 sign in", Away),
        ("mail", "552 too large", Refused),
        ("rcpt", "450 grey", Later),
        ("rcpt", "550 nobody chen@example.org", Refused),
        ("data", "451 later", Later),
        ("words", "452 full", Later),
        ("words", "554 spam", Refused),
        ("words", "nonsense", Unclear),
    ],
)  # fmt: skip
def test_what_is_known_after_each_step(
    server: type[Server], step: str, says: str, kind: type[NotTaken]
) -> None:
    server.says = {step: says}

    answer = attempt()

    assert type(answer) is kind
    assert "chen" not in str(answer)
    assert server.took == []


@pytest.mark.parametrize(
    "change",
    [{"EMAIL_PORT": 1}, {"EMAIL_HOST": "no.such.host.invalid"}, {"EMAIL_USE_TLS": True}, {"EMAIL_USE_SSL": True},
     {"EMAIL_HOST_USER": "u", "EMAIL_HOST_PASSWORD": "p"}],
    ids=str,
)  # fmt: skip
def test_what_is_set_up_wrongly_takes_nothing(
    server: type[Server], settings: Settings, change: dict[str, object]
) -> None:
    for name, value in change.items():
        setattr(settings, name, value)

    assert type(attempt()) is Away


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("says", "tries", "taken"), [({}, 1, True), ({"words": HANG}, 1, False), ({"mail": HANG}, 0, False)]
)
def test_a_request_waits_a_short_time_and_what_comes_of_it_later_is_written_down(
    server: type[Server], monkeypatch: pytest.MonkeyPatch, says: dict[str, str], tries: int, taken: bool
) -> None:
    monkeypatch.setattr(mails, "REQUEST_SECONDS", 0.05)
    server.says = says
    if taken:
        server.says = {"connect": "220 hello"}
        slow(monkeypatch)
    began = time.monotonic()

    mails.put("login_code", "chen@example.org", "s", "482913", worth=timedelta(minutes=10))

    assert time.monotonic() - began < 0.9
    assert mails.server_is_away()
    settled = until(lambda: Mail.objects.filter(tries=tries, last_error__gt="").exists() or sent())
    row = Mail.objects.get()
    assert (settled, row.tries, row.sent_at is not None, len(server.took)) == (True, tries, taken, int(taken))


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = smtp.connect

    def connect(connection: BaseEmailBackend) -> None:
        time.sleep(1)
        usual(connection)

    monkeypatch.setattr(smtp, "connect", connect)


def sent() -> bool:
    return Mail.objects.exclude(sent_at=None).exists()


def until(true: Callable[[], bool]) -> bool:
    for _time in range(300):
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_out_at_once_after_the_transaction(server: type[Server]) -> None:
    with transaction.atomic():
        mails.put("login_code", "chen@example.org", "s", "482913", worth=timedelta(minutes=10))
        assert server.took == []

    assert len(server.took) == 1
    assert (sent(), outbox.send_due()) == (True, 0)
