"""The bare counterpart of the live hall: Daphne, a Channels consumer, and a view that inserts and says so to all.

`python -m daphne bench._meetings_bare:application`, with the portal's database and its settings. The view knows
nobody, checks nothing, numbers nothing and draws nothing: it inserts what was sent, and every reader gets the newest
figure at once, as the handbook of Channels shows it.
"""

from __future__ import annotations

import json
from typing import Any

import django
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from portal.settings import DATABASES

BARE = DATABASES["default"]
if BARE["ENGINE"] == "portal.sqlite3":
    BARE = BARE | {"ENGINE": "django.db.backends.sqlite3"}
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    DATABASES={"default": BARE},
    LOGGING_CONFIG=None,
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no consequence",
    USE_I18N=False,
    USE_TZ=True,
)
django.setup()
GROUP = "hall"


class Row(models.Model):
    """What is written."""

    person = models.BigIntegerField(unique=True)
    option = models.IntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "bench"
        db_table = "bench_answer"

    def __str__(self) -> str:
        return str(self.person)


class Reader(AsyncWebsocketConsumer):
    """A phone that reads along."""

    async def connect(self) -> None:
        """Join the one group."""
        self.groups.append(GROUP)
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def figure(self, event: dict[str, Any]) -> None:
        """Send the figure on."""
        await self.send(text_data=json.dumps(event))


def answer(request: HttpRequest) -> HttpResponse:
    """One INSERT of what was sent; where it is asked for, the new figure goes to all readers."""
    row = Row._default_manager.create(person=int(request.POST["person"]), option=int(request.POST["option"]))
    if "tell" in request.POST:
        async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "figure", "sequence": row.pk})
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [path("answer/", answer)]
application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("ws/", Reader.as_asgi())])}
)
