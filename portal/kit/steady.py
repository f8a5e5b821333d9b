"""The shared cache where there is Redis, this process's own memory while Redis is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.contrib.sessions.backends.cached_db import KEY_PREFIX as SESSIONS
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
# How long (seconds) Redis is left alone after it did not answer.
PAUSE = 5.0
# How long (seconds) anybody waits for it: it answers within milliseconds, or something is wrong with it.
PATIENCE = 0.5
MOST_ENTRIES = 20_000


class Absence:
    """What the threads of this process know of a server being away. `until`: 0 while it answers."""

    def __init__(self, meanwhile: str) -> None:
        self.until = 0.0
        self.lock = Lock()
        self._meanwhile = meanwhile

    def over(self) -> bool:
        """Whether to ask: always while it answers; after each pause a single one tries it out for all."""
        if not self.until:
            return True
        with self.lock:
            if time.monotonic() < self.until:
                return False
            self.until = time.monotonic() + PAUSE
            return True

    def begin(self) -> None:
        """It did not answer just now."""
        if not self.until:
            log.warning("Redis does not answer: %s meanwhile", self._meanwhile)
        self.until = time.monotonic() + PAUSE

    def end(self) -> None:
        """It answered."""
        if self.until:
            log.warning("Redis answers again")
        self.until = 0.0


class _CacheAbsence(Absence):
    """Besides, which keys changed meanwhile."""

    def __init__(self) -> None:
        super().__init__("counters are kept in this process, sessions in the database")
        self.changed: set[str] = set()

    def take_changed(self) -> set[str]:
        with self.lock:
            changed, self.changed = self.changed, set()
        return changed


ABSENCE = _CacheAbsence()


def _either(name: str, *, changes: bool = False) -> Callable[..., Any]:
    """A method that asks Redis, or memory while Redis is away."""

    def method(self: RedisOrMemory, *args: Any, **kwargs: Any) -> Any:
        if ABSENCE.over():
            try:
                self.forget_changed()
                answer = getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError:
                ABSENCE.begin()
            else:
                ABSENCE.end()
                return answer
        key = args[0] if args else next(iter(kwargs.values()))
        if changes:
            self.remember(key)
        # The database has them as well, and knows who signed out by another process.
        if name == "set" and key.startswith(SESSIONS):
            return None
        return getattr(self.memory, name)(*args, **kwargs)

    method.__name__ = name
    return method


class RedisOrMemory(RedisCache):
    """Django's Redis cache that loses nothing but what was shared when Redis is away, and never makes a page fail.

    What changed meanwhile is forgotten in Redis before it is asked again: somebody who signed out stays so.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # A connection that broke is opened anew, once; whoever got no answer in time does not ask again.
        retry = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))
        limits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE, "retry": retry}
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self.memory = LocMemCache("while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}})

    get = _either("get")
    get_many = _either("get_many")
    has_key = _either("has_key")
    add = _either("add", changes=True)
    set = _either("set", changes=True)
    set_many = _either("set_many", changes=True)
    touch = _either("touch", changes=True)
    incr = _either("incr", changes=True)
    delete = _either("delete", changes=True)
    delete_many = _either("delete_many", changes=True)

    def clear(self) -> None:
        """Forget everything, in memory too."""
        self.memory.clear()
        try:
            super().clear()
        except RedisError:
            ABSENCE.begin()

    def remember(self, keys: Any) -> None:
        """Note what changes while Redis is away: a key, or several."""
        with ABSENCE.lock:
            ABSENCE.changed.update([keys] if isinstance(keys, str) else keys)

    def forget_changed(self) -> None:
        """Take out of Redis what changed while it was away. Raises RedisError where it still is."""
        if not ABSENCE.changed:
            return
        changed = ABSENCE.take_changed()
        try:
            RedisCache.delete_many(self, changed)
        except RedisError:
            self.remember(changed)
            raise
        self.memory.clear()
