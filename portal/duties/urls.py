from __future__ import annotations

from django.urls import path

from portal.duties import views, workbench

app_name = "duties"
urlpatterns = [
    path("n/<slug:slug>/work/", workbench.workbench, name="workbench"),
    path("n/<slug:pk>/work/<slug:action>/", workbench.act, name="desk_act"),
    path("n/<slug:slug>/figures/", views.figures, name="figures"),
    path("n/<slug:slug>/promises/", views.promises, name="promises"),
    path("duties/<int:pk>/", views.step, name="step"),
    path("duties/<int:pk>/date/", views.date, name="date"),
    path("public-notices/<int:pk>/", views.public_notice, name="public_notice"),
    path("public-notices/<int:pk>/<slug:action>/", views.act, name="act"),
]
