"""A real server on the test's own database, and voters who reach it over HTTP."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from portal.community.models import User
from portal.kit import clock
from portal.voting.models import Vote
from tests.voting import factories

PATIENCE = 30
TOKEN = "kX9" * 10 + "ab"  # 32 letters, in cookie and form alike


def open_now(place: factories.Place) -> Vote:
    """A vote that is open by the real clock, which a server in another process reads."""
    now = clock.now()
    times = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(hours=1)}
    return factories.call(place, at=now - timedelta(days=30), **times)


@dataclass
class Server:
    """One process that serves the portal; it can be killed and started again."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port)]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PORTAL_DATABASE_URL": address(),
        }
        self.process = subprocess.Popen([*command, "portal.asgi:application"], env=environment)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """As a power cut would: nothing is finished."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def server() -> Iterator[Server]:
    """A server that runs until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        running = Server(probe.getsockname()[1])
    running.start()
    try:
        yield running
    finally:
        running.kill()


@dataclass
class Voter:
    """A browser at the step where the choice was checked; sending again sends the same form."""

    session: str
    choice: str = "for"
    once: str = field(default_factory=lambda: str(uuid.uuid4()))

    def send(self, port: int, vote: Vote) -> int:
        """Send the ballot; the status of the answer. Raises OSError where none came."""
        form = {"csrfmiddlewaretoken": TOKEN, "once": self.once, "choice": self.choice}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie}
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            line.request("POST", f"/votes/{vote.pk}/check/", urlencode(form), headers)
            return line.getresponse().status
        except http.client.HTTPException as error:
            raise ConnectionError("no answer") from error
        finally:
            line.close()

    def reads(self, port: int, path: str) -> str:
        """A page as this voter sees it."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            line.request("GET", path, headers={"Cookie": self._cookie, "Accept-Language": "zh-CN"})
            return line.getresponse().read().decode()
        finally:
            line.close()

    @property
    def _cookie(self) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def voter(user: User) -> Voter:
    """Somebody who is signed in."""
    browser = Client()
    browser.force_login(user, "portal.register.backends.NameBackend")
    return Voter(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def address() -> str:
    """The test's own database."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
