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
from portal.threads import fragments, hub, readers, rooms, services
from portal.threads.live import group
from portal.threads.models import Thread
from portal.threads.standing import Ticket, ended
from tests.threads.factories import (
    make_neighbour,
    make_posts,
    make_question,
    make_thread,
    make_worker,
    say,
)
from tests.threads.lines import Line, live, shut, stored

pytestmark = pytest.mark.django_db(transaction=True)
say_ = sync_to_async(say)


def event(thread: Thread, after: int) -> dict[str, Any]:
    """The event of the one change after a number, as services send it."""
    post = thread.posts.drawn().get(revision=after + 1)
    return {
        "type": "thread.news",
        "thread": thread.pk,
        "after": after,
        "sequence": after + 1,
        "open": True,
        "posts": {code: [fragments.item(post, code)] for code in fragments.LANGUAGES},
    }


# --- arriving ---


def test_a_reader_gets_what_came_after_its_number() -> None:
    thread = make_thread()
    make_posts(thread, 7)

    async def scenario() -> None:
        line = await Line(thread.pk, after=4).open().until(lambda line: line.mirror.last == 7)
        assert (line.accepted, line.told, line.gaps) == (True, [(5, 5), (6, 6), (7, 7)], 0)
        await shut(line)

    live(scenario)


def test_a_reader_who_was_away_long_gets_all() -> None:
    thread = make_thread()
    make_posts(thread, 450)

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: line.mirror.last == 450)
        assert (line.told, line.gaps) == ([(n, n) for n in range(1, 451)], 0)
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("after", [10**6, 10**18])
def test_a_number_from_the_future_is_no_error(after: int) -> None:
    thread = make_thread()
    make_posts(thread, 2)

    async def scenario() -> None:
        line = await Line(thread.pk, after=after).open().until(lambda line: len(line.texts) == 1)
        assert [frame["sequence"] for frame in line.frames] == [2]
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("path", ["/ws/threads/999999/", "/ws/threads/x/", "/ws/", f"/ws/threads/{10**30}/"])
def test_what_is_not_there_is_accepted_and_closed_with_4404(path: str) -> None:
    async def scenario() -> None:
        line = await Line(0, path=path).open().until(lambda line: line.code > 0)
        assert (line.accepted, line.code, line.texts) == (True, 4404, [])
        await shut(line)

    live(scenario)


@pytest.mark.parametrize("query", [b"", b"after=&lang=", b"after=-1&lang=xx", b"after=%00&lang=%ff", b"&&=&"])
def test_senseless_questions_are_answered_from_the_beginning(query: bytes) -> None:
    thread = make_thread()
    make_posts(thread, 2)

    async def scenario() -> None:
        line = await Line(thread.pk, query_string=query).open().until(lambda line: line.mirror.last == 2)
        assert line.told == [(1, 1), (2, 2)]
        await shut(line)

    live(scenario)


# --- reading along ---


def test_a_post_reaches_every_reader_once_with_the_same_words() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)

    async def scenario() -> None:
        lines = [Line(thread.pk).open() for _time in range(5)]
        for line in lines:
            await line.until(lambda line: len(line.texts) == 1)
        await say_(neighbour, thread, "赞成。")
        for line in lines:
            await line.until(lambda line: line.mirror.last == 1)
        assert [line.told for line in lines] == [[(1, 1)]] * 5
        assert len({line.texts[-1] for line in lines}) == 1
        assert lines[0].mirror.shown == await stored(thread)
        await shut(*lines)

    live(scenario)


def test_each_reader_is_told_in_the_language_of_the_page() -> None:
    thread = make_thread()

    async def scenario() -> None:
        chinese, english = Line(thread.pk).open(), Line(thread.pk, language="en").open()
        for line in (chinese, english):
            await line.until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_question)(thread)
        for line, language in ((chinese, "zh-hans"), (english, "en")):
            await line.until(lambda line: line.mirror.last == 1)
            assert line.mirror.shown == await stored(thread, language)
        assert chinese.mirror.shown != english.mirror.shown
        await shut(chinese, english)

    live(scenario)


