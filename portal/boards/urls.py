"""Addresses of building boards, their rota, must-reads, photos and cash book."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.boards import views
from portal.boards.cashbook.urls import urlpatterns as cashbook
from portal.boards.doors.urls import urlpatterns as doors

app_name = "boards"
urlpatterns: list[URLPattern | URLResolver] = [
    path("n/<slug:slug>/boards/", views.boards, name="boards"),
    path("n/<slug:slug>/boards/<int:pk>/", views.board, name="board"),
    path("buildings/<int:pk>/board/", views.of_building, name="of_building"),
    path("boards/<int:pk>/", views.short, name="short"),
    path("boards/<int:pk>/look-after/", views.look_after, name="look_after"),
    path("boards/<int:pk>/rota/", views.rota_page, name="rota"),
    path("boards/<int:pk>/photos/", views.photos, name="photos"),
    *doors,
    path("boards/<int:pk>/<slug:action>/", views.act, name="act"),
    path("must-reads/<int:pk>/", views.must_read, name="must_read"),
    path("must-reads/<int:pk>/<slug:action>/", views.must_read_act, name="must_read_act"),
    path("rota-days/<int:pk>/<slug:action>/", views.day_act, name="day_act"),
    path("swaps/<int:pk>/", views.swap, name="swap"),
    path("swaps/<int:pk>/<slug:action>/", views.swap_act, name="swap_act"),
    path("photos/<int:pk>/", views.photo, name="photo"),
    path("photos/<int:pk>/file/", views.photo_file, name="photo_file"),
    path("photos/<int:pk>/<slug:action>/", views.photo_act, name="photo_act"),
    *cashbook,
]
