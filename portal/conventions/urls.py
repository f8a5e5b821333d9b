"""Addresses of conventions, their rounds, editions and signatures."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "conventions"
urlpatterns: list[URLPattern | URLResolver] = []