def test_state_and_event_are_as_a_fresh_fetch_for_every_change() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        said = await say_(author, thread)
        steps = [
            lambda: services.ask(author, said.pk, asks="worker"),
            lambda: services.acknowledge(worker, said.pk),
            lambda: services.answer(worker, said.pk, body="好。", key="5f3c3b40-9e2f-4a57-9f5e-8a1d9c7a1b11"),
            lambda: services.hide(worker, said.pk, "insult"),
            lambda: services.appeal(author, said.pk, text="请再看看。"),
            lambda: services.restore(worker, said.pk),
        ]
        for step in steps:
            await sync_to_async(step)()
            sequence = await sync_to_async(lambda: Thread.objects.get(pk=thread.pk).sequence)()
            await line.until(lambda line, sequence=sequence: line.mirror.last == sequence)
            assert line.mirror.shown == await stored(thread)
        assert (line.gaps, line.mirror.doubles) == (0, 0)
        await shut(line)

    live(scenario)


def test_closing_a_thread_is_told() -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        await sync_to_async(services.close_thread)(thread.pk)
        await line.until(lambda line: line.frames[-1]["open"] is False)
        await shut(line)

    live(scenario)


def test_whoever_comes_after_hiding_gets_no_word_of_it() -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)

    async def scenario() -> None:
        first = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        said = await say_(author, thread, "密语-77F2")
        await first.until(lambda line: line.mirror.last == 1)
        await sync_to_async(services.hide)(worker, said.pk, "insult")
        await first.until(lambda line: line.mirror.last == 2)
        late = await Line(thread.pk).open().until(lambda line: line.mirror.last == 2)
        assert "".join(late.texts).count("密语") == 0
        assert late.mirror.shown == first.mirror.shown
        await shut(first, late)

    live(scenario)


# --- losing nothing ---


def test_a_burst_of_500_loses_nothing_though_the_layer_does() -> None:
    thread = make_thread()

    async def scenario() -> None:
        lines = [Line(thread.pk).open() for _time in range(5)]
        for line in lines:
            await line.until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_posts)(thread, 500)
        events = await sync_to_async(lambda: [event(thread, after) for after in range(500)])()
        layer = get_channel_layer()
        await asyncio.gather(*(layer.group_send(group(thread.pk), one) for one in events))
        for line in lines:
            await line.until(lambda line: line.mirror.last == 500)
        assert [line.told == [(n, n) for n in range(1, 501)] for line in lines] == [True] * 5
        assert [(line.gaps, line.mirror.doubles) for line in lines] == [(0, 0)] * 5
        await shut(*lines)

    live(scenario)


def test_what_another_process_did_without_a_word_arrives_within_seconds() -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_posts)(thread, 230)
        await line.until(lambda line: line.mirror.last == 230, seconds=hub.LOOK + 4)
        assert (line.told, line.gaps) == ([(n, n) for n in range(1, 231)], 0)
        await shut(line)

    live(scenario)


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11)), st.integers(0, 12))
def test_lost_doubled_and_overtaking_events_change_nothing(
    order: list[int], lost: set[int], joins_at: int
) -> None:
    thread = make_thread()
    author, worker = make_neighbour(thread), make_worker(thread)
    said = [say(author, thread, f"第 {n} 条") for n in range(9)]
    for post in said[:3]:
        services.hide(worker, post.pk, "insult")
    deliveries = [number for number in order if number not in lost] + list(order[:2])

    async def scenario() -> None:
        first = await Line(thread.pk, after=12).open().until(lambda line: len(line.texts) == 1)
        # The room knows everything; a room that knew nothing hears the same events.
        room = hub.hub().rooms[thread.pk]
        room.newest = room.flushed = room.floor = 0
        first.mirror.last = 0
        events = {number: await sync_to_async(made)(thread, number) for number in deliveries}
        late = None
        for at, number in enumerate(deliveries):
            if at == joins_at:
                late = Line(thread.pk).open()
            if events[number]:
                room.hear(events[number])
            await asyncio.sleep(0)
        late = late or Line(thread.pk).open()
        room.check(12, is_open=True)
        for line in (first, late):
            await line.until(lambda line: line.mirror.last == 12)
            assert line.mirror.shown == await stored(thread)
            assert line.gaps == 0
        await shut(first, late)

    live(scenario)
    thread.posts.all().delete()


def made(thread: Thread, number: int) -> dict[str, Any] | None:
    """The event after a number; None where that post has changed again since."""
    exists = thread.posts.filter(revision=number + 1).exists()
    return event(thread, number) if exists else None


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


@settings(max_examples=10, deadline=None)
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
