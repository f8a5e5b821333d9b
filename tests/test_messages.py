"""Messages wait in a cookie: as safe as the session's, no write to the session, and never for another account."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.messages import get_messages, info
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests import factories

pytestmark = pytest.mark.django_db
COOKIE = settings.MESSAGE_COOKIE_NAME


def asked(cookies: dict[str, str] | None = None, session: SessionStore | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies or {})
    request.session = session or SessionStore()
    request._messages = default_storage(request)
    return request


def test_a_message_is_read_once_from_a_cookie_that_scripts_cannot_see() -> None:
    first, answer = asked(), HttpResponse()
    info(first, "已收到")
    first._messages.update(answer)
    cookie = answer.cookies[COOKIE]
    second, page = asked({COOKIE: cookie.value}), HttpResponse()

    assert [str(message) for message in get_messages(second)] == ["已收到"]
    second._messages.update(page)

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert page.cookies[COOKIE].value == ""
    assert first.session.modified is False


def test_a_forged_message_is_not_shown() -> None:
    assert list(get_messages(asked({COOKIE: "forged:1w:x"}))) == []


def test_what_is_too_long_for_a_cookie_waits_in_the_session() -> None:
    first, answer = asked(), HttpResponse()
    texts = ["".join(chr(0x4E00 + (at * 977 + n * 131) % 20000) for n in range(600)) for at in range(3)]
    for text in texts:
        info(first, text)
    first._messages.update(answer)

    assert len(answer.cookies[COOKIE].value) <= 2048
    second = asked({COOKIE: answer.cookies[COOKIE].value}, first.session)
    assert [str(message) for message in get_messages(second)] == texts


def test_a_message_costs_no_write_to_the_session(client: Client) -> None:
    user = factories.make_user()
    client.force_login(user)
    before = Session.objects.get().session_data

    client.post("/me/notices/read/")

    assert COOKIE in client.cookies
    assert Session.objects.get().session_data == before
    assert "全部通知已标为已读" in client.get("/me/notices/").content.decode()


def test_what_was_to_be_said_to_one_account_is_not_said_to_the_next_on_the_same_device(
    client: Client,
) -> None:
    client.force_login(factories.make_user(), "portal.register.backends.NameBackend")
    client.post("/me/notices/read/")

    client.post("/accounts/logout/")

    said = client.get("/accounts/login/").content.decode()
    assert "全部通知" not in said
