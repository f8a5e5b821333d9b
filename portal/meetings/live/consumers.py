"""The socket of a hall: as of a discussion, for whoever may know of the meeting."""

from __future__ import annotations

from portal.meetings.live.source import HALLS
from portal.threads.consumers import Receive, Scope, follow
from portal.threads.readers import Send


async def hall(scope: Scope, receive: Receive, send: Send) -> None:
    """`/ws/halls/<pk>/?after=N&lang=zh-hans`: all parts that changed after number N, then whatever happens."""
    await follow(HALLS, scope, receive, send)
