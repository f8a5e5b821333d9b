"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.paper import views

urlpatterns: list[URLPattern] = [
    path("surveys/<int:pk>/papers/", views.desk, name="papers"),
    path("surveys/<int:pk>/papers/questionnaire.pdf", views.questionnaire, name="paper_form"),
    path("surveys/<int:pk>/papers/letters.zip", views.all_letters, name="paper_all_letters"),
    path("surveys/<int:pk>/papers/buildings/<int:building>/", views.collection, name="paper_collection"),
    path("surveys/<int:pk>/papers/buildings/<int:building>/letters.pdf", views.letters, name="paper_letters"),
    path("surveys/<int:pk>/papers/<slug:action>/", views.act, name="paper_act"),
    path("papers-entries/<uuid:pk>/", views.paper, name="paper"),
    path("papers-entries/<uuid:pk>/<slug:action>/", views.entry_act, name="paper_entry_act"),
]
