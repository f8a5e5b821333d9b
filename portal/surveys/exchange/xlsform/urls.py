"""Addresses of questions in and out."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.exchange.xlsform import views

urlpatterns: list[URLPattern] = [
    path("surveys/<int:pk>/xlsform.xlsx", views.take_out, name="xlsform"),
    path("surveys/<int:pk>/xlsform/<slug:action>/", views.act, name="xlsform_act"),
]
