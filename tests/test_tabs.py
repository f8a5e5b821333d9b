"""Which of the five doors a page stands behind."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import ResolverMatch

from portal.tabs import behind


@pytest.mark.parametrize(
    ("space", "name", "door"),
    [
        ("", "home", "home"),
        ("pages", "neighbourhood", "home"),
        ("pages", "notices", "home"),
        ("pages", "take_part", "part"),
        ("record", "record", "home"),
        ("deliberation", "topics", "topics"),
        ("deliberation", "topic", "topics"),
        ("deliberation", "propose", "topics"),
        ("meetings", "meetings", "meetings"),
        ("meetings", "hearing", "meetings"),
        ("voting", "vote", "topics"),
        ("threads", "thread", "topics"),
        ("register", "me", "me"),
        ("notifications", "notices", "me"),
        ("duties", "workbench", "me"),
        ("", "account_login", "me"),
        ("", "mfa_index", "me"),
    ],
)
def test_behind(space: str, name: str, door: str) -> None:
    request = RequestFactory().get("/")
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name=name, namespaces=[space] if space else []
    )
    assert behind(request) == door


def test_ones_own_pages_are_behind_the_own_door_whatever_they_are_about() -> None:
    request = RequestFactory().get("/me/hours/")
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name="my_hours", namespaces=["volunteers"]
    )

    assert behind(request) == "me"


def test_a_page_that_does_not_exist_is_behind_none() -> None:
    assert behind(RequestFactory().get("/nowhere/")) == ""
