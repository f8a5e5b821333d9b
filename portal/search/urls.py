"""Addresses of the search."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.search import views

app_name = "search"
urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", views.anywhere, name="anywhere"),
    path("n/<slug:slug>/search/", views.search, name="search"),
]
