"""The addresses of draws by lot."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.lots import views

urlpatterns: list[URLPattern] = [
    path("lots/redraw.py", views.redraw, name="lot_redraw"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("lots/<int:pk>/tickets.json", views.tickets, name="lot_tickets"),
    path("lots/<int:pk>/list.csv", views.pool, name="lot_pool"),
    path("lots/<int:pk>/<slug:action>/", views.act, name="lot_act"),
]
