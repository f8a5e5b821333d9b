"""Whether the portal can do its work, for people and machines that watch it.

Strangers read it too: it holds words, names of jobs and moments. Paths, addresses, numbers of mails and the texts of
errors go to the log.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.duties import tick
from portal.duties.models import Heartbeat
from portal.kit import clock
from portal.notifications.waiting import waiting_since

log = logging.getLogger(__name__)
OK, FAILED, UNKNOWN, LOW, FULL, AHEAD = "ok", "failed", "unknown", "low", "full", "was set back"
TICK_IS_LATE_AFTER = 300
LAYER_ANSWERS_WITHIN = 1.0
DISK_ANSWERS_WITHIN = 1.0
# What is due to be sent and was not even tried for so long, is stuck.
OUTBOX_IS_STUCK_AFTER = timedelta(minutes=30)
MEGABYTE = 1024 * 1024
# Bytes free: with less nothing more should be written; with less than the second, or that share, somebody should look.
DISK_IS_FULL_BELOW = 200 * MEGABYTE
DISK_IS_LOW_BELOW = 1024 * MEGABYTE
DISK_IS_LOW_BELOW_SHARE = 0.02


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where everything works, else 503. `tick`: seconds since the periodic work ran, null if never."""
    said = look()
    return JsonResponse(said, status=200 if is_well(said) else 503)


def look() -> dict[str, Any]:
    """What is found; each part by itself, so that one that is broken hides no other."""
    said: dict[str, Any] = {
        "database": _say(database),
        "channel_layer": _say(async_to_sync(channel_layer), "channel_layer"),
        "migrations": _say(migrations),
        "disk": _say(disk),
    }
    # Without its tables nothing else can be asked.
    ready = said["migrations"] == OK
    since, results = _work() if ready else (None, {})
    ahead = since is not None and since < -tick.CLOCKS_DIFFER.total_seconds()
    return {
        **said,
        "outbox": _say(outbox) if ready else UNKNOWN,
        "clock": AHEAD if ahead else OK,
        "tick": since if since is None or ahead else max(0, since),
        "jobs": {name: _result(row) for name, row in results.items()},
        "version": settings.VERSION,
    }


def is_well(said: dict[str, Any]) -> bool:
    """Whether what was found lets the portal do its work. A disk that is low does, for now."""
    words = {said[name] for name in ("database", "channel_layer", "migrations", "disk", "outbox", "clock")}
    failed = [name for name, job in said["jobs"].items() if job["result"] == FAILED]
    punctual = said["tick"] is not None and said["tick"] <= TICK_IS_LATE_AFTER
    return words <= {OK, LOW} and punctual and not failed


def database() -> str:
    """One question the database has to answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


async def channel_layer() -> str:
    """Send a message through the layer and wait for it, not for long."""
    await asyncio.wait_for(_there_and_back(), LAYER_ANSWERS_WITHIN)
    return OK


def migrations() -> str:
    """Whether the tables are those this version expects."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} pending" if pending else OK


def disk() -> str:
    """Whether there is room to write: `full` where nothing more should be, `low` where somebody should look.

    A disk that does not answer (a share that is gone) is given up soon; TimeoutError.
    """
    words = {room(*usage) for usage in _within(DISK_ANSWERS_WITHIN, lambda: _usages(places()))}
    return next((word for word in (FULL, LOW) if word in words), OK)


def room(total: int, free: int) -> str:
    """Whether so many bytes of so many are enough."""
    if free < DISK_IS_FULL_BELOW:
        return FULL
    return LOW if free < max(DISK_IS_LOW_BELOW, total * DISK_IS_LOW_BELOW_SHARE) else OK


def places() -> list[Path]:
    """Where the portal writes: its own data, what people bring, and the database where it is a file."""
    here = [Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        here.append(Path(str(connection.settings_dict["NAME"])).parent)
    return here


def outbox() -> str:
    """Whether something that is due to be sent has not even been tried for long, and what."""
    limit = clock.now() - OUTBOX_IS_STUCK_AFTER
    stuck = sorted(name for name, since in waiting_since().items() if since < limit)
    return f"stuck: {', '.join(stuck)}" if stuck else OK


def seconds_since_tick() -> int | None:
    """Seconds since the periodic work last ran, by any process; negative where the clock was set back since."""
    last = Heartbeat.objects.filter(name=tick.WHOLE).values_list("ran_at", flat=True).first()
    return None if last is None else round((clock.now() - last).total_seconds())


def _work() -> tuple[int | None, dict[str, Heartbeat | None]]:
    try:
        return seconds_since_tick(), tick.results()
    except Exception:
        log.exception("health: the results of the periodic work could not be read")
        return None, {}


def _result(row: Heartbeat | None) -> dict[str, Any]:
    if row is None:
        return {"result": "never ran"}
    ran = round((clock.now() - row.ran_at).total_seconds())
    said: dict[str, Any] = {"result": FAILED if row.failing_since else OK, "ran": ran}
    if row.failing_since:
        said["since"] = row.failing_since.isoformat(timespec="seconds")
    return said


async def _there_and_back() -> None:
    layer = get_channel_layer()
    name = await layer.new_channel("health")
    await layer.send(name, {"type": "health"})
    await layer.receive(name)


def _usages(paths: Iterable[Path]) -> list[tuple[int, int]]:
    found = [shutil.disk_usage(path) for path in paths if path.exists()]
    return [(one.total, one.free) for one in found]


# One look at a disk at a time: what hangs on a share that is gone must not take a thread for each question.
_looking: threading.Lock = threading.Lock()


def _within(seconds: float, look: Callable[[], list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """What a look finds, in a thread that nobody waits for longer than so many seconds."""
    found: SimpleQueue[list[tuple[int, int]] | OSError] = SimpleQueue()
    if not _looking.acquire(timeout=seconds):
        raise TimeoutError("an earlier look at the disk has not come back")

    def run() -> None:
        try:
            found.put(look())
        except OSError as error:  # handed over to whoever asked
            found.put(error)
        finally:
            _looking.release()

    threading.Thread(target=run, name="disk", daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except Empty:
        raise TimeoutError("the disk does not answer") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _say(look: Callable[[], str], name: str = "") -> str:
    try:
        return look()
    except Exception:  # whatever is broken, the answer is 503 and the reason goes to the log
        log.exception("health: %s failed", name or getattr(look, "__name__", "it"))
        return FAILED
