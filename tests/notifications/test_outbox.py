"""Mail from the outbox: once each, in the reader's language, and patient with a server that is away."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import ClassVar

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from portal.community.models import Area
from portal.kit import clock
from portal.notifications import choosing, jobs, outbox, services
from portal.notifications.kinds import Kind
from portal.notifications.models import NEWS, Notice
from tests import factories
from tests.concurrency import at_once
from tests.notifications.factories import kind, make_news

pytestmark = pytest.mark.django_db


class Server(BaseEmailBackend):
    """A mail server that refuses some recipients, or is away."""

    away: ClassVar[bool] = False
    refuses: ClassVar[set[str]] = set()
    took: ClassVar[list[str]] = []
    asked: ClassVar[list[str]] = []

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        to = email_messages[0].to[0]
        self.asked.append(to)
        if self.away:
            raise ConnectionRefusedError
        if to in self.refuses:
            raise smtplib.SMTPRecipientsRefused({to: (550, b"no such user")})
        self.took.append(to)
        return 1


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    for name, value in {"away": False, "refuses": set(), "took": [], "asked": []}.items():
        monkeypatch.setattr(Server, name, value)
    settings.EMAIL_BACKEND = f"{Server.__module__}.{Server.__qualname__}"
    return Server


def later(minutes: int) -> int:
    """A round some minutes from now."""
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        return outbox.send_due()


def test_a_mail_says_what_happened_and_leads_to_it(here: Area, opened: Kind) -> None:
    chen = factories.make_user(email="chen@example.org")
    make_news(chen, here, opened, title="加装扶手", until_at="2026-11-30T16:00:00+00:00")
    chen.language = "en"
    chen.save()

    assert outbox.send_due() == 1

    sent = mail.outbox[0]
    assert sent.subject == "Opened: 加装扶手 · 天馨"
    assert sent.to == ["chen@example.org"]
    assert sent.body.splitlines()[:6] == [
        "Opened: 加装扶手",
        "",
        "“加装扶手” runs until Mon 30 Nov, 24:00.",
        "",
        "Read more and answer here:",
        "http://127.0.0.1:8000/n/x/topics/",
    ]
    assert "http://127.0.0.1:8000/out/" in sent.body


def test_a_mail_is_in_the_language_of_its_reader_whoever_sends_it(here: Area) -> None:
    with kind(title=gettext_lazy("Yes")) as made:
        for language in ("", "zh-hans", "en"):
            user = factories.make_user()
            user.language = language
            user.save()
            make_news(user, here, made)
        outbox.send_due()

    assert [sent.subject for sent in mail.outbox] == ["是 · 天馨", "是 · 天馨", "Yes · 天馨"]


def test_what_somebody_typed_cannot_forge_headers_or_markup(here: Area, opened: Kind) -> None:
    make_news(factories.make_user(), here, opened, title="扶手\nBcc: all@example.org <b>&")

    outbox.send_due()

    assert mail.outbox[0].subject == "Opened: 扶手 Bcc: all@example.org <b>& · 天馨"
    assert mail.outbox[0].recipients() == mail.outbox[0].to
    assert "<b>&" in mail.outbox[0].body


def test_sent_is_sent_once(here: Area, opened: Kind) -> None:
    make_news(factories.make_user(), here, opened)

    assert [outbox.send_due(), outbox.send_due(), later(100_000)] == [1, 0, 0]
    assert len(mail.outbox) == 1
    assert Notice.objects.get().mailed_at is not None


def test_only_what_is_wanted_of_people_in_use_is_sent(here: Area, opened: Kind) -> None:
    gone, unwanted, without = factories.make_user(), factories.make_user(), factories.make_user(email="")
    choosing.choose_groups(unwanted, [])
    for user in (gone, unwanted, without):
        make_news(user, here, opened)
    gone.is_active = False
    gone.save()

    assert outbox.send_due() == 0


def test_old_news_is_not_mailed_after_a_long_outage(here: Area, opened: Kind) -> None:
    make_news(factories.make_user(), here, opened)

    with clock.at(clock.now() + NEWS):
        assert outbox.send_due() == 0


def test_a_refused_address_holds_up_nobody_and_is_given_up_after_five_tries(
    here: Area, opened: Kind, server: type[Server], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = factories.make_user(email="bad@example.org"), factories.make_user(email="good@example.org")
    server.refuses = {"bad@example.org"}
    make_news(bad, here, opened)
    make_news(good, here, opened)

    rounds = [later(minutes) for minutes in (0, 1, 6, 40, 170, 700, 3000, 5000)]

    assert rounds == [1, 0, 0, 0, 0, 0, 0, 0]
    assert server.took == ["good@example.org"]
    assert server.asked.count("bad@example.org") == 5
    assert Notice.objects.get(user=bad).tries == 5
    assert "bad@example.org" not in [record.getMessage() for record in caplog.records]


def test_a_server_that_is_away_is_asked_once_a_round_and_nothing_is_lost(
    here: Area, opened: Kind, server: type[Server]
) -> None:
    for _ in range(3):
        make_news(factories.make_user(), here, opened)
    server.away = True

    assert [later(0), later(1)] == [0, 0]
    assert len(server.asked) == 2
    server.away = False
    assert later(40) == 3
    assert len(server.took) == len(set(server.took)) == 3


def test_what_a_dead_sender_had_in_hand_comes_back(here: Area, opened: Kind) -> None:
    notice = make_news(factories.make_user(), here, opened)
    assert outbox.claim(notice.pk) is not None

    assert outbox.claim(notice.pk) is None
    assert outbox.send_due() == 0
    assert later(6) == 1


def test_the_periodic_work_sends(here: Area, opened: Kind) -> None:
    make_news(factories.make_user(), here, opened)

    jobs.send_mail()

    assert len(mail.outbox) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_three_senders_at_once_send_everything_once(opened: Kind, server: type[Server]) -> None:
    here = factories.make_neighbourhood()
    people = [factories.make_user() for _ in range(20)]
    services.send(opened, people, neighbourhood=here, occasion="topic:1", url="/")

    outcome = at_once(3, outbox.send_due)

    assert outcome.errors == []
    assert sum(outcome.results) == 20
    assert sorted(server.took) == sorted(user.email for user in people)
