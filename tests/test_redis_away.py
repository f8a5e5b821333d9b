"""A real Redis that is stopped, killed and started again under the cache and the channel layer."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from channels_redis.pubsub import RedisPubSubChannelLayer

from portal.kit.steady import ABSENCE, PAUSE, Absence, RedisOrMemory
from portal.threads import live

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="Redis is not installed"),
]
# Seconds that nobody should wait for a Redis that hangs, all told.
BEARABLE = 1.5


class Server:
    """A Redis of this test's own, in memory."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._folder = folder
        self.start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Begin anew, with nothing in it."""
        told = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(["redis-server", *told], stdout=subprocess.DEVNULL)
        for _try in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("Redis did not start")

    def hang(self) -> None:
        """Answer nobody, but let them knock."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def stop(self) -> None:
        """Be gone."""
        self._process.kill()
        self._process.wait(timeout=10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    ABSENCE.until, ABSENCE.changed = 0.0, set()
    server = Server(tmp_path)
    yield server
    server.stop()
    ABSENCE.until, ABSENCE.changed = 0.0, set()


def took(seconds: float, since: float) -> bool:
    return time.monotonic() - since < seconds


def test_counters_go_on_while_redis_hangs_and_are_shared_again_after_it_came_back(server: Server) -> None:
    cache = RedisOrMemory(server.address, {})
    cache.set("tries", 1)
    server.hang()
    began = time.monotonic()

    assert cache.add("more", 1) is True
    assert [cache.incr("more") for _time in range(3)] == [2, 3, 4]
    assert took(BEARABLE, began)

    server.stop()
    server.start()
    time.sleep(PAUSE)
    assert cache.set("tries", 5) is None
    assert RedisOrMemory(server.address, {}).get("tries") == 5
    assert ABSENCE.until == 0.0


def test_a_redis_that_was_restarted_is_asked_at_once(server: Server) -> None:
    cache = RedisOrMemory(server.address, {})
    cache.set("a", 1)
    server.stop()
    server.start()

    assert cache.get("a") is None
    assert ABSENCE.until == 0.0


def test_news_to_a_layer_that_hangs_delay_nobody(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = RedisPubSubChannelLayer(hosts=[server.address])
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(live, "AWAY", Absence("this test goes on"))
    server.hang()
    began = time.monotonic()

    for _time in range(5):
        async_to_sync(live._deliver)(1, {"type": "thread.news"})

    assert took(BEARABLE, began)
