from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


def addresses(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """Every address without a variable part."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        if any(sign in route for sign in "<(^$\\"):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + route)
        elif isinstance(pattern, URLPattern):
            yield prefix + route


def policy(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())


PUBLIC = sorted({path for path in addresses() if not path.startswith(settings.CMS_PATH)})


@pytest.mark.parametrize("path", [*PUBLIC, "/there-is-no-such-page/"])
def test_every_address_is_sent_with_the_strict_policy(client: Client, path: str) -> None:
    response = client.get(path)

    sent = policy(response["Content-Security-Policy"])
    assert {name: sent.get(name) for name in STRICT} == STRICT
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_refused_form_is_sent_with_the_strict_policy() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "chen"})

    assert response.status_code == 403
    assert "unsafe" not in response["Content-Security-Policy"]


def test_only_the_editors_admin_may_write_scripts_into_its_pages(client: Client) -> None:
    sent = policy(client.get("/cms/")["Content-Security-Policy"])

    assert sent["script-src"] == "'self' 'unsafe-inline'"
    assert sent["object-src"] == "'none'"


@pytest.mark.parametrize("door", ["/cms/login/", "/_util/login/", "/cms/"])
def test_every_door_for_passwords_leads_to_the_one_that_counts(client: Client, door: str) -> None:
    response = client.get(door)

    assert response.status_code == 302
    assert response["Location"].split("?")[0] == "/accounts/login/"


def test_other_sites_may_not_read_our_files(client: Client) -> None:
    with closing(client.get("/static/django_htmx/htmx-2.min.js")) as response:
        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response
