"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.answering import offline, views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/surveys/code/", views.code, name="code"),
    path("surveys/worker.js", offline.worker, name="worker"),
    path("surveys/<int:pk>/answer/", views.answer, name="answer"),
    path("surveys/<int:pk>/answer/<slug:key>/", views.question, name="question"),
    path("surveys/<int:pk>/offline/", offline.whole, name="offline"),
    path("surveys/<int:pk>/check/", views.check, name="check"),
    path("surveys/<int:pk>/thanks/", views.thanks, name="thanks"),
]
