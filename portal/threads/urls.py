"""The addresses of discussions."""

from __future__ import annotations

from django.urls import path

from portal.threads import inbox, moderation_pages, views

app_name = "threads"
urlpatterns = [
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/posts/", views.say, name="say"),
    path("threads/<int:pk>/reply/", views.reply, name="reply"),
    path("threads/<int:pk>/read/", views.read, name="read"),
    path("threads/<int:pk>/writing/", views.writing, name="writing"),
    path("threads/<int:pk>/news/", views.news, name="news"),
    path("threads/reading/<int:pk>/<slug:action>/", moderation_pages.reading_act, name="reading_act"),
    path("posts/<int:pk>/", views.post, name="post"),
    path("posts/<int:pk>/<slug:action>/", views.act, name="act"),
    path("n/<slug:slug>/questions/", inbox.questions, name="questions"),
    path("n/<slug:slug>/answer-texts/", inbox.texts, name="texts"),
    path("n/<slug:slug>/moderation/", moderation_pages.moderation, name="moderation"),
    path("n/<slug:slug>/moderation/words/", moderation_pages.words, name="words"),
    path("operator/words/", moderation_pages.words_for_all, name="words_for_all"),
    path("watched-words/<int:pk>/<slug:action>/", moderation_pages.word_act, name="word_act"),
    path("mutes/<int:pk>/", moderation_pages.mute, name="mute"),
    path("mutes/<int:pk>/<slug:action>/", moderation_pages.mute_act, name="mute_act"),
    path("answer-texts/<int:pk>/<slug:action>/", inbox.text_act, name="text_act"),
]
