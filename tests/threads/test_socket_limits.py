from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.asgi import application as site
from portal.community.models import User
from portal.threads import hub, readers, rooms
from portal.threads.live import group
from portal.threads.tickets import Ticket, ended
from tests.examples import examples
from tests.threads.factories import (
    make_neighbour,
    make_posts,
    make_thread,
    say,
)
from tests.threads.lines import Line, live, shut

pytestmark = pytest.mark.django_db(transaction=True)
say_ = sync_to_async(say)


# --- heartbeat and presence ---


def test_the_heartbeat_tells_the_newest_number_and_how_many_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.3)
    thread = make_thread()
    make_posts(thread, 3)

    async def scenario() -> None:
        lines = [Line(thread.pk, after=3).open() for _time in range(3)]
        line = await lines[0].until(lambda line: len(line.texts) >= 3)
        assert line.frames[-1] == {"after": 3, "sequence": 3, "open": True, "online": 3, "posts": []}
        await shut(*lines[1:])
        await line.until(lambda line: line.frames[-1]["online"] == 1)
        await shut(line)

    live(scenario)


def test_readers_of_other_processes_count_while_their_lease_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.2)
    monkeypatch.setattr(rooms, "LEASE", 1.0)
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        told = {"type": "thread.online", "thread": thread.pk, "process": "other", "count": 22}
        await get_channel_layer().group_send(group(thread.pk), told)
        await line.until(lambda line: line.frames[-1]["online"] == 23)
        await line.until(lambda line: line.frames[-1]["online"] == 1)
        await shut(line)

    live(scenario)


def test_events_of_another_version_do_no_harm() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        layer = get_channel_layer()
        for strange in (
            {"type": "thread.dance", "thread": thread.pk},
            {"type": "thread.news"},
            {"type": "x"},
        ):
            await layer.group_send(group(thread.pk), strange)
        await say_(neighbour, thread)
        await line.until(lambda line: line.mirror.last == 1)
        await shut(line)

    live(scenario)


# --- limits ---


def test_thirty_words_are_ignored_the_next_closes_with_4408() -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = Line(thread.pk).open()
        for number in range(30):
            line.say(f'{{"type": "thread.news", "n": {number}}}')
        await asyncio.sleep(0.2)
        assert line.code == 0
        for _time in range(5000):
            line.say("x")
        await line.until(lambda line: line.code == 4408)
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("message", [{"text": "字" * 1025}, {"bytes": b"x" * 1025}])
def test_a_long_word_closes_with_4408(message: dict[str, Any]) -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = Line(thread.pk).open()
        line.say_raw({"type": "websocket.receive", **message})
        await line.until(lambda line: line.code == 4408)
        await shut(line)

    live(scenario)


@settings(max_examples=examples(10), deadline=None)
@given(st.lists(st.one_of(st.text(max_size=200), st.binary(max_size=200)), max_size=25))
def test_whatever_a_client_says_is_ignored(said: list[str | bytes]) -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = Line(thread.pk).open()
        for one in said:
            line.say_raw({"type": "websocket.receive", "text" if isinstance(one, str) else "bytes": one})
        await line.until(lambda line: len(line.texts) == 1)
        assert line.code == 0
        await shut(line)

    live(scenario)


def test_a_slow_reader_holds_nobody_up_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LAG", 3)
    monkeypatch.setattr(rooms, "WINDOW", 0.01)
    thread = make_thread()
    neighbour = make_neighbour(thread)

    async def scenario() -> None:
        slow, quick = Line(thread.pk).open(), Line(thread.pk).open()
        for line in (slow, quick):
            await line.until(lambda line: len(line.texts) == 1)
        slow.stuck = asyncio.Event()
        for number in range(1, 9):
            await say_(neighbour, thread)
            await quick.until(lambda line, number=number: line.mirror.last == number)
        slow.stuck.set()
        await slow.until(lambda line: line.code == 4408)
        assert (quick.mirror.last, quick.code) == (8, 0)
        back = await Line(thread.pk, after=slow.mirror.last).open().until(lambda line: line.mirror.last == 8)
        assert {**slow.mirror.shown, **back.mirror.shown} == quick.mirror.shown
        await shut(slow, quick, back)

    live(scenario)


def test_a_reader_slow_for_a_moment_misses_nothing() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)

    async def scenario() -> None:
        slow, quick = Line(thread.pk).open(), Line(thread.pk).open()
        for line in (slow, quick):
            await line.until(lambda line: len(line.texts) == 1)
        slow.stuck = asyncio.Event()
        for number in range(1, 6):
            await say_(neighbour, thread)
            await quick.until(lambda line, number=number: line.mirror.last == number)
        slow.stuck.set()
        await slow.until(lambda line: line.mirror.last == 5)
        assert (slow.told, slow.gaps, slow.code) == (quick.told, 0, 0)
        await shut(slow, quick)

    live(scenario)


