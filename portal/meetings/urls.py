"""The addresses of meetings. A hearing is called on the page of what it is about: the app above gives that address."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings import views
from portal.meetings.live import urls as live

app_name = "meetings"

urlpatterns: list[URLPattern] = [
    *live.urlpatterns,
    path("n/<slug:slug>/meetings/", views.meetings, name="meetings"),
    path("hearings/<int:pk>/", views.hearing, name="hearing"),
    path("hearings/<int:pk>/print/", views.notice, name="hearing_print"),
    path("hearings/<int:pk>/calendar.ics", views.calendar, name="hearing_calendar"),
    path("hearings/<int:pk>/minutes.json", views.minutes, name="hearing_minutes"),
    path("hearings/<int:pk>/<slug:action>/", views.act, name="act"),
]
