"""Addresses of conventions, their rounds, editions and signatures."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.conventions.views import bringing, desk, printing, reading, writing

app_name = "conventions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("n/<slug:slug>/conventions/", desk.conventions, name="conventions"),
    path("n/<slug:slug>/conventions/new/", desk.found, name="found"),
    path("n/<slug:slug>/conventions/<int:pk>/", reading.page, name="page"),
    path("conventions/editions/<int:pk>/", reading.edition, name="edition"),
    path("conventions/editions/<int:pk>.json", reading.edition_json, name="edition_json"),
    path("conventions/editions/<int:pk>/poster-<slug:size>.pdf", printing.poster, name="poster"),
    path("conventions/pages/<int:pk>/versions/", reading.versions, name="versions"),
    path("conventions/pages/<int:pk>/hall/", reading.hall, name="hall"),
    path("conventions/pages/<int:pk>/import/", bringing.choose, name="import"),
    path("conventions/pages/<int:pk>/import/look/", bringing.look, name="imported"),
    path("conventions/texts/<int:pk>/<slug:action>/", reading.sign_act, name="sign_act"),
    path("n/<slug:slug>/conventions/<int:pk>/edit/", writing.edit, name="edit"),
    path("n/<slug:slug>/conventions/<int:pk>/preview/", writing.preview, name="preview"),
    path("n/<slug:slug>/conventions/<int:pk>/both/<int:revision>/", writing.both, name="both"),
    path("n/<slug:slug>/conventions/<int:pk>/compare/", writing.compare, name="compare"),
    path("n/<slug:slug>/conventions/<int:pk>/history/", writing.history, name="history"),
    path("n/<slug:slug>/conventions/<int:pk>/history/<int:revision>/", writing.restore, name="restore"),
    path("conventions/pages/<int:pk>/<slug:action>/", desk.page_act, name="page_act"),
    path("conventions/rounds/<int:pk>/", desk.round_page, name="round"),
    path("conventions/rounds/<int:pk>/articles/<str:article>/", desk.article, name="article"),
    path("conventions/rounds/<int:pk>/articles/<str:article>/suggest/", desk.suggest, name="suggest"),
    path("conventions/rounds/<int:pk>/articles/<str:article>/paper/", desk.enter_paper, name="enter_paper"),
    path("conventions/rounds/<int:pk>/<slug:action>/", desk.act, name="act"),
    path("conventions/suggestions/<int:pk>/", desk.suggestion, name="suggestion"),
    path("conventions/suggestions/<int:pk>/<slug:action>/", desk.suggestion_act, name="suggestion_act"),
    path("conventions/editions/<int:pk>/<slug:action>/", desk.edition_act, name="edition_act"),
]
