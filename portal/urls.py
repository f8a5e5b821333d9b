"""The map of addresses. Each app has its own; the pages come last because they take whatever is left."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as cms_urls
from wagtail.documents import urls as document_urls

from portal.health import healthz
from portal.pages.views import home
from portal.register.views import forgotten

# One door for passwords, the one that counts wrong ones: Wagtail's own sign-in pages lead there.
to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

handler500 = "portal.outages.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    # Asked for most: found first.
    path("", include("portal.deliberation.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    # In the place of allauth's page, whose name it keeps: a number does as well as an address.
    path("accounts/password/reset/", forgotten, name="account_reset_password"),
    path("accounts/", include("allauth.urls")),
    path("cms/login/", to_login),
    path("_util/login/", to_login),
    path("cms/", include(cms_urls)),
    path("documents/", include(document_urls)),
    path("", include("portal.record.urls")),
    path("", include("portal.community.urls")),
    path("", include("portal.notifications.urls")),
    path("", include("portal.duties.urls")),
    path("", include("portal.register.urls")),
    path("", include("portal.threads.urls")),
    path("", include("portal.voting.urls")),
    path("", include("portal.meetings.urls")),
    path("", include("portal.volunteers.urls")),
    path("", include("portal.administration.urls")),
    path("", include("portal.search.urls")),
    path("", include("portal.conventions.urls")),
    path("", include("portal.surveys.urls")),
    path("", include("portal.funds.urls")),
    path("", include("portal.reports.urls")),
    path("", include("portal.boards.urls")),
    path("", home, name="home"),
    path("", include("portal.pages.urls")),
]
