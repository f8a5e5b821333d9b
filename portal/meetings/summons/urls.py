"""Addresses of summonses; the last two are those of a department without an account."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from portal.meetings.summons import department, views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/summons/new/", views.write, name="write_summons"),
    path("n/<slug:slug>/summons/figures/", views.by_year, name="summons_figures"),
    path("summons/<int:pk>/", views.summons, name="summons"),
    re_path(r"^summons/link/(?P<token>[0-9a-f]{48})/$", department.enter, name="department_link"),
    path("summons/answer/", department.department, name="department"),
    path("summons/<int:pk>/<slug:action>/", views.act, name="summons_act"),
]
