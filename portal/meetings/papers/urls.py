"""Addresses of what is printed of a meeting."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.papers import views

urlpatterns: list[URLPattern] = [
    path("meetings/<int:pk>/calendar.ics", views.file, name="meeting_file"),
    path("meetings/<int:pk>/papers/notice/", views.notice, name="paper_notice"),
    path("meetings/<int:pk>/papers/agenda/", views.agenda, name="paper_agenda"),
    path("meetings/<int:pk>/papers/sign-in/", views.sign_in, name="paper_sign_in"),
]
