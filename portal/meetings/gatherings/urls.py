"""Addresses of gatherings."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.gatherings import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/meetings/new/", views.plan, name="plan_gathering"),
    path("gatherings/<int:pk>/", views.gathering, name="gathering"),
    path("gatherings/<int:pk>/<slug:action>/", views.act, name="gathering_act"),
]
