"""The bare counterpart of the pages benchmark: Django with nothing but a view that renders a template.

`python -m daphne bench._pages_bare:application`, or `python -m gunicorn bench._pages_bare:workers`; BENCH_TEMPLATES
names the directory of the templates.
"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no consequence",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.environ["BENCH_TEMPLATES"]],
        }
    ],
    USE_I18N=False,
)
django.setup()


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A template, rendered."""
    return render(request, name)


urlpatterns = [path("<str:name>", page)]
application, workers = get_asgi_application(), get_wsgi_application()
