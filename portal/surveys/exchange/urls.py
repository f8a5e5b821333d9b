"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.exchange import views

urlpatterns: list[URLPattern] = [
    path("surveys/<int:pk>/answers/<slug:action>/", views.act, name="export_act"),
    path("survey-exports/<int:pk>/", views.export_file, name="export_file"),
    path("survey-exports/<int:pk>/content/", views.export_content, name="export_content"),
]
