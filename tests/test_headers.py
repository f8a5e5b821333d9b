from __future__ import annotations

import re
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


def patterns(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the portal's own and of the accounts' pages, as it is written."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if route == settings.CMS_PATH:
            continue
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def nginx_map(variable: str) -> list[tuple[str, str]]:
    """The rows of a map in deploy/nginx.conf: pattern (without its mark) or `default`, and what it becomes."""
    text = (settings.BASE_DIR / "deploy/nginx.conf").read_text("utf-8")
    body = re.search(rf"map \$uri \{variable} \{{(.*?)\n\}}", text, re.S)
    assert body
    rows = re.findall(r"^\s+(\"[^\"]+\"|\S+)\s+(\"[^\"]+\"|\S+);$", body[1], re.M)
    return [(pattern.strip('"').removeprefix("~"), value.strip('"')) for pattern, value in rows]


def logged(path: str) -> str:
    """What nginx writes of an address, by the maps of deploy/nginx.conf; empty where it writes nothing."""

    def mapped(variable: str) -> str:
        for pattern, value in nginx_map(variable):
            if pattern != "default" and (found := re.search(pattern, path)):
                return found.expand(re.sub(r"\$\{(\w+)\}", r"\\g<\1>", value))
        return dict(nginx_map(variable))["default"]

    if mapped("$worth_logging") == "0":
        return ""
    return path if (said := mapped("$logged_path")) == "$uri" else said


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


# What stands in an address as a variable part. A new name is put into one of the two.
NO_SECRET = {"pk", "slug", "kind", "action", "step", "path", "size", "article", "upload"} | {
    "sequence",
    "subject",
    "name",
    "revision",
    "restriction_id",
    "building",
    "form",
    "part",
    "section",
}
SECRET = {"key", "uidb36", "code", "number", "token"}


def test_no_code_and_no_key_reaches_the_log_of_nginx() -> None:
    names, kept = set(), []
    for route, pattern in patterns():
        names |= set(pattern.pattern.regex.groupindex) - {"number"}
        if SECRET & set(pattern.pattern.regex.groupindex) and "<int:number>" not in route:
            address = re.sub(r"<int:\w+>", "7", re.sub(r"\(\?P<\w+>.*?\)(?=[-/\\]|$)", "hush", route))
            address = (
                re.sub(r"<\w+:\w+>", "hush", address)
                .replace("^", "")
                .replace("/?$", "/")
                .replace("\\.", ".")
                .rstrip("$")
            )
            assert "hush" in address
            kept.append((address, logged(address)))

    assert names <= NO_SECRET | SECRET
    assert [(address, said) for address, said in kept if "hush" in said] == []
    assert {"/accounts/confirm-email/hush/", "/accounts/password/reset/key/hush-hush/"} <= dict(kept).keys()
    assert {"/shifts/7/in/hush/", "/v/hush/", "/surveys/7/answer/hush/", "/calendars/hush.ics"} <= dict(
        kept
    ).keys()
    assert dict(kept)["/summons/link/hush/"] == "/summons/link/-"


def test_other_addresses_are_logged_without_what_follows_the_question_mark() -> None:
    lines = (settings.BASE_DIR / "deploy/nginx.conf").read_text("utf-8")
    logs = re.findall(r"^\s*access_log\s+(.+);", lines, re.M)

    assert logged("/n/tianxin/topics/") == "/n/tianxin/topics/"
    assert logged("/summons/7/") == "/summons/7/"
    assert logged("/accounts/confirm-email/") == "/accounts/confirm-email/"
    assert {log if log == "off" else log.split(maxsplit=1)[1] for log in logs} == {
        "off",
        "portal if=$worth_logging",
    }
    # Nothing that names the whole request, or the page before.
    format_ = lines[lines.index("log_format") :].split(";")[0]
    assert set(re.findall(r"\$(\w+)", format_)) == {
        "remote_addr",
        "time_local",
        "request_method",
        "logged_path",
        "server_protocol",
        "status",
        "body_bytes_sent",
        "request_time",
        "http_user_agent",
    }
