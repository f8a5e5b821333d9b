"""Visitors without JavaScript, each with cookies and a connection of their own, through nginx as anybody comes in."""

from __future__ import annotations

import http.client
import itertools
import json
import secrets
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from deploy.local import units
from deploy.local.install import run
from deploy.local.machine import Machine

TOKEN = "csrfmiddlewaretoken"
PATIENCE = 30.0
AT_ONCE, EACH = 10, 15  # how many neighbours write at the same time, and how many posts before others do
NOBODY = 0  # the status of a request that was not answered at all


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0 where nobody answered. `seconds`: how long it took."""

    status: int
    headers: dict[str, str]
    text: str
    seconds: float


@dataclass
class Visitor:
    """Somebody who reads and writes. `name`: what the portal is called; `door`: a port without TLS, past nginx."""

    machine: Machine
    name: str
    cookies: dict[str, str] = field(default_factory=dict)
    door: int = 0
    line: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """A form, with the token that its page would have."""
        token = self.cookies.setdefault("__Host-csrf", secrets.token_hex(16))
        body = urlencode({**fields, TOKEN: token}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{self.name}"}
        return self.ask("POST", path, body, {**kind, "Referer": f"https://{self.name}{path}", **headers})

    def sign_in(self, login: str, password: str, **headers: str) -> Answer:
        """The form of the sign-in page; 302 where it was right."""
        return self.post("/accounts/login/", {"login": login, "password": password}, **headers)

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """One request on the open connection, or on a new one."""
        begun = time.perf_counter()
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": self.name, "Cookie": cookie, "Accept-Language": "zh-CN", **headers}
        try:
            self.line = self.line or self._connect()
            self.line.request(
                method, path, body or None, {name.replace("_", "-"): sent[name] for name in sent}
            )
            answer = self.line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(NOBODY, {}, "", time.perf_counter() - begun)
        self._keep(answer)
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, text, time.perf_counter() - begun)

    def close(self) -> None:
        """Hang up."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def _connect(self) -> http.client.HTTPConnection:
        if self.door:
            return http.client.HTTPConnection("127.0.0.1", self.door, timeout=PATIENCE)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.machine.ports["443"], timeout=PATIENCE, context=unknown()
        )

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.msg.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


