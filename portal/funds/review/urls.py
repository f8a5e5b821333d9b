"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.review import views

urlpatterns: list[URLPattern] = [
    path("funds/calls/<int:pk>/review/", views.reviewing, name="reviewing"),
    path("funds/calls/<int:pk>/review/<slug:action>/", views.call_act, name="review_act"),
    path("funds/applications/<int:pk>/score/", views.scoring, name="scoring"),
    path("funds/applications/<int:pk>/review/<slug:action>/", views.act, name="review_application_act"),
    path("funds/reviewers/<int:pk>/<slug:action>/", views.reviewer_act, name="reviewer_act"),
    path("funds/objections/<int:pk>/<slug:action>/", views.objection_act, name="objection_act"),
]
