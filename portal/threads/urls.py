"""The addresses of discussions."""

from __future__ import annotations

from django.urls import path

from portal.threads import inbox, views

app_name = "threads"
urlpatterns = [
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/posts/", views.say, name="say"),
    path("threads/<int:pk>/reply/", views.reply, name="reply"),
    path("threads/<int:pk>/read/", views.read, name="read"),
    path("threads/<int:pk>/writing/", views.writing, name="writing"),
    path("threads/<int:pk>/news/", views.news, name="news"),
    path("posts/<int:pk>/", views.post, name="post"),
    path("posts/<int:pk>/<slug:action>/", views.act, name="act"),
    path("n/<slug:slug>/questions/", inbox.questions, name="questions"),
    path("n/<slug:slug>/answer-texts/", inbox.texts, name="texts"),
    path("answer-texts/<int:pk>/<slug:action>/", inbox.text_act, name="text_act"),
]
