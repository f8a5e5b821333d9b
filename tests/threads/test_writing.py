"""That somebody is writing is told in few frames, without a name, and kept nowhere."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.threads import live, services
from portal.threads.hub import hub
from portal.threads.models import Thread
from tests.factories import make_user
from tests.threads.factories import make_neighbour, make_thread, say
from tests.threads.lines import Line, shut
from tests.threads.lines import live as in_a_loop

JSON = {"Accept": "application/json"}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    cache.clear()
    told: list[int] = []
    monkeypatch.setattr(live, "somebody_writes", told.append)
    return told


def address(thread: Thread) -> str:
    return reverse("threads:writing", args=[thread.pk])


@pytest.mark.django_db
def test_a_writer_is_heard_once_every_few_seconds(client: Client, heard: list[int]) -> None:
    thread = make_thread()
    client.force_login(make_neighbour(thread))

    assert [client.post(address(thread), headers=JSON).status_code for _ in range(5)] == [204] * 5
    assert client.post(address(thread))["Location"] == f"{thread.url}#thread"
    assert heard == [thread.pk]


@pytest.mark.django_db
def test_who_may_not_speak_is_not_heard(client: Client, heard: list[int]) -> None:
    thread = make_thread()
    assert client.post(address(thread)).status_code == 302
    client.force_login(make_user())
    assert client.post(address(thread)).status_code == 403
    client.force_login(make_neighbour(thread))
    services.close_thread(thread.pk)
    assert client.post(address(thread), headers=JSON).status_code == 204
    assert client.get(address(thread)).status_code == 405
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_readers_learn_it_in_one_frame_however_many_write() -> None:
    thread = make_thread()
    neighbour = make_neighbour(thread)
    say(neighbour, thread)

    async def scenario() -> None:
        line = await Line(thread.pk, after=1).open().until(lambda line: bool(line.texts))
        room = hub().rooms[thread.pk]
        for _ in range(20):
            await sync_to_async(live.somebody_writes)(thread.pk)
        await line.until(lambda line: any(frame.get("writing") for frame in line.frames))
        await asyncio.sleep(0.3)
        told = [frame for frame in line.frames if "writing" in frame]
        assert [sorted(frame) for frame in told] == [
            ["after", "online", "open", "posts", "sequence", "writing"]
        ]
        assert (line.mirror.last, room.newest) == (1, 1)

        await sync_to_async(say)(neighbour, thread)
        await line.until(lambda line: line.mirror.last == 2)
        assert "writing" not in line.frames[-1]
        await shut(line)

    in_a_loop(scenario)
