"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.ballot import views

urlpatterns: list[URLPattern] = [
    path("funds/calls/<int:pk>/ballot/<slug:action>/", views.act, name="ballot_act"),
    path("funds/projects/<int:pk>/ballot/<slug:action>/", views.project_act, name="ballot_project_act"),
]
