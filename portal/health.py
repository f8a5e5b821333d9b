"""Whether the portal can do its work, for people and machines that watch it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.duties.models import Heartbeat
from portal.kit import clock

log = logging.getLogger(__name__)
TICK_IS_LATE_AFTER = 300
LAYER_ANSWERS_WITHIN = 1.0


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where everything works, else 503. `tick`: seconds since the periodic work ran, null if never."""
    said = {
        "database": _say(database),
        "channel_layer": _say(async_to_sync(channel_layer)),
        "migrations": _say(migrations),
    }
    tick = seconds_since_tick() if said["migrations"] == "ok" else None
    well = set(said.values()) == {"ok"} and tick is not None and tick <= TICK_IS_LATE_AFTER
    return JsonResponse({**said, "tick": tick, "version": settings.VERSION}, status=200 if well else 503)


def database() -> str:
    """One question the database has to answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


async def channel_layer() -> str:
    """Send a message through the layer and wait for it."""
    layer = get_channel_layer()
    name = await layer.new_channel("health")
    await layer.send(name, {"type": "health"})
    await asyncio.wait_for(layer.receive(name), LAYER_ANSWERS_WITHIN)
    return "ok"


def migrations() -> str:
    """Whether the tables are those this version expects."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} pending" if pending else "ok"


def seconds_since_tick() -> int | None:
    """Seconds since the periodic work last ran, by any process."""
    last = Heartbeat.objects.filter(name="tick").values_list("ran_at", flat=True).first()
    return None if last is None else max(0, round((clock.now() - last).total_seconds()))


def _say(look: Callable[[], str]) -> str:
    try:
        return look()
    except Exception:  # whatever is broken, the answer is 503 and the reason goes to the log
        log.exception("health: %s failed", getattr(look, "__name__", "channel_layer"))
        return "failed"
