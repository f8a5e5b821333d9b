"""Addresses of building boards, their rota and their cash book."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from portal.boards.cashbook.urls import urlpatterns as cashbook

app_name = "boards"
urlpatterns: list[URLPattern | URLResolver] = [*cashbook]
