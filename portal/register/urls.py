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
    path("me/code/", views.code, name="code"),
    path("me/devices/", views.known_devices, name="devices"),
    path("me/devices/<int:pk>/forget/", views.forget_device, name="forget_device"),
    path("sign-in/proof/", views.prove, name="prove"),
    path("sign-in/proof/counter/", views.prove, {"way": "counter"}, name="prove_counter"),
    path("me/dwellings/<int:pk>/code/", views.hand_out, name="hand_out"),
    path("n/<slug:slug>/people/", views.people, name="people"),
    path("n/<slug:slug>/people/requests/<slug:kind>/<int:pk>/", views.request_, name="request"),
    path("n/<slug:slug>/people/dwellings/", views.dwellings, name="dwellings"),
    path("n/<slug:slug>/people/dwellings/<int:pk>/", views.dwelling, name="dwelling"),
    path("n/<slug:slug>/people/register/", views.register, name="register"),
    path("n/<slug:slug>/people/letters/", views.post_letters, name="letters"),
    path("n/<slug:slug>/people/letters/print/", views.letters_print, name="letters_print"),
    path("n/<slug:slug>/people/roster/", views.roster, name="roster"),
    path("n/<slug:slug>/people/roster/preview/", views.roster_preview, name="roster_preview"),
    path("n/<slug:slug>/people/roster/imports/", views.imports, name="imports"),
    path("n/<slug:slug>/people/roster/imports/<int:pk>/", views.import_, name="import"),
    path("n/<slug:slug>/people/roster/export/", views.roster_export, name="roster_export"),
    path("n/<slug:slug>/people/roster/export/file/", views.roster_file, name="roster_file"),
    path("n/<slug:slug>/people/posts/", views.appointments, name="posts"),
    path("n/<slug:slug>/people/persons/", views.persons, name="persons"),
    path("n/<slug:slug>/people/persons/<int:pk>/", views.person, name="person"),
    path("n/<slug:slug>/people/looks/", views.looks, name="looks"),
    path("persons/<int:pk>/<slug:action>/", views.person_act, name="person_act"),
    path("person-changes/<int:pk>/<slug:action>/", views.change_act, name="change_act"),
    path("n/<slug:slug>/people/<int:pk>/sign-in/", views.sign_in, name="sign_in"),
    path("n/<slug:slug>/people/<int:pk>/sign-in/code/", views.give_code, name="give_code"),
    path("n/<slug:slug>/people/<int:pk>/sign-in/reset/", views.reset_factor, name="reset_factor"),
    path("residencies/<int:pk>/<slug:action>/", views.residency, name="residency"),
    path("ownerships/<int:pk>/<slug:action>/", views.ownership, name="ownership"),
    path("dwellings/<int:pk>/<slug:action>/", views.dwelling_act, name="dwelling_act"),
    path("imports/<int:pk>/<slug:action>/", views.import_act, name="import_act"),
    path("appointments/<int:pk>/<slug:action>/", views.appointment, name="appointment"),
]
