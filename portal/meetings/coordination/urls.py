"""Addresses of coordination meetings."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.coordination import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/coordination/", views.register, name="coordinations"),
    path("n/<slug:slug>/coordination/oral/", views.oral, name="coordination_oral"),
    path("n/<slug:slug>/meetings/new/coordination/", views.new, name="coordination_new"),
    path("n/<slug:slug>/meetings/new/coordination/counter/", views.counter, name="coordination_counter"),
    path("coordination/<int:pk>/", views.coordination, name="coordination"),
    path("coordination/<int:pk>/papers/<slug:part>/", views.paper, name="coordination_paper"),
    path("coordination/<int:pk>/evidence/<int:number>/", views.evidence, name="coordination_evidence"),
    path("coordination/<int:pk>/<slug:action>/", views.act, name="coordination_act"),
]
