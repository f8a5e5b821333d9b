from __future__ import annotations

from django.urls import path

from portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("me/notices/", views.notices, name="notices"),
    path("me/notices/read/", views.read_all, name="read_all"),
    path("me/notices/preferences/", views.preferences, name="preferences"),
    path("me/notices/<int:pk>/", views.open_notice, name="open"),
]
