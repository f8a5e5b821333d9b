from __future__ import annotations

from django.urls import URLPattern, path

from portal.volunteers.views import certificates

app_name = "volunteers"
urlpatterns: list[URLPattern] = [
    path("me/certificates/", certificates.certificates, name="certificates"),
]