@dataclass
class World:
    """A discussion and neighbours who are signed in already."""

    machine: Machine
    name: str
    thread: int
    password: str
    people: list[dict[str, str]]
    turns: Iterator[int] = field(default_factory=itertools.count)

    def writer(self) -> Visitor:
        """Whose turn it is to write. A person may post 20 times in 5 minutes: nobody does more than 15 times."""
        turn = next(self.turns)
        return self.visitor(turn // (AT_ONCE * EACH) * AT_ONCE + turn % AT_ONCE)

    def visitor(self, number: int) -> Visitor:
        """One of the neighbours."""
        session = self.people[number % len(self.people)]["session"]
        return Visitor(self.machine, self.name, {"__Host-session": session})

    @property
    def page(self) -> str:
        """The discussion."""
        return f"/threads/{self.thread}/"

    def say(self, who: Visitor, mark: str, key: str) -> Answer:
        """One post. 302 where it is kept; who is sent to the sign-in instead gets 401 here."""
        answer = who.post(f"{self.page}posts/", {"body": mark, "asks": "", "once": key})
        asked = "/accounts/login/" in answer.headers.get("location", "")
        return replace(answer, status=401) if asked else answer

    def said(self) -> list[str]:
        """What the database has, text by text."""
        return list(json.loads(seeded(self.machine, "said", str(self.thread))))


def world(machine: Machine, name: str, people: int) -> World:
    """A new discussion with neighbours."""
    return World(machine, name, **json.loads(seeded(machine, "make", str(people))))


def seeded(machine: Machine, *arguments: str) -> str:
    """What deploy.local.seeds printed, run in the code that is served with its environment."""
    told = [f"{name}={value}" for name, value in units.environment(machine.path("etc/portal.env")).items()]
    program = f"cd {machine.code} && exec .venv/bin/python -m deploy.local.seeds {' '.join(arguments)}"
    return run(machine, "env", *told, "sh", "-c", program).splitlines()[-1]


@dataclass
class Load:
    """Readers and writers at work, and what they met."""

    world: World
    writers: int
    pause: float = 0.2
    answers: list[tuple[str, float, Answer]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    resent: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, *more: Callable[[Load], None]) -> None:
        """Let the writers write and one reader read, besides whatever else is to be done all the time."""
        works: list[Callable[[], None]] = [self._write] * self.writers
        works += [self._read, *(partial(work, self) for work in more)]
        for work in works:
            self.threads.append(threading.Thread(target=work, daemon=True))
            self.threads[-1].start()

    def end(self) -> None:
        """Let everybody finish what they do."""
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE * 2)

    def note(self, kind: str, answer: Answer, *good: int) -> bool:
        """Keep an answer under what was wanted; whether it was right."""
        kept = (
            answer
            if answer.status in good
            else Answer(-1 - answer.status, {}, answer.text[:300], answer.seconds)
        )
        self.answers.append((kind, time.monotonic(), kept))
        return answer.status in good

    def figures(self, kind: str, since: float = 0.0, until: float = 0.0) -> dict[str, Any]:
        """Asked, failed and the 95th percentile (s) of one kind, of those that ended between two moments."""
        found = [
            answer
            for named, at, answer in list(self.answers)
            if named == kind and since <= at <= (until or at)
        ]
        times = sorted(answer.seconds for answer in found)
        wrong = sorted({str(-1 - answer.status) for answer in found if answer.status < 0})
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))] if times else 0.0
        failed = sum(answer.status < 0 for answer in found)
        slowest = round(times[-1], 2) if times else 0.0
        return {
            "asked": len(found),
            "failed": failed,
            "with": wrong,
            "p95": round(p95, 2),
            "slowest": slowest,
        }

    def lost(self) -> tuple[int, int]:
        """How many acknowledged posts are missing, and how many are there more than once."""
        there = self.world.said()
        return (
            sum(mark not in there for mark in self.acknowledged),
            sum(there.count(mark) > 1 for mark in set(there)),
        )

    def _write(self) -> None:
        """Post after post; one that failed is sent again with its key, as a person would press again."""
        while not self.stop.is_set():
            who = self.world.writer()
            mark, key = f"m-{uuid.uuid4()}", str(uuid.uuid4())
            for again in range(40):
                answer = self.world.say(who, mark, key)
                if self.note("write" if not again else "resent", answer, 302):
                    self.acknowledged.append(mark)
                    break
                self.resent += 1
                if self.stop.wait(1.0):
                    break
            who.close()
            self.stop.wait(self.pause)

    def _read(self) -> None:
        who, at = self.world.visitor(0), 0
        while not self.stop.is_set():
            at += 1
            self.note("read", who.get(self.world.page if at % 2 else "/"), 200)
            self.stop.wait(self.pause)


def signing_in(load: Load) -> None:
    """One neighbour after the other signs in anew, now and then."""
    at = 0
    while not load.stop.is_set():
        who = Visitor(load.world.machine, load.world.name)
        person = load.world.people[-1 - at % len(load.world.people)]
        load.note("sign in", who.sign_in(person["login"], load.world.password), 302)
        who.close()
        at += 1
        load.stop.wait(1.0)


def unknown() -> ssl.SSLContext:
    """TLS without asking who vouches: the certificate is ours."""
    return ssl._create_unverified_context()  # noqa: S323


class Socket:
    """A reader's socket, as the page of a discussion opens it."""

    def __init__(self, world: World, number: int, origin: str = "") -> None:
        plain = socket.create_connection(("127.0.0.1", world.machine.ports["443"]), PATIENCE)
        self.line = unknown().wrap_socket(plain)
        session = world.people[number]["session"]
        lines = [f"GET /ws/threads/{world.thread}/ HTTP/1.1", f"Host: {world.name}", "Upgrade: websocket"]
        lines += [
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        lines += [f"Origin: {origin or f'https://{world.name}'}", f"Cookie: __Host-session={session}"]
        self.line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.heard = b""
        self.status = int(self.until(b"\r\n\r\n").split(b" ", 2)[1] or 0)

    def until(self, mark: bytes, seconds: float = 10.0) -> bytes:
        """What was heard when this mark came; nothing where it did not come in time."""
        self.line.settimeout(seconds)
        try:
            while mark not in self.heard:
                more = self.line.recv(65536)
                if not more:
                    return b"  "
                self.heard += more
        except OSError:
            return b"  "
        return self.heard
