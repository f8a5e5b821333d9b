"""The addresses of sockets (portal.asgi)."""

from __future__ import annotations

from django.urls import path, re_path

from portal.threads import consumers

routes = [
    path("ws/threads/<int:pk>/", consumers.thread),  # type: ignore[arg-type]
    re_path(r"", consumers.unknown),  # type: ignore[arg-type]
]
