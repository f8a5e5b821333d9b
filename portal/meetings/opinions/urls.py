"""The addresses of opinion maps."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.opinions import views

urlpatterns: list[URLPattern] = [
    path("opinion-maps/about/<slug:kind>/<int:pk>/", views.begin, name="opinion_begin"),
    path("opinion-maps/<int:pk>/", views.opinion_map, name="opinion_map"),
    path("opinion-maps/<int:pk>/statements/", views.statements, name="statements"),
    path("opinion-maps/<int:pk>/<slug:action>/", views.act, name="opinion_map_act"),
    path("opinion-maps/statements/<int:pk>/<slug:action>/", views.statement_act, name="statement_act"),
]
