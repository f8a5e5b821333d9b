"""A forgotten password is chosen anew by a code to the number, behind all that a sign-in by code asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.register import stages
from portal.register.services import accounts
from tests import factories
from tests.register import texting
from tests.register.test_second_factor import set_up
from tests.worlds import kept

pytestmark = pytest.mark.django_db
PASSWORD, OTHER, PHONE, ADDRESS = "gongzhi-demo-2026", "neue-blumen-17", "13900000001", "chen@example.org"
RESET, CONFIRM = "/accounts/password/reset/", "/accounts/login/code/confirm/"
CHANGE = "/accounts/password/change/"
Texts = list[tuple[str, str]]


@kept
def make_chen() -> User:
    """An account with a password, a proved number and a proved address, and no home yet."""
    user = factories.make_user(username="chen", email=ADDRESS, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    accounts.claim_phone(user, PHONE, proved=True)
    return user


def ask(client: Client, contact: str = PHONE) -> HttpResponse:
    return client.post(RESET, {"contact": contact})


def enter(client: Client) -> HttpResponse:
    return client.post(CONFIRM, {"code": texting.code(), "next": CHANGE})


def choose(client: Client, **more: str) -> HttpResponse:
    return client.post(CHANGE, {"password1": OTHER, "password2": OTHER, **more})


def has(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


def test_a_code_to_the_number_leads_to_a_new_password(client: Client, texts: Texts) -> None:
    chen = make_chen()

    assert ask(client, "139 0000 0001")["Location"] == f"{CONFIRM}?next=%2Faccounts%2Fpassword%2Fchange%2F"
    assert enter(client)["Location"] == CHANGE
    assert 'name="oldpassword"' not in client.get(CHANGE).content.decode()
    assert choose(client)["Location"] == reverse("register:me")
    assert has(chen, OTHER)
    assert mail.outbox == []


def test_a_number_without_an_account_looks_the_same(client: Client, texts: Texts) -> None:
    make_chen()

    known, unknown = ask(Client()), ask(client, "13900000009")

    assert known["Location"] == unknown["Location"]
    assert len(texts) == 2
    assert client.get(CONFIRM).status_code == 200


def test_a_password_alone_does_not_stand_for_the_old_one(client: Client) -> None:
    chen = make_chen()
    client.post("/accounts/login/", {"login": "chen", "password": PASSWORD})

    assert choose(client).status_code == 200
    assert has(chen, PASSWORD)
    assert choose(client, oldpassword=PASSWORD).status_code == 302
    assert has(chen, OTHER)


def test_a_code_of_some_time_ago_does_not_either(
    client: Client, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen = make_chen()
    ask(client)
    enter(client)
    monkeypatch.setattr(stages, "FRESH", timedelta(0))

    assert choose(client).status_code == 200
    assert has(chen, PASSWORD)


def test_on_a_new_device_the_home_is_asked_first(client: Client, texts: Texts) -> None:
    person = factories.make_person(real_name="陈桂芳", phone=PHONE)
    factories.make_residency(person, factories.make_dwelling(room="502"))
    chen = factories.make_account(person=person, username="chen", email="", password=PASSWORD)
    accounts.claim_phone(chen, PHONE, proved=True)
    ask(client)

    assert enter(client)["Location"] == reverse("register:prove")
    assert client.get(CHANGE).status_code == 302
    proved = client.post(reverse("register:prove"), {"name": "陈桂芳", "room": "502"})
    assert proved["Location"] == CHANGE
    choose(client)
    assert has(chen, OTHER)


def test_the_second_step_is_asked_as_well(client: Client, texts: Texts) -> None:
    chen = make_chen()
    set_up(chen)
    ask(client)

    assert enter(client)["Location"].startswith(reverse("mfa_authenticate"))
    assert choose(client).status_code == 302
    assert has(chen, PASSWORD)


def test_whoever_is_signed_in_comes_back_by_the_code(client: Client, texts: Texts) -> None:
    chen = make_chen()
    client.force_login(chen)

    ask(client)

    assert "_auth_user_id" not in client.session
    enter(client)
    choose(client)
    assert has(chen, OTHER)


def test_asked_twice_within_a_minute_the_code_that_went_still_holds(client: Client, texts: Texts) -> None:
    chen = make_chen()
    ask(Client())

    ask(client)

    assert len(texts) == 1
    enter(client)
    choose(client)
    assert has(chen, OTHER)


def test_an_address_gets_its_link_as_before(client: Client) -> None:
    make_chen()

    assert ask(client, ADDRESS.upper())["Location"] == reverse("account_reset_password_done")
    assert "/accounts/password/reset/key/" in str(mail.outbox[-1].body)
