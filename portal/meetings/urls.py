"""The addresses of meetings. A hearing is called on the page of what it is about: the app above gives that address."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.views import acts, hearings

app_name = "meetings"

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/meetings/", hearings.meetings, name="meetings"),
    path("hearings/<int:pk>/", hearings.hearing, name="hearing"),
    path("hearings/<int:pk>/print/", hearings.notice, name="hearing_print"),
    path("hearings/<int:pk>/calendar.ics", hearings.calendar, name="hearing_calendar"),
    path("hearings/<int:pk>/minutes.json", hearings.minutes, name="hearing_minutes"),
    path("hearings/<int:pk>/<slug:action>/", acts.act, name="hearing_act"),
]
