"""The ASGI entry: pages over HTTP, news over WebSocket."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)
# Whatever imports models comes after this line.

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from portal.checks import refuse_unsafe  # noqa: E402
from portal.handler import PageHandler  # noqa: E402
from portal.limits import limited  # noqa: E402
from portal.threads.sockets import OwnOrigins, routes  # noqa: E402

refuse_unsafe()
# Full origins: another port or scheme of our host is somebody else.
application = ProtocolTypeRouter(
    {
        "http": limited(PageHandler(), settings.UPLOAD_MAX_BYTES),
        "websocket": OwnOrigins(AuthMiddlewareStack(URLRouter(routes)), settings.ORIGINS),
    }
)
