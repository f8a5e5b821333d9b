"""A cache in this process's memory whose ceiling is megabytes, not a number of entries."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from threading import Lock
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

MEGABYTE = 1024**2
# What a key, its place in the order and its end take beside the value.
ENTRY = 300


class Memory(BaseCache):
    """Keeps text, bytes and tuples of them as they are; the longest unasked go where the ceiling is reached.

    Values are not copied, so they must be immutable. `LOCATION` names the store, OPTIONS["MEGABYTES"] its
    ceiling; a value larger than a tenth of it is not kept.
    """

    _stores: ClassVar[dict[str, _Store]] = {}

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        ceiling = int(params["OPTIONS"]["MEGABYTES"]) * MEGABYTE
        super().__init__(params)
        self._store = self._stores.setdefault(location, _Store(ceiling))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` where there is none any more."""
        found = self._store.get(self.make_key(key, version))
        return default if found is None else found

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value for so many seconds (None: as long as there is room)."""
        self._store.set(self.make_key(key, version), value, self.get_backend_timeout(timeout))

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value where there is none; whether it was kept."""
        if self.get(key, version=version) is not None:
            return False
        self.set(key, value, timeout, version)
        return True

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; whether there was one."""
        return self._store.drop(self.make_key(key, version))

    def clear(self) -> None:
        """Forget everything."""
        self._store.clear()

    @property
    def bytes(self) -> int:
        """How much is kept now."""
        return self._store.bytes


class _Store:
    """What the threads of a process share under one name."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling, self.bytes = ceiling, 0
        self._kept: OrderedDict[str, tuple[Any, float | None, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Any:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            value, until, _size = found
            if until is not None and until <= time.time():
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return value

    def set(self, key: str, value: Any, until: float | None) -> None:
        size = _size(value) + len(key) + ENTRY
        with self._lock:
            self._drop(key)
            if size > self.ceiling // 10:
                return
            self._kept[key] = value, until, size
            self.bytes += size
            while self.bytes > self.ceiling:
                self._drop(next(iter(self._kept)))

    def drop(self, key: str) -> bool:
        with self._lock:
            return self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.bytes = 0

    def _drop(self, key: str) -> bool:
        found = self._kept.pop(key, None)
        self.bytes -= found[2] if found else 0
        return found is not None


def _size(value: Any) -> int:
    inside = sum(map(_size, value)) if isinstance(value, tuple) else 0
    return sys.getsizeof(value) + inside