def test_a_socket_that_breaks_while_written_to_harms_nobody() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)

    class Broken(Line):
        async def _send(self, message: dict[str, Any]) -> None:
            if self.texts:
                raise OSError("gone")
            await super()._send(message)

    async def scenario() -> None:
        broken, sound = Broken(thread.pk).open(), Line(thread.pk).open()
        for line in (broken, sound):
            await line.until(lambda line: len(line.texts) == 1)
        await say_(neighbour, thread)
        await sound.until(lambda line: line.mirror.last == 1)
        await shut(broken, sound)

    live(scenario)


# --- who is there ---


def signed_in(user: User) -> dict[str, Any]:
    """The scope of a socket of somebody signed in."""
    client = Client()
    client.force_login(user)
    session = SessionStore(client.session.session_key)
    session.load()
    return {"user": user, "session": session}


def log_out(user: User, session: SessionStore) -> None:
    Session.objects.filter(pk=session.session_key).delete()


def deactivate(user: User, session: SessionStore) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User, session: SessionStore) -> None:
    user.set_password("anders-2026")
    user.save()


@pytest.mark.parametrize("change", [log_out, deactivate, change_password])
def test_the_socket_of_whoever_is_no_longer_signed_in_is_closed_within_five_seconds(change: Any) -> None:
    thread = make_thread()
    user, other = make_neighbour(thread), make_neighbour(thread)
    scope, others = signed_in(user), signed_in(other)

    async def scenario() -> None:
        gone, stays, visitor = (
            Line(thread.pk, **scope).open(),
            Line(thread.pk, **others).open(),
            Line(thread.pk).open(),
        )
        for line in (gone, stays, visitor):
            await line.until(lambda line: len(line.texts) == 1)
        await sync_to_async(change)(user, scope["session"])
        await gone.until(lambda line: line.code == 4403, seconds=5)
        await say_(other, thread)
        for line in (stays, visitor):
            await line.until(lambda line: line.mirror.last == 1)
        assert (gone.mirror.last, stays.code, visitor.code) == (0, 0, 0)
        await shut(gone, stays, visitor)

    live(scenario)


def test_a_real_sign_out_ends_the_ticket(client: Client) -> None:
    user = make_neighbour(make_thread())
    client.force_login(user)
    ticket = Ticket(client.session.session_key or "", user.pk)
    assert ended([ticket]) == set()
    assert ended([Ticket(ticket.session, user.pk + 1)]) == {Ticket(ticket.session, user.pk + 1)}

    client.post("/accounts/logout/")

    assert ended([ticket]) == {ticket}


def test_ten_sockets_a_person() -> None:
    thread = make_thread()
    scope = signed_in(make_neighbour(thread))

    async def scenario() -> None:
        lines = [Line(thread.pk, **scope).open() for _time in range(10)]
        for line in lines:
            await line.until(lambda line: len(line.texts) == 1)
        assert lines[-1].frames[-1]["online"] == 1
        eleventh = await Line(thread.pk, **scope).open().until(lambda line: line.code == 4429)
        visitor = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        await shut(eleventh, lines.pop())
        again = await Line(thread.pk, **scope).open().until(lambda line: len(line.texts) == 1)
        await shut(*lines, visitor, again)

    live(scenario)


ORIGINS = [
    ("http://127.0.0.1:8000", True),
    ("http://localhost:8000", True),
    ("https://127.0.0.1:8000", False),
    ("http://127.0.0.1:8001", False),
    ("http://127.0.0.1", False),
    ("http://localhost.evil.example:8000", False),
    ("http://evil.example", False),
    ("http://sub.localhost:8000", False),
    ("http://user@localhost:8000", False),
    ("http://localhost:8000/", False),
    ("http://[localhost:8000", False),
    ("HTTP://LOCALHOST:8000", False),
    ("http://user@localhost:8000.evil.example", False),
    ("null", False),
    ("", False),
    ("file://", False),
    (None, False),
]


def test_only_our_own_pages_open_a_socket() -> None:
    thread = make_thread()

    async def welcomed(origin: str | None) -> bool:
        given = [(b"origin", origin.encode())] if origin is not None else []
        line = Line(thread.pk, headers=[(b"host", b"127.0.0.1:8000"), *given])
        del line.scope["user"]
        line.open(site)
        await line.until(lambda line: bool(line.texts) or line.refused)
        assert line.accepted is not line.refused
        await shut(line)
        return line.accepted

    async def scenario() -> None:
        assert [(origin, await welcomed(origin)) for origin, _expected in ORIGINS] == ORIGINS

    live(scenario)


def test_the_site_knows_who_opens_a_socket() -> None:
    thread = make_thread()
    client = Client()
    client.force_login(make_neighbour(thread))
    cookie = f"session={client.session.session_key}".encode()
    headers = [(b"host", b"127.0.0.1:8000"), (b"origin", b"http://127.0.0.1:8000"), (b"cookie", cookie)]

    async def scenario() -> None:
        line = Line(thread.pk, headers=headers)
        del line.scope["user"]
        await line.open(site).until(lambda line: len(line.texts) == 1)
        assert [reader.ticket is not None for reader in hub.hub().rooms[thread.pk].readers] == [True]
        await shut(line)

    live(scenario)
