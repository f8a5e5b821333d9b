"""Two processes and a Redis that goes away and comes back, while sockets break: nobody misses or doubles anything."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bench import _live_storm as storm
from bench._http import HOST, exchange, request
from bench._live_crowd import prepared
from tests.test_redis_away import Server

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="Redis is not installed"),
]
READERS, POSTS, RATE = 20, 25, 10


async def reads(path: str, port: int) -> int:
    """How an address is answered."""
    reader, writer = await asyncio.open_connection(HOST, port)
    answer = await asyncio.wait_for(exchange(reader, writer, request(path, port, {})), 10)
    writer.close()
    return answer.status


def test_redis_is_gone_for_a_while_and_sockets_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storm, "HOLDS", 1.5)
    place, _said = prepared(tmp_path, "15")
    redis = Server(tmp_path)

    async def scenario() -> tuple[int, int]:
        crossing = storm.Crossing(replace(place, redis=redis.address, processes=2), READERS)
        try:
            await crossing.begin()
            await crossing.post(POSTS, RATE)
            redis.stop()
            await crossing.post(POSTS, RATE)
            missed = f"/threads/{crossing.crowd.thread}/news/?after=1"
            assert [await reads(missed, port) for port in crossing.crowd.ports] == [200, 200]
            redis.start()
            await crossing.post(POSTS, RATE)
            return await crossing.end(30)
        finally:
            crossing.crowd.end()

    try:
        assert asyncio.run(scenario()) == (0, 0)
    finally:
        redis.stop()
