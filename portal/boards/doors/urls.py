"""Addresses of the door list."""

from __future__ import annotations

from django.urls import path

from portal.boards.doors import views

urlpatterns = [
    path("boards/<int:pk>/doors/", views.matters, name="doors"),
    path("boards/<int:pk>/doors/<str:subject>/", views.round_, name="doors_round"),
    path("boards/<int:pk>/doors/<str:subject>/sheet/", views.sheet, name="doors_sheet"),
]
