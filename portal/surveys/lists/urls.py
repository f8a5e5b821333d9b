"""Addresses of the profile and the three lists."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.lists import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/demands/", views.demands, name="demands"),
    path("demands/<int:pk>/", views.demand, name="demand"),
    path("demands/<int:pk>/<slug:action>/", views.act, name="demand_act"),
    path("n/<slug:slug>/services/", views.services, name="services"),
    path("n/<slug:slug>/services/new/", views.service_new, name="service_new"),
    path("services/<int:pk>/", views.service, name="service"),
    path("services/<int:pk>/<slug:action>/", views.service_act, name="service_act"),
    path("n/<slug:slug>/profile/", views.profile_page, name="profile"),
    path("n/<slug:slug>/profile/new/", views.fact_new, name="fact_new"),
    path("n/<slug:slug>/profile/history/", views.profile_history, name="profile_history"),
    path("surveys/<int:pk>/lists/<slug:action>/", views.list_act, name="list_act"),
]
