"""Signing in without losing text, sending once."""

from __future__ import annotations

import inspect
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory

from portal.actions import web
from portal.actions.models import Submission
from portal.community import web as forms_web
from portal.community.models import Area, Person, Visitor
from tests import factories
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db


def post(user: Visitor, path: str = "/x/", **data: Any) -> HttpRequest:
    request = RequestFactory().post(path, data)
    request.user = user
    request.session = SessionStore()
    request._messages = CookieStorage(request)
    return request


@web.once
def adds_a_person(request: HttpRequest) -> HttpResponse:
    """Adds a person, and shows the form again where the name is empty."""
    Person.objects.create(real_name=request.POST["name"], display_name="新")
    if not request.POST["name"]:
        return HttpResponse("again")
    return HttpResponseRedirect("/done/")


def added() -> int:
    return Person.objects.filter(display_name="新").count()


def test_the_second_sending_is_answered_like_the_first_and_does_nothing() -> None:
    user, key = factories.make_user(), uuid.uuid4().hex

    answers = [adds_a_person(post(user, name="a", once=key)) for _ in range(3)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/done/")] * 3
    assert added() == 1


def test_a_form_shown_again_was_not_sent_and_changed_nothing() -> None:
    user, key = factories.make_user(), uuid.uuid4().hex

    assert adds_a_person(post(user, name="", once=key)).content == b"again"
    assert (added(), Submission.objects.count()) == (0, 0)

    adds_a_person(post(user, name="a", once=key))
    assert added() == 1


def test_another_key_is_another_form() -> None:
    user = factories.make_user()

    for _ in range(2):
        adds_a_person(post(user, name="a", once=uuid.uuid4().hex))

    assert added() == 2


@pytest.mark.parametrize("key", ["", "nonsense", "0" * 31])
def test_without_a_key_every_sending_counts(key: str) -> None:
    user = factories.make_user()

    for _ in range(2):
        adds_a_person(post(user, name="a", once=key))

    assert added() == 2


def test_the_key_of_somebody_else_is_refused() -> None:
    key = uuid.uuid4().hex
    adds_a_person(post(factories.make_user(), name="a", once=key))

    with pytest.raises(PermissionDenied):
        adds_a_person(post(factories.make_user(), name="b", once=key))

    assert added() == 1


def test_a_constraint_that_the_view_itself_broke_is_raised_on() -> None:
    @web.once
    def breaks(request: HttpRequest) -> HttpResponse:
        taken = factories.make_user()
        factories.make_account(person=taken.person)
        return HttpResponseRedirect("/done/")

    with pytest.raises(IntegrityError):
        breaks(post(factories.make_user(), once=uuid.uuid4().hex))


def test_an_error_inside_leaves_the_key_free() -> None:
    user, key = factories.make_user(), uuid.uuid4().hex

    @web.once
    def fails(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails(post(user, once=key))

    assert Submission.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_done_once() -> None:
    user, key = factories.make_user(), uuid.uuid4().hex

    outcome = at_once(8, lambda: adds_a_person(post(user, name="a", once=key)))

    assert outcome.errors == []
    assert {answer["Location"] for answer in outcome.results} == {"/done/"}
    assert added() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_once_a_double_click_counts_twice() -> None:
    """The control: the race is there when nothing holds it."""
    user, key = factories.make_user(), uuid.uuid4().hex
    bare = inspect.unwrap(adds_a_person)

    at_once(8, lambda: bare(post(user, name="a", once=key)))

    assert added() == 8


@forms_web.signed_in
def members_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def test_what_was_typed_waits_on_the_forms_page_once() -> None:
    request = post(
        AnonymousUser(),
        "/n/x/topics/new/",
        title="路灯坏了",
        tags=["a", "b"],
        page="/n/x/topics/new/?from=me",
        password="secret",
        once="1",
        code="K7QM",
        login="chen",
        csrfmiddlewaretoken="t",
    )

    answer = members_only(request)
    request.path = "/n/x/topics/new/"

    assert answer["Location"] == "/accounts/login/?next=/n/x/topics/new/%3Ffrom%3Dme"
    assert forms_web.typed_before(request) == {"title": "路灯坏了", "tags": ["a", "b"]}
    assert forms_web.typed_before(request) == {}


def test_what_was_typed_waits_for_its_own_form_only() -> None:
    request = post(AnonymousUser(), "/one/", title="路灯坏了")
    members_only(request)

    assert forms_web.typed_before(request, "/other/") == {}
    assert forms_web.typed_before(request, "/one/") == {"title": "路灯坏了"}


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/\\evil.example", "relative"])
def test_the_way_back_never_leads_elsewhere(page: str) -> None:
    assert members_only(post(AnonymousUser(), "/x/", page=page))["Location"] == "/accounts/login/?next=/x/"


def test_somebody_signed_in_passes() -> None:
    assert members_only(post(factories.make_user())).content == b"in"


def test_the_typed_text_survives_the_sign_in(client: Client) -> None:
    user = factories.make_user(username="chen", password="gongzhi-demo-2026", email="")
    client.post("/me/settings/", {"display_name": "新名字", "language": "en", "page": "/me/settings/"})

    client.post("/accounts/login/", {"login": "chen", "password": "gongzhi-demo-2026"})

    assert client.session["_auth_user_id"] == str(user.pk)
    assert 'value="新名字"' in client.get("/me/settings/").content.decode()


def test_an_old_page_shows_the_text_for_copying_and_changes_nothing() -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/n/", {"slug": "x", "body": "写了很久的话", "password": "secret"})

    assert response.status_code == 403
    assert ("写了很久的话" in response.content.decode(), "secret" in response.content.decode()) == (
        True,
        False,
    )
    assert Area.objects.count() == 0
