"""Addresses of the micro-fund, by rooms."""

from __future__ import annotations

from django.urls import URLPattern

from portal.funds.applying.urls import urlpatterns as applying
from portal.funds.ballot.urls import urlpatterns as ballot
from portal.funds.books.urls import urlpatterns as books
from portal.funds.calls.urls import urlpatterns as calls
from portal.funds.explaining.urls import urlpatterns as explaining
from portal.funds.review.urls import urlpatterns as review
from portal.funds.running.urls import urlpatterns as running

app_name = "funds"
urlpatterns: list[URLPattern] = [*calls, *applying, *review, *ballot, *explaining, *running, *books]
