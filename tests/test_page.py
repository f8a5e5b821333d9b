"""What every page knows and how it is sent: place, mode, language, headers."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from portal import context, middleware
from portal.community.models import User, Visitor
from portal.community.permissions import Role
from tests import factories

pytestmark = pytest.mark.django_db


def ask(path: str = "/", user: Visitor | None = None, session: dict[str, str] | None = None) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    request.session = session or {}
    request.resolver_match = resolve(path)
    return request


def test_a_template_that_shows_nothing_costs_nothing(django_assert_num_queries: Any) -> None:
    factories.make_neighbourhood()
    user = factories.make_user(Role.RESIDENT)

    with django_assert_num_queries(0):
        context.portal(ask(user=user))


def test_here_is_what_the_view_says_then_address_then_choice_then_home() -> None:
    said, addressed, chosen, home = (factories.make_neighbourhood() for _ in range(4))
    user = factories.make_resident(within=home)
    path = f"/n/{addressed.slug}/people/"

    assert context.here_for(ask(user=user)) == home
    assert context.here_for(ask(user=user, session={"here": chosen.slug})) == chosen
    request = ask(path, user, {"here": chosen.slug})
    assert context.here_for(request) == addressed
    request = ask(path, user)
    request.here = said
    assert context.here_for(request) == said


def test_here_is_the_only_neighbourhood_or_nothing() -> None:
    assert context.here_for(ask()) is None
    only = factories.make_neighbourhood()
    assert context.here_for(ask()) == only
    factories.make_neighbourhood()
    assert context.here_for(ask()) is None


def test_a_neighbourhood_that_is_gone_is_forgotten() -> None:
    only = factories.make_neighbourhood()

    assert context.here_for(ask(session={"here": "gone"})) == only


def test_roles_are_those_held_here() -> None:
    home = factories.make_neighbourhood()
    user = factories.make_resident(within=home)

    assert context.portal(ask(user=user))["roles"] == {Role.VISITOR, Role.ACCOUNT, Role.RESIDENT}
    assert context.portal(ask())["roles"] == {Role.VISITOR}


@pytest.mark.parametrize(
    ("cookie", "account", "elder"),
    [
        (None, False, False),
        (None, True, True),
        ("1", False, True),
        ("0", True, False),
        ("nonsense", True, False),
    ],
)
def test_the_browsers_choice_of_type_comes_before_the_accounts(
    client: Client, cookie: str | None, account: bool, elder: bool
) -> None:
    user = factories.make_user()
    user.elder_mode = account
    user.save()
    client.force_login(user)
    if cookie is not None:
        client.cookies["elder"] = cookie

    assert ('data-mode="elder"' in client.get("/me/").content.decode()) == elder


def test_switching_the_mode_is_kept_for_browser_and_account(client: Client) -> None:
    user = factories.make_user()
    client.force_login(user)

    response = client.post("/me/mode/", {"mode": "elder", "next": "/me/"})

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert response.cookies["elder"].value == "1"
    assert User.objects.get(pk=user.pk).elder_mode


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
    ],
)
def test_switching_the_mode_never_leads_elsewhere(client: Client, path: str) -> None:
    assert client.post("/me/mode/", {"mode": "elder", "next": path})["Location"] == "/"


def test_switching_the_mode_needs_a_form(client: Client) -> None:
    assert client.get("/me/mode/").status_code == 405


def test_the_accounts_language_counts_where_the_browser_chose_none(client: Client) -> None:
    user = factories.make_user()
    user.language = "en"
    user.save()
    client.force_login(user)

    assert client.get("/me/").headers["Content-Language"] == "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert client.get("/me/").headers["Content-Language"] == "zh-hans"


def test_pages_of_somebody_signed_in_are_never_kept(client: Client) -> None:
    anonymous = client.get("/n/")
    client.force_login(factories.make_user())
    private = client.get("/n/")

    assert "Cache-Control" not in anonymous
    assert private["Cache-Control"] == "private, no-store"
    assert "Cookie" in private["Vary"]


def htmx(client: Client, method: str, path: str, page: str) -> HttpResponse:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    return getattr(client, method)(path, headers=headers)


def test_htmx_is_sent_to_the_whole_sign_in_page(client: Client) -> None:
    response = htmx(client, "get", "/me/", "/topics/12/?page=2")

    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Ftopics%2F12%2F%3Fpage%3D2"


def test_a_form_sent_by_htmx_keeps_its_own_way_back(client: Client) -> None:
    response = htmx(client, "post", "/me/settings/", "/topics/12/")

    assert response["HX-Redirect"] == "/accounts/login/?next=/me/settings/"


def test_other_redirects_are_left_alone(client: Client) -> None:
    client.force_login(factories.make_user())

    response = htmx(client, "post", "/me/mode/", "/")

    assert response.status_code == 302
    assert "HX-Redirect" not in response


def test_a_foreign_sign_in_page_is_left_alone() -> None:
    def elsewhere(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=302, headers={"Location": "https://evil.example/accounts/login/"})

    request = ask()
    request.htmx = True

    assert "HX-Redirect" not in middleware.portal(elsewhere)(request)
