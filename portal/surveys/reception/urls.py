"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.surveys.reception import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/reception/", views.reception_days, name="reception_days"),
    path("n/<slug:slug>/reception/new/", views.plan, name="reception_plan"),
    path("reception/<int:pk>/", views.reception_day, name="reception_day"),
    path("reception/<int:pk>/calendar.ics", views.day_file, name="reception_file"),
    path("reception/<int:pk>/<slug:action>/", views.day_act, name="day_act"),
    path("reception/times/<int:pk>/", views.booking, name="booking"),
    path("reception/times/<int:pk>/calendar.ics", views.booking_file, name="booking_file"),
    path("reception/times/<int:pk>/<slug:action>/", views.booking_act, name="booking_act"),
    path("n/<slug:slug>/visit-notes/", views.notes_list, name="notes"),
    path("n/<slug:slug>/visit-notes/new/", views.note_new, name="note_new"),
    path("n/<slug:slug>/visit-notes/take-up/", views.take_up, name="notes_take_up"),
    path("visit-notes/<int:pk>/", views.note, name="note"),
    path("visit-notes/<int:pk>/<slug:action>/", views.note_act, name="note_act"),
]
