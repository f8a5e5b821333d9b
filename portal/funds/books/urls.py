"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.books import views

urlpatterns: list[URLPattern] = [
    path("funds/<int:pk>/books/", views.books, name="books"),
    path("funds/<int:pk>/books/lines/", views.lines, name="book_lines"),
    path("funds/<int:pk>/books/lines.csv", views.lines_csv, name="books_csv"),
    path("funds/<int:pk>/books/book.beancount", views.as_beancount, name="books_beancount"),
    path("funds/<int:pk>/books/grants.json", views.grants_json, name="grants_json"),
    path("funds/<int:pk>/books/grants.csv", views.grants_csv, name="grants_csv"),
    path("funds/<int:pk>/books/do/<slug:action>/", views.act, name="books_act"),
    path("funds/grants/<int:pk>/books/<slug:action>/", views.grant_act, name="books_grant_act"),
    path("funds/notes/<int:pk>/do/<slug:action>/", views.note_act, name="books_note_act"),
]
