from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.community import views

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [
    path("n/", views.choose, name="choose"),
    path("files/<uuid:pk>/", views.upload, name="upload"),
]
