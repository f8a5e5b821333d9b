"""Addresses of building boards, their rota and their cash book."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "boards"
urlpatterns: list[URLPattern | URLResolver] = []
