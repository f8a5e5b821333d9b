"""Addresses of home pages, notices and texts, and of their editing screens."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.pages import editing, views

app_name = "pages"
urlpatterns: list[URLPattern | URLResolver] = [
    path("n/<slug:slug>/", views.neighbourhood, name="neighbourhood"),
    path("n/<slug:slug>/take-part/", views.take_part, name="take_part"),
    path("n/<slug:slug>/notices/", views.notices, name="notices"),
    path("n/<slug:slug>/p/<int:pk>/", views.page, name="page"),
    path("n/<slug:slug>/edit/", editing.index, name="edit_index"),
    path("n/<slug:slug>/edit/new/<slug:kind>/", editing.new, name="new"),
    path("n/<slug:slug>/edit/<int:pk>/", editing.edit, name="edit"),
    path("n/<slug:slug>/edit/<int:pk>/preview/", editing.preview, name="preview"),
    path("n/<slug:slug>/edit/<int:pk>/both/<int:revision>/", editing.both, name="both"),
    path("n/<slug:slug>/edit/<int:pk>/compare/", editing.compare, name="compare"),
    path("n/<slug:slug>/edit/<int:pk>/history/", editing.history, name="history"),
    path("n/<slug:slug>/edit/<int:pk>/history/<int:revision>/", editing.restore, name="restore"),
    path("n/<slug:slug>/edit/<int:pk>/<slug:action>/", editing.act, name="act"),
    path("accessibility/", views.statement, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.statement, {"name": "privacy"}, name="privacy"),
]
