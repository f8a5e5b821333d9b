"""Codes and passwords: how often they may be tried, what opens a locked account, and that nobody's time tells."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.contrib.auth import hashers
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from portal.community.models import User
from portal.register.services import accounts
from tests import factories
from tests.register import texting
from tests.worlds import kept

pytestmark = pytest.mark.django_db
PASSWORD = "gongzhi-demo-2026"
INCORRECT, TOO_MANY = "验证码不对。", "试的次数太多了。请过一会儿再试，也可以到居委会柜台办理。"
PHONE, ADDRESS = "13900000001", "chen@example.org"
Texts = list[tuple[str, str]]


@kept
def make_chen() -> User:
    """An account with a name, a proved number, a proved address and a password."""
    user = factories.make_user(username="chen", email=ADDRESS, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    accounts.claim_phone(user, PHONE, proved=True)
    return user


@pytest.fixture
def minutes_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Go on by six minutes: of the short counters nothing is left, the day's stand."""
    passed = [0]
    moved = SimpleNamespace(time=lambda: time.time() + passed[0], monotonic=time.monotonic, sleep=time.sleep)
    monkeypatch.setattr(ratelimit, "time", moved)

    def go_on() -> None:
        passed[0] += 360

    return go_on


def ask(client: Client, **where: str) -> HttpResponse:
    return client.post("/accounts/login/code/", where or {"email": ADDRESS})


def enter(client: Client, code: str) -> HttpResponse:
    return client.post("/accounts/login/code/confirm/", {"code": code})


