from __future__ import annotations

from django.urls import path

from portal.duties import views

app_name = "duties"
urlpatterns = [
    path("n/<slug:slug>/work/", views.workbench, name="workbench"),
    path("n/<slug:slug>/figures/", views.figures, name="figures"),
    path("n/<slug:slug>/promises/", views.promises, name="promises"),
    path("public-notices/<int:pk>/", views.public_notice, name="public_notice"),
    path("public-notices/<int:pk>/<slug:action>/", views.act, name="act"),
]
