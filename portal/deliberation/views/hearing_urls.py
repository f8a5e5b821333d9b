"""The addresses of hearings and meetings, for urls.py."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.deliberation.views import hearing_acts, hearings

HEARING_URLS: list[URLPattern] = [
    path("n/<slug:slug>/meetings/", hearings.meetings, name="meetings"),
    path("topics/<int:pk>/hearing/new/", hearing_acts.plan, name="call_hearing"),
    path("hearings/<int:pk>/", hearings.hearing, name="hearing"),
    path("hearings/<int:pk>/print/", hearings.notice, name="hearing_print"),
    path("hearings/<int:pk>/calendar.ics", hearings.calendar, name="hearing_calendar"),
    path("hearings/<int:pk>/minutes.json", hearings.minutes, name="hearing_minutes"),
    path("hearings/<int:pk>/<slug:action>/", hearing_acts.act, name="hearing_act"),
]
