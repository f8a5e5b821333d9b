"""Redis gone or hanging: what is said is stored without a wait, and open discussions go on from the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from portal.kit.steady import Absence
from portal.threads import hub, live
from tests.threads.factories import make_posts, make_thread
from tests.threads.lines import Line, shut
from tests.threads.lines import live as on_a_loop

pytestmark = pytest.mark.django_db(transaction=True)


async def refuses(*args: Any) -> Any:
    """What a Redis does that is not there."""
    raise ConnectionError("nobody there")


async def hangs(*args: Any) -> Any:
    """What a Redis does that was stopped."""
    await asyncio.sleep(60)


class Layer:
    """A channel layer of which every method does the same."""

    def __init__(self, does: Callable[..., Awaitable[Any]]) -> None:
        self.asked = 0
        self._does = does

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def asked(*args: Any) -> Any:
            self.asked += 1
            return await self._does(*args)

        return asked


@pytest.fixture(params=[refuses, hangs])
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Layer:
    """A layer that is away, for whoever commits and for whoever reads."""
    layer = Layer(request.param)
    for module in (hub, live):
        monkeypatch.setattr(module, "get_channel_layer", lambda: layer)
        monkeypatch.setattr(module, "AWAY", Absence("this test goes on"))
        monkeypatch.setattr(module, "PATIENCE", 0.05)
    monkeypatch.setattr(hub, "LOOK", 0.1)
    return layer


def test_who_says_something_waits_once_and_then_no_more(away: Layer) -> None:
    thread = make_thread()
    live.serve_in(None)
    began = time.monotonic()

    for after in range(20):
        live.send(thread, after)

    assert away.asked == 1
    assert time.monotonic() - began < 1


def test_a_discussion_that_is_opened_reads_on_from_the_database(away: Layer) -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        await sync_to_async(make_posts)(thread, 3)
        await line.until(lambda line: line.mirror.last == 3)
        await shut(line)

    on_a_loop(scenario)


def test_a_discussion_is_heard_again_when_the_layer_is_back(
    away: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = make_thread()

    async def scenario() -> None:
        line = await Line(thread.pk).open().until(lambda line: len(line.texts) == 1)
        room = hub.hub().rooms[thread.pk]
        assert not room.heard

        async def answers(*args: Any) -> str:
            return "threads.mine"

        away._does = answers
        hub.AWAY.until = time.monotonic()
        for _time in range(100):
            if room.heard:
                break
            await asyncio.sleep(0.05)
        assert room.heard
        away._does = hangs
        await shut(line)

    on_a_loop(scenario)
