"""The addresses of sockets, and whose pages may open them (portal.asgi)."""

from __future__ import annotations

from channels.security.websocket import OriginValidator, WebsocketDenier
from django.urls import path, re_path

from portal.threads import consumers
from portal.threads.consumers import Receive, Scope
from portal.threads.readers import Send

routes = [
    path("ws/threads/<int:pk>/", consumers.thread),  # type: ignore[arg-type]
    re_path(r"", consumers.unknown),  # type: ignore[arg-type]
]


class OwnOrigins(OriginValidator):
    """Lets in pages of exactly our origins, as browsers spell them.

    The validator of Channels takes origins apart: it overlooks a user name in one, and fails on a bad port.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        ours = len(given) == 1 and given[0] in self.allowed_origins
        await (self.application if ours else WebsocketDenier())(scope, receive, send)
