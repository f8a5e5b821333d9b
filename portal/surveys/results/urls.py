"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.results import views

urlpatterns: list[URLPattern] = [
    path("surveys/<int:pk>/tables/", views.tables, name="tables"),
    path("surveys/<int:pk>/tables/looks/", views.table_looks, name="table_looks"),
    path("surveys/<int:pk>/texts/", views.open_answers, name="open_answers"),
    path("surveys/<int:pk>/counting/<slug:action>/", views.act, name="results_act"),
    path("surveys/waves/<int:pk>/counting/<slug:action>/", views.wave_act, name="wave_results_act"),
]
