from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.register import views

app_name = "register"
urlpatterns: list[URLPattern | URLResolver] = [
    path("join/", views.join, name="join"),
    path("join/request/", views.ask, name="ask"),
    path("me/", views.me, name="me"),
    path("me/mode/", views.mode, name="mode"),
    path("me/settings/", views.preferences, name="settings"),
    path("me/data/", views.export, name="export"),
    path("me/close/", views.close, name="close"),
    path("me/homes/<int:pk>/leave/", views.leave, name="leave"),
    path("me/dwellings/<int:pk>/code/", views.hand_out, name="hand_out"),
    path("me/requests/<slug:kind>/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("n/<slug:slug>/people/", views.people, name="people"),
    path("n/<slug:slug>/people/requests/<slug:kind>/<int:pk>/", views.request_, name="request"),
    path("n/<slug:slug>/people/requests/<slug:kind>/<int:pk>/approve/", views.approve, name="approve"),
    path("n/<slug:slug>/people/requests/<slug:kind>/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("n/<slug:slug>/people/dwellings/", views.dwellings, name="dwellings"),
    path("n/<slug:slug>/people/dwellings/<int:pk>/", views.dwelling, name="dwelling"),
    path("n/<slug:slug>/people/ties/<slug:kind>/<int:pk>/end/", views.end, name="end"),
    path("n/<slug:slug>/people/titles/<int:pk>/voter/", views.voter, name="voter"),
    path("n/<slug:slug>/people/register/", views.register, name="register"),
    path("n/<slug:slug>/people/letters/", views.post_letters, name="letters"),
    path("n/<slug:slug>/people/roster/", views.roster, name="roster"),
    path("n/<slug:slug>/people/roster/preview/", views.roster_preview, name="roster_preview"),
    path("n/<slug:slug>/people/roster/confirm/", views.roster_confirm, name="roster_confirm"),
    path("n/<slug:slug>/people/posts/", views.appointments, name="posts"),
    path("n/<slug:slug>/people/posts/<int:pk>/end/", views.dismiss, name="dismiss"),
]
