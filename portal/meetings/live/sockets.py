"""The addresses of the sockets of meetings (portal.asgi)."""

from __future__ import annotations

from django.urls import path

from portal.meetings.live import consumers

routes = [path("ws/halls/<int:pk>/", consumers.hall)]  # type: ignore[arg-type]
