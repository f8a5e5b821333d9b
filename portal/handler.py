"""Pages under ASGI: each request wholly in one thread, on threads that last."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler


class PageHandler(ASGIHandler):
    """Django's handler with two differences, both for speed.

    All our middleware and views are synchronous, so they run in one go instead of changing threads at each
    seam. And the threads stay, and with them their database connections: opening one of SQLite takes longer
    than all the questions a page asks.
    """

    def __init__(self) -> None:
        super().__init__()
        # The thread that was busy last is taken first: its memory is warm.
        self._idle: asyncio.LifoQueue[Executor] = asyncio.LifoQueue()
        for _number in range(settings.PAGE_THREADS):
            self._idle.put_nowait(ThreadPoolExecutor(1, thread_name_prefix="page"))

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the synchronous chain, to be called from the loop."""
        super().load_middleware(is_async=False)
        chain: Any = self._middleware_chain  # type: ignore[has-type]
        self._middleware_chain = sync_to_async(chain)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request in the first thread that is free; requests wait their turn in order."""
        thread = await self._idle.get()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._idle.put_nowait(thread)
