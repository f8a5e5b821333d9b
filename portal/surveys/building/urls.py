"""Addresses of the pages where a questionnaire is written."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.building import views

urlpatterns: list[URLPattern] = [
    path("surveys/<int:pk>/build/", views.build, name="build"),
    path("surveys/<int:pk>/build/look/", views.look, name="build_look"),
    path("surveys/<int:pk>/build/<slug:action>/", views.act, name="build_act"),
    path("surveys/sections/<int:pk>/<slug:action>/", views.section_act, name="build_section"),
    path("surveys/questions/<int:pk>/<slug:action>/", views.question_act, name="build_question"),
]
