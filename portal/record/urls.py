from __future__ import annotations

from django.urls import path

from portal.record import views

app_name = "record"
urlpatterns = [
    path("n/<slug:slug>/record/", views.record, name="record"),
    path("n/<slug:slug>/record/<int:sequence>/", views.entry, name="entry"),
    path("n/<slug:slug>/record.jsonl", views.export, name="export"),
]
