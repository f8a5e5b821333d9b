"""The addresses of a meeting that runs: its three screens, its news, and what can be done."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings.live import views

urlpatterns: list[URLPattern] = [
    path("live/<int:pk>/", views.phone, name="live"),
    path("live/<int:pk>/hall/", views.hall, name="live_hall"),
    path("live/<int:pk>/desk/", views.desk, name="live_desk"),
    path("live/<int:pk>/news/", views.news, name="live_news"),
    path("live/<int:pk>/queue/", views.queue, name="live_queue"),
    path("live/<int:pk>/questions/", views.questions, name="live_questions"),
    path("live/questions/<int:pk>/", views.question, name="live_question"),
    path("live/<int:pk>/<slug:action>/", views.act, name="live_act"),
]
