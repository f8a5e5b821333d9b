"""Addresses of the calendar."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from portal.meetings.calendar import views

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/calendar/", views.calendar, name="calendar"),
    path("n/<slug:slug>/calendar.ics", views.feed, name="calendar_feed"),
    path("n/<slug:slug>/calendar/phone/", views.subscribe, name="subscribe"),
    path("me/calendar/", views.own, name="own_calendar"),
    path("me/calendar/new-address/", views.renew, name="own_calendar_renew"),
    path("me/calendar/no-address/", views.end, name="own_calendar_end"),
    re_path(r"^calendars/(?P<token>[0-9a-f-]{42,60})\.ics$", views.own_file, name="own_calendar_file"),
]
