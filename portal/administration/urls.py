from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.administration import views

app_name = "administration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("operator/", views.areas, name="areas"),
    path("operator/areas/<int:pk>/", views.area, name="area"),
    path("operator/areas/<int:pk>/posts/", views.posts, name="posts"),
    path("operator/areas/<int:pk>/rules/", views.rules, name="rules"),
    path("operator/areas/<int:pk>/<slug:action>/", views.area_act, name="area_act"),
    path("operator/rules/<int:pk>/<slug:action>/", views.rule_act, name="rule_act"),
    path("n/<slug:slug>/rules/", views.in_force, name="in_force"),
]
