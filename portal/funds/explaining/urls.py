"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.explaining import views

urlpatterns: list[URLPattern] = [
    path("funds/calls/<int:pk>/result/", views.result, name="result"),
    path("funds/calls/<int:pk>/result.json", views.payload_file, name="result_file"),
    path("funds/calls/<int:pk>/ballots.pb", views.ballots_file, name="ballots_file"),
    path("funds/calls/<int:pk>/recompute/", views.recompute, name="recompute"),
    path("funds/calls/<int:pk>/my-share/", views.own_share, name="own_share"),
    path("funds/projects/<int:pk>/why/", views.why, name="why"),
]
