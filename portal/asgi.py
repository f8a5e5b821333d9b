"""The ASGI entry: pages over HTTP, news over WebSocket."""

from __future__ import annotations

import os

from portal.start import in_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
with in_words():
    import django

    django.setup(set_prefix=False)
    # Whatever imports models comes after this line.

    from channels.auth import AuthMiddlewareStack
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.conf import settings

    from portal.checks import refuse_unsafe
    from portal.handler import PageHandler
    from portal.limits import limited
    from portal.meetings.live.sockets import routes as halls
    from portal.threads.sockets import OwnOrigins, routes
    from portal.threads.wires import Straight

    refuse_unsafe()

# Full origins: another port or scheme of our host is somebody else.
application = ProtocolTypeRouter(
    {
        "http": limited(PageHandler(), settings.UPLOAD_MAX_BYTES),
        "websocket": Straight(
            OwnOrigins(AuthMiddlewareStack(URLRouter([*halls, *routes])), settings.ORIGINS)
        ),
    }
)
