"""The bare counterpart of the voting benchmark: Django with a view that does one INSERT, and one that says a text.

`python -m daphne bench._voting_bare:application`, with the portal's database and its settings.
"""

from __future__ import annotations

import os
from pathlib import Path

import django
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
    DATABASES={"default": BARE},
    LOGGING_CONFIG=None,
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no consequence",
    USE_I18N=False,
    USE_TZ=True,
)
django.setup()


class Row(models.Model):
    """What is written."""

    line = models.BigIntegerField(unique=True)
    choice = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "bench"
        db_table = "bench_ballot"

    def __str__(self) -> str:
        return str(self.line)


def cast(request: HttpRequest) -> HttpResponse:
    """One INSERT of what was sent."""
    Row._default_manager.create(line=int(request.POST["line"]), choice=request.POST["choice"])
    return HttpResponse(status=302, headers={"Location": "/after/"})


def after(request: HttpRequest) -> HttpResponse:
    """As many bytes as the page after a ballot has."""
    return HttpResponse(PAGE)


PAGE = Path(os.environ["BENCH_PAGE"]).read_bytes()
urlpatterns = [path("cast/", cast), path("after/", after)]
application = get_asgi_application()
