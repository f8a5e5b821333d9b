"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.applying import views

urlpatterns: list[URLPattern] = [
    path("funds/mine/", views.mine, name="mine"),
    path("funds/calls/<int:pk>/apply/", views.apply, name="apply"),
    path("funds/calls/<int:pk>/form/", views.blank, name="blank"),
    path("funds/calls/<int:pk>/applying/<slug:action>/", views.call_act, name="applying_call_act"),
    path("funds/applications/<int:pk>/write/<slug:part>/", views.write, name="write"),
    path("funds/applications/<int:pk>/do/<slug:action>/", views.act, name="applying_act"),
    path("funds/budget-lines/<int:pk>/quote/", views.quote, name="quote"),
    path("funds/budget-lines/<int:pk>/<slug:action>/", views.line_act, name="line_act"),
    path("funds/activities/<int:pk>/<slug:action>/", views.activity_act, name="activity_act"),
    path("funds/joining/<int:pk>/<slug:action>/", views.joining_act, name="joining_act"),
    path("funds/projects/<int:pk>/", views.project, name="project"),
    path("funds/projects/<int:pk>/sheet/", views.sheet, name="project_sheet"),
    path("funds/projects/<int:pk>/picture/", views.picture, name="project_picture"),
    path("funds/projects/<int:pk>/paper/", views.paper, name="project_paper"),
]
