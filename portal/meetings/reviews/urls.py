"""Addresses of reviews."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.reviews import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/meetings/new/review/", views.plan, name="review_plan"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/<slug:action>/", views.act, name="review_act"),
]
