"""Signing up, confirming, resetting while the mail server is away: no error, no long wait, and the mail comes later."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.community.models import User
from portal.kit import clock
from portal.logs import JsonLines
from portal.notifications import mails, outbox
from portal.notifications.models import Mail
from portal.register.services import accounts
from tests import factories
from tests.register import texting

pytestmark = pytest.mark.django_db
PASSWORD, ADDRESS = "gongzhi-demo-2026", "chen@example.org"
SECRET = re.compile(r"(?<![\d-])\d{6}(?!\d)|/key/\S+")


class Server(EmailBackend):
    """A mail server that is away at first."""

    away: ClassVar[bool]
    asked: ClassVar[int]

    def open(self) -> None:
        Server.asked += 1
        if self.away:
            raise ConnectionRefusedError(111, "Connection refused")


@pytest.fixture(autouse=True)
def server(settings: Settings) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.away, Server.asked = True, 0
    return Server


def sign_up(client: Client) -> HttpResponse:
    typed = {"contact": ADDRESS, "name": "陈阿姨", "password1": PASSWORD, "consent": "on"}
    return client.post("/accounts/signup/", typed)


def make_chen() -> User:
    user = factories.make_user(username="chen", email=ADDRESS, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    return user


def back(**after: int) -> int:
    """The server is there again after so long; how many mails the periodic work sent then."""
    Server.away = False
    with clock.at(clock.now() + timedelta(**after)):
        return outbox.send_due()


def page(client: Client, answer: HttpResponse) -> str:
    return client.get(answer["Location"], headers={"Accept-Language": "en"}).content.decode()


def test_an_account_is_opened_and_the_link_comes_when_the_server_is_back() -> None:
    client = Client(headers={"Accept-Language": "en"})
    answer = sign_up(client)

    assert answer.status_code == 302
    shown = page(client, answer)
    assert "Our mail server does not answer at the moment." in shown
    assert "on its way" not in shown
    assert "A code that has run out" not in shown
    assert (mail.outbox, Mail.objects.get().tries) == ([], 0)

    assert [back(hours=14), back(hours=15)] == [1, 0]

    [letter] = mail.outbox
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+/)", str(letter.body))
    assert link is not None
    client.post(link[1])
    assert EmailAddress.objects.get().verified
    assert Mail.objects.get().body == ""


@pytest.mark.parametrize(
    ("path", "usual"),
    [
        ("/accounts/confirm-email/", "usually within a few minutes"),
        ("/accounts/password/reset/done/", "It can take a few minutes"),
    ],
)
def test_a_page_promises_a_link_within_minutes_only_while_mail_goes_out(path: str, usual: str) -> None:
    client = Client(headers={"Accept-Language": "en"})
    assert usual in client.get(path).content.decode()
    sign_up(Client())

    late = client.get(path).content.decode()

    assert usual not in late
    assert "later than usual" in late


def test_whether_an_address_has_an_account_does_not_show_while_the_server_is_away() -> None:
    make_chen()
    said = []
    for address in (ADDRESS, "nobody@example.org"):
        client = Client(headers={"Accept-Language": "en"})
        answer = client.post("/accounts/login/code/", {"email": address})
        shown = page(client, answer)
        said.append("A code that has run out by then is not sent" in shown)
    assert said == [True, True]


def test_a_link_that_holds_no_longer_is_not_sent() -> None:
    sign_up(Client())

    assert back(days=3) == 0


def test_a_forgotten_password_is_reset_by_the_mail_that_comes_later() -> None:
    make_chen()
    client = Client()

    assert client.post("/accounts/password/reset/", {"contact": ADDRESS}).status_code == 302
    assert back(days=2) == 1
    assert re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[0].body))


@pytest.mark.parametrize(("minutes", "sent"), [(5, 1), (11, 0)])
def test_a_code_is_sent_late_only_while_it_holds(minutes: int, sent: int) -> None:
    make_chen()

    answer = Client().post("/accounts/login/code/", {"email": ADDRESS})

    assert answer.status_code == 302
    assert re.fullmatch(r"(?s).*\b\d{6}\b.*", Mail.objects.get().body)
    assert back(minutes=minutes) == sent
    assert Mail.objects.get().body == ""


def test_whoever_has_an_account_already_is_told_later_too() -> None:
    make_chen()

    assert sign_up(Client()).status_code == 302
    assert back(days=8) == 1


def test_other_mails_about_an_account_do_not_stop_what_they_tell(client: Client) -> None:
    user = make_chen()
    client.force_login(user)

    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another-word-2026", "password2": "another-word-2026"},
    )

    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password("another-word-2026")


def test_a_server_that_was_just_seen_away_is_asked_by_no_other_request() -> None:
    make_chen()
    for number in range(3):
        Client().post("/accounts/login/code/", {"email": f"nobody{number}@example.org"})

    assert (Server.asked, Mail.objects.count()) == (1, 3)
    assert back(minutes=1) == 3
    client = Client(headers={"Accept-Language": "en"})
    answer = client.post("/accounts/login/code/", {"email": "nobody4@example.org"})
    assert len(mail.outbox) == 4
    assert "A code is on its way to nobody4@example.org." in page(client, answer)


def test_not_more_than_two_requests_wait_for_the_server_at_once() -> None:
    Server.away = False
    for _hand in range(2):
        mails._hands.acquire()
    try:
        Client().post("/accounts/login/code/", {"email": ADDRESS})
        assert (Server.asked, mail.outbox) == (0, [])
    finally:
        for _hand in range(2):
            mails._hands.release()
    assert back(minutes=1) == 1


def test_a_database_that_fails_before_the_mail_is_claimed_leaves_no_hand_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(pk: int) -> None:
        raise RuntimeError

    monkeypatch.setattr(mails, "claim", fails)
    for _time in range(3):
        with pytest.raises(RuntimeError):
            mails.send_at_once(1)


def test_no_line_of_the_log_holds_a_code_or_a_link(
    caplog: pytest.LogCaptureFixture, settings: Settings, texts: list[tuple[str, str]]
) -> None:
    user = make_chen()
    accounts.claim_phone(user, "13900000001", proved=True)
    secrets = []
    for backend in ("keep", "fail"):
        settings.SMS_BACKEND = f"tests.register.texting.{backend}"
        cache.clear()
        with caplog.at_level(logging.DEBUG):
            Client().post("/accounts/login/code/", {"phone": "13900000001"})
        secrets.append(texting.code())
    for away in (True, False):
        Server.away = away
        cache.clear()
        with caplog.at_level(logging.DEBUG):
            Client().post("/accounts/login/code/", {"email": ADDRESS})
            Client().post("/accounts/password/reset/", {"contact": ADDRESS})
        secrets += [
            words for text in Mail.objects.values_list("body", flat=True) for words in SECRET.findall(text)
        ]
        secrets += [words for letter in mail.outbox for words in SECRET.findall(str(letter.body))]

    log = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert len(set(secrets)) >= 5
    assert [secret for secret in secrets if secret in log] == []


@pytest.mark.parametrize(
    "path", ["/accounts/confirm-email/MQ:1t:x_y/", "/accounts/password/reset/key/1-diop-f9/"]
)
def test_an_address_that_opens_an_account_stays_out_of_the_log(path: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)

    line = JsonLines().format(record)

    assert "accounts" in line
    assert path.rstrip("/").rpartition("/")[2] not in line