def code_by_mail() -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def sign_in(client: Client, login: str = "chen", password: str = PASSWORD) -> HttpResponse:
    return client.post("/accounts/login/", {"login": login, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- ceilings ---


def test_an_account_has_twenty_tries_of_codes_a_day_however_they_were_sent(
    texts: Texts, minutes_later: Callable[[], None]
) -> None:
    make_chen()
    compared = refused = 0
    for number in range(6):
        minutes_later()
        browser = Client(REMOTE_ADDR=f"10.0.0.{number}")
        ask(browser, **({"email": ADDRESS} if number else {"phone": PHONE}))
        for _try in range(5):
            answer = enter(browser, "000000")
            shown = answer.context["form"].errors["code"] if answer.status_code == 200 else []
            compared += shown == [INCORRECT]
            refused += shown == [TOO_MANY]

    # Of each five the last one leads back to the beginning: four sessions of five were looked at.
    assert (compared, refused) == (4 * 4, 2 * 4)

    minutes_later()
    late = Client()
    mail.outbox.clear()
    ask(late)
    enter(late, code_by_mail())
    assert not signed_in(late)


def test_an_address_is_sent_ten_codes_a_day_known_or_not(minutes_later: Callable[[], None]) -> None:
    make_chen()
    sent = {}
    for address in (ADDRESS, "nobody@example.org"):
        mail.outbox.clear()
        for _time in range(15):
            minutes_later()
            ask(Client(), email=address)
        sent[address] = len(mail.outbox)

    assert sent == {ADDRESS: 10, "nobody@example.org": 10}


def test_wrong_codes_count_as_wrong_passwords() -> None:
    make_chen()
    guessing = Client()
    ask(guessing)
    for _try in range(5):
        enter(guessing, wrong(code_by_mail()))

    late = Client()
    sign_in(late)

    assert not signed_in(late)


def test_right_codes_of_other_accounts_do_not_count() -> None:
    make_chen()
    factories.make_user(username="zhou", email="zhou@example.org", password=PASSWORD)
    guessing, zhou = Client(), Client()
    ask(guessing)
    for _try in range(5):
        enter(guessing, wrong(code_by_mail()))

    sign_in(zhou, "zhou")

    assert signed_in(zhou)


def test_an_account_has_fifty_wrong_passwords_a_day(minutes_later: Callable[[], None]) -> None:
    make_chen()
    for _round in range(12):
        minutes_later()
        for _try in range(5):
            sign_in(Client(), password="wrong")
    minutes_later()

    late = Client()
    sign_in(late)

    assert not signed_in(late)


# --- a locked account ---


def lock() -> None:
    for _try in range(6):
        sign_in(Client(), password="wrong")


@pytest.mark.parametrize("login", ["chen", "nobody"])
def test_a_locked_account_is_offered_a_code_whether_it_exists_or_not(login: str) -> None:
    make_chen()
    for _try in range(5):
        sign_in(Client(), login, "wrong")

    page = sign_in(Client(headers={"Accept-Language": "en"}), login)

    assert "Let us send you a code instead" in page.content.decode()
    assert "/accounts/login/code/" in page.content.decode()


def test_a_code_opens_it_and_the_password_works_again() -> None:
    make_chen()
    lock()
    owner, other = Client(), Client()
    assert not signed_in(owner)

    ask(owner)
    enter(owner, code_by_mail())

    assert signed_in(owner)
    sign_in(other)
    assert signed_in(other)


def test_a_device_that_knows_the_owner_is_not_locked_by_strangers(client: Client) -> None:
    make_chen()
    sign_in(client)
    client.post("/accounts/logout/")
    lock()
    assert sign_in(Client()).status_code == 200

    sign_in(client)

    assert signed_in(client)


def test_a_code_on_a_known_device_opens_the_account_for_all_others_too(client: Client) -> None:
    make_chen()
    sign_in(client)
    client.post("/accounts/logout/")
    lock()

    ask(client)
    enter(client, code_by_mail())

    other = Client()
    sign_in(other)
    assert signed_in(other)


def test_and_is_locked_by_its_own_mistakes(client: Client) -> None:
    make_chen()
    sign_in(client)
    client.post("/accounts/logout/")
    for _try in range(5):
        sign_in(client, password="wrong")

    sign_in(client)

    assert not signed_in(client)


# --- nobody's time tells ---


class Work:
    """What a request costs: questions to the database, hashed passwords, messages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hashes = 0
        encode = hashers.MD5PasswordHasher.encode

        def counted(hasher: Any, password: str, salt: str) -> str:
            self.hashes += 1
            return str(encode(hasher, password, salt))

        monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)

    def of(self, act: Callable[[], object]) -> tuple[int, int, int]:
        """Hashes, messages and questions of one act."""
        before = self.hashes, len(mail.outbox) + len(texting.sent)
        with CaptureQueriesContext(connection) as asked:
            act()
        sent = len(mail.outbox) + len(texting.sent) - before[1]
        return self.hashes - before[0], sent, len(asked)


@pytest.mark.parametrize(
    ("known", "unknown"), [("chen", "nobody"), (ADDRESS, "nobody@example.org"), (PHONE, "13900000009")]
)
def test_a_wrong_password_is_as_much_work_for_a_stranger(
    known: str, unknown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chen()
    work = Work(monkeypatch)

    costs = [work.of(lambda login=login: sign_in(Client(), login, "wrong")) for login in (known, unknown)]  # type: ignore[misc]

    assert costs[0] == costs[1]
    assert costs[0][0] == 1


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ({"email": ADDRESS}, {"email": "nobody@example.org"}),
        ({"phone": PHONE}, {"phone": "13900000009"}),
    ],
)
def test_asking_for_a_code_is_as_much_work_for_a_stranger(
    known: dict[str, str], unknown: dict[str, str], monkeypatch: pytest.MonkeyPatch, texts: Texts
) -> None:
    make_chen()
    work = Work(monkeypatch)

    costs = [work.of(lambda where=where: ask(Client(), **where)) for where in (known, unknown)]  # type: ignore[misc]

    assert costs[0] == costs[1]
    assert costs[0][:2] == (0, 1)


def test_resetting_a_password_is_as_much_work_for_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    make_chen()
    work = Work(monkeypatch)

    costs = [
        work.of(lambda email=email: Client().post("/accounts/password/reset/", {"contact": email}))  # type: ignore[misc]
        for email in (ADDRESS, "nobody@example.org")
    ]

    assert costs[0] == costs[1]
    assert costs[0][1] == 1


@pytest.mark.parametrize(("taken", "free"), [(ADDRESS, "nobody@example.org"), (PHONE, "13900000009")])
def test_opening_an_account_hashes_as_much_where_there_is_one(
    taken: str, free: str, monkeypatch: pytest.MonkeyPatch, texts: Texts, settings: Settings
) -> None:
    make_chen()
    work = Work(monkeypatch)

    costs = [
        work.of(
            lambda contact=contact: Client().post(  # type: ignore[misc]
                "/accounts/signup/",
                {"contact": contact, "name": "别人", "password1": PASSWORD, "consent": "on"},
            )
        )
        for contact in (taken, free)
    ]

    assert costs[0][:2] == costs[1][:2] == (1, 1)
