"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.showing import views

urlpatterns: list[URLPattern] = [
    path("surveys/<int:pk>/results/", views.results, name="results"),
    path("surveys/<int:pk>/results/<slug:form>/", views.results_file, name="results_file"),
    path("waves/<int:pk>/results/", views.wave_results, name="wave_results"),
]
