"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.course import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/surveys/", views.surveys, name="surveys"),
    path("n/<slug:slug>/surveys/waves/", views.waves, name="waves"),
    path("n/<slug:pk>/surveys/do/<slug:action>/", views.place_act, name="course_place_act"),
    path("surveys/<int:pk>/", views.survey, name="survey"),
    path("surveys/<int:pk>/course/<slug:action>/", views.act, name="course_act"),
    path("surveys/<int:pk>/units/", views.units, name="units"),
    path("surveys/<int:pk>/units/list/", views.units_sheet, name="units_sheet"),
    path("surveys/<int:pk>/odd/", views.odd, name="odd"),
    path("surveys/odd/<uuid:pk>/", views.odd_answer, name="odd_answer"),
    path("surveys/odd/<uuid:pk>/<slug:action>/", views.odd_act, name="odd_act"),
    path("surveys/waves/<int:pk>/", views.wave, name="wave"),
    path("surveys/waves/<int:pk>/<slug:action>/", views.wave_act, name="wave_act"),
]
