"""The addresses of meetings. A hearing is called on the page of what it is about: the app above gives that address."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings import views
from portal.meetings.calendar.urls import urlpatterns as of_calendar
from portal.meetings.papers.urls import urlpatterns as of_papers

app_name = "meetings"

urlpatterns: list[URLPattern] = [
    *of_calendar,
    *of_papers,
    path("n/<slug:slug>/meetings/", views.meetings, name="meetings"),
    path("hearings/<int:pk>/", views.hearing, name="hearing"),
    path("hearings/<int:pk>/minutes.json", views.minutes, name="hearing_minutes"),
    path("hearings/<int:pk>/<slug:action>/", views.act, name="act"),
]
