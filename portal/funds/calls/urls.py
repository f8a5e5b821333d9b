"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.calls import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/funds/", views.funds, name="funds"),
    path("n/<slug:pk>/funds/do/<slug:action>/", views.place_act, name="calls_place_act"),
    path("funds/<int:pk>/", views.fund, name="fund"),
    path("funds/<int:pk>/do/<slug:action>/", views.fund_act, name="calls_fund_act"),
    path("funds/sources/<int:pk>/<slug:action>/", views.source_act, name="calls_source_act"),
    path("funds/lines/<int:pk>/", views.line, name="line"),
    path("funds/lines/<int:pk>/do/<slug:action>/", views.line_act, name="calls_line_act"),
    path("funds/lines/<int:pk>/papers/<uuid:upload>/", views.paper, name="line_paper"),
    path("funds/calls/<int:pk>/", views.call, name="call"),
    path("funds/calls/<int:pk>/rules.json", views.rules, name="call_rules"),
    path("funds/calls/<int:pk>/do/<slug:action>/", views.act, name="calls_act"),
]
