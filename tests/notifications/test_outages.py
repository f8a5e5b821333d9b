"""A mail server, or a provider of texts, that is away: nothing is lost, and each goes out once afterwards."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from portal.community.models import Area, User
from portal.kit import clock, sms
from portal.kit.handover import Away, Refused, Unclear
from portal.notifications import outbox, services, texts
from portal.notifications.kinds import Kind
from portal.notifications.models import Ceiling, Notice, Text
from tests import factories

pytestmark = pytest.mark.django_db
PEOPLE = 5
BEGAN = clock.at_time(date(2026, 11, 27), 18)  # a Friday
Step = Callable[["Server", str], None]


class Server(BaseEmailBackend):
    """A mail server with something the matter with it, when it is opened or when it is given a mail."""

    opens: ClassVar[Callable[[], None] | None]
    takes: ClassVar[Callable[[str], None] | None]
    opened: ClassVar[int]
    handed_over: ClassVar[bool]
    took: ClassVar[list[str]]
    ids: ClassVar[list[str]]

    @classmethod
    def well(cls) -> None:
        cls.opens = cls.takes = None
        cls.handed_over = False

    def open(self) -> None:
        Server.opened += 1
        if Server.opens is not None:
            Server.opens()

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        [mail] = email_messages
        Server.ids.append(str(mail.message()["Message-ID"]))
        if Server.takes is not None:
            Server.takes(mail.to[0])
        Server.took.append(mail.to[0])
        return 1


@pytest.fixture
def server(settings: Settings) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.well()
    Server.opened, Server.took, Server.ids = 0, [], []
    return Server


def fails(error: Exception) -> Callable[..., None]:
    def fail(*given: object) -> None:
        raise error

    return fail


def make_people(here: Area, opened: Kind, number: int = PEOPLE) -> list[User]:
    people = [factories.make_user() for _ in range(number)]
    with clock.at(BEGAN):
        services.send(opened, people, neighbourhood=here, occasion="topic:1", url="/", params={"title": "门"})
    return people


def rounds(until: datetime, every: timedelta, since: datetime = BEGAN) -> Iterator[int]:
    """How many each round sent."""
    while since < until:
        with clock.at(since):
            yield outbox.send_due()
        since += every


def afterwards(since: datetime) -> int:
    return sum(rounds(since + timedelta(hours=2), timedelta(minutes=40), since))


AWAY = [
    ConnectionRefusedError(111, "Connection refused"),
    ConnectionResetError(104, "Connection reset by peer"),
    TimeoutError("timed out"),
    socket.gaierror(-3, "Temporary failure in name resolution"),
    smtplib.SMTPConnectError(421, b"closing"),
    smtplib.SMTPConnectError(451, b"try again later"),
    smtplib.SMTPAuthenticationError(535, b"no"),
    smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    ssl.SSLCertVerificationError("certificate has expired"),
    UnicodeError("label too long"),
]
SAID_TO_EACH = [
    smtplib.SMTPSenderRefused(530, b"sign in first", "portal@example.org"),
    smtplib.SMTPSenderRefused(451, b"later", "portal@example.org"),
    smtplib.SMTPRecipientsRefused({"x@example.org": (421, b"closing")}),
    smtplib.SMTPRecipientsRefused({"x@example.org": (451, b"lookup failed")}),
    smtplib.SMTPDataError(452, b"disk full"),
    smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    ConnectionRefusedError(111, "Connection refused"),
]
NIGHT = datetime(2026, 11, 28, 8, tzinfo=BEGAN.tzinfo)


@pytest.mark.parametrize(
    ("until", "every"),
    [
        (NIGHT, timedelta(hours=1)),
        (NIGHT + timedelta(days=2), timedelta(hours=6)),
        (NIGHT + timedelta(days=8), timedelta(hours=12)),
    ],
    ids=["a night", "a weekend", "a holiday of eight days"],
)
def test_after_an_outage_each_mail_goes_out_once(
    here: Area, opened: Kind, server: type[Server], until: datetime, every: timedelta
) -> None:
    people = make_people(here, opened)
    server.opens = fails(AWAY[0])

    assert sum(rounds(until, every)) == 0
    assert set(Notice.objects.values_list("tries", flat=True)) == {0}
    server.well()

    assert afterwards(until) == PEOPLE
    assert sorted(server.took) == sorted(user.email for user in people)


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_a_server_that_takes_nothing_costs_one_connection_a_round_and_no_try(
    here: Area, opened: Kind, server: type[Server], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    make_people(here, opened)
    server.opens = fails(error)

    assert list(rounds(BEGAN + timedelta(minutes=3), timedelta(minutes=1))) == [0, 0, 0]

    assert (server.opened, server.ids) == (3, [])
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
        "the mail server takes nothing"
    ] * 3
    assert all(record.getMessage().endswith("the rest waits") for record in caplog.records)
    assert set(Notice.objects.values_list("tries", flat=True)) == {0}


@pytest.mark.parametrize("error", SAID_TO_EACH, ids=repr)
def test_nor_does_one_that_says_the_same_to_each_mail_for_a_weekend(
    here: Area, opened: Kind, server: type[Server], error: Exception
) -> None:
    people, until = make_people(here, opened), NIGHT + timedelta(days=2)
    server.takes = fails(error)

    assert sum(rounds(until, timedelta(hours=6))) == 0
    assert set(Notice.objects.values_list("tries", flat=True)) == {0}
    assert len(server.ids) <= 3 * server.opened
    server.well()

    assert afterwards(until) == PEOPLE
    assert sorted(server.took) == sorted(user.email for user in people)


def test_a_server_that_hangs_after_the_words_costs_a_try_and_a_weekend_of_it_loses_nothing(
    here: Area, opened: Kind, server: type[Server]
) -> None:
    people, until = make_people(here, opened, number=2), NIGHT + timedelta(days=2)
    server.handed_over = True
    server.takes = fails(TimeoutError("timed out"))

    assert sum(rounds(BEGAN + timedelta(minutes=2), timedelta(minutes=1))) == 0
    assert sorted(Notice.objects.values_list("tries", flat=True)) == [1, 1]
    assert sum(rounds(until, timedelta(hours=3), BEGAN + timedelta(minutes=2))) == 0
    assert len(server.ids) == 2 * 4
    assert len(set(server.ids)) == 2
    server.well()

    assert sum(rounds(until + timedelta(days=2), timedelta(hours=8), until)) == 2
    assert sorted(server.took) == sorted(user.email for user in people)


def test_a_connection_that_ends_after_some_mails_is_opened_once_more(
    here: Area, opened: Kind, server: type[Server]
) -> None:
    """Servers end a connection after so many mails."""
    make_people(here, opened, number=6)

    def some(to: str) -> None:
        if server.opened * 2 == len(server.took):
            raise smtplib.SMTPServerDisconnected

    server.takes = some
    with clock.at(BEGAN):
        sent = outbox.send_due()

    # The mail that was in hand when a connection ended waits for the next round.
    assert (sent, server.opened) == (4, 3)
    assert afterwards(BEGAN) == 2
    assert len(set(server.took)) == 6


def test_one_recipient_who_is_to_come_later_holds_up_nobody_and_is_never_given_up(
    here: Area, opened: Kind, server: type[Server]
) -> None:
    people = make_people(here, opened)
    grey = people[2].email

    def greylist(to: str) -> None:
        if to == grey:
            raise smtplib.SMTPRecipientsRefused({to: (450, b"greylisted")})

    server.takes = greylist
    until = BEGAN + timedelta(days=2)

    assert sum(rounds(until, timedelta(hours=3))) == PEOPLE - 1
    assert Notice.objects.get(mailed_at=None).last_error == "450 greylisted"
    server.well()
    assert afterwards(until) == 1


def test_a_mail_that_ends_every_connection_holds_up_the_others_for_one_round(
    here: Area, opened: Kind, server: type[Server]
) -> None:
    people = make_people(here, opened)

    def poison(to: str) -> None:
        if to == people[0].email:
            raise smtplib.SMTPServerDisconnected

    server.takes = poison

    minute = timedelta(minutes=1)
    assert list(rounds(BEGAN + 4 * minute, minute, BEGAN + minute)) == [0, PEOPLE - 1, 0]


def test_nothing_waits_nothing_is_asked(server: type[Server]) -> None:
    assert outbox.send_due() == 0
    assert server.opened == 0


def test_what_cannot_be_worded_holds_up_no_other(
    here: Area, opened: Kind, server: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    people, usual = make_people(here, opened), outbox.message

    def worded(notice: Notice) -> EmailMessage:
        if notice.user == people[0]:
            raise KeyError("title")
        return usual(notice)

    monkeypatch.setattr(outbox, "message", worded)

    with clock.at(BEGAN):
        assert outbox.send_due() == PEOPLE - 1
    assert Notice.objects.get(user=people[0]).last_error == "cannot be worded: KeyError"


# --- texts ---


class Provider:
    """A provider of text messages with something the matter with it."""

    matter: ClassVar[dict[str, Exception]]
    took: ClassVar[list[str]]
    asked: ClassVar[int]


def provider(number: str, message: sms.Message) -> None:
    Provider.asked += 1
    error = Provider.matter.get(number) or Provider.matter.get("all")
    if error:
        raise error
    Provider.took.append(number)


@pytest.fixture
def numbers(here: Area, opened: Kind, settings: Settings) -> list[str]:
    """Texts that wait for these numbers."""
    settings.SMS_BACKEND = f"{__name__}.provider"
    Provider.matter, Provider.took, Provider.asked = {}, [], 0
    numbers = [f"1390000{at:04}" for at in range(PEOPLE)]
    with clock.at(BEGAN):
        for number in numbers:
            texts.text(
                opened.name,
                number,
                neighbourhood=here,
                occasion="vote:1",
                params={"title": "门"},
                language="en",
            )
    return numbers


def text_rounds(number: int, every: timedelta, since: datetime = BEGAN) -> int:
    sent = 0
    for at in range(number):
        with clock.at(since + at * every):
            sent += texts.send_due()
    return sent


@pytest.mark.parametrize(
    "error", [ConnectionError("away"), Away("502 bad gateway"), ModuleNotFoundError("no adapter")], ids=repr
)
def test_texts_wait_for_a_provider_that_takes_nothing(numbers: list[str], error: Exception) -> None:
    Provider.matter = {"all": error}

    assert text_rounds(16, timedelta(hours=4)) == 0
    assert Provider.asked <= 16
    assert set(Text.objects.values_list("tries", flat=True)) == {0}
    Provider.matter = {}

    assert text_rounds(3, timedelta(minutes=3), BEGAN + timedelta(days=3)) == PEOPLE
    assert sorted(Provider.took) == numbers


def test_a_number_that_is_refused_holds_up_nobody_and_is_given_up_after_five_tries(
    numbers: list[str],
) -> None:
    Provider.matter = {numbers[0]: Refused("no such number")}

    for day in range(8):
        cache.clear()
        text_rounds(1, timedelta(0), BEGAN + timedelta(days=day))

    assert sorted(Provider.took) == numbers[1:]
    assert Provider.asked == PEOPLE - 1 + 5
    assert Text.objects.get(sent_at=None).last_error == "no such number"


def test_a_text_that_may_have_been_taken_costs_a_try_and_waits_an_hour(numbers: list[str]) -> None:
    Provider.matter = {"all": Unclear("no answer")}

    assert text_rounds(1, timedelta(0)) == 0
    assert Provider.asked == 1
    row = Text.objects.get(tries=1)
    assert row.send_after == BEGAN + timedelta(hours=1)


def test_the_days_ceiling_costs_no_try_and_is_said_once(
    numbers: list[str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_PER_DAY = 2

    assert text_rounds(4, timedelta(minutes=5)) == 2

    assert set(Text.objects.filter(sent_at=None).values_list("tries", flat=True)) == {0}
    assert Ceiling.objects.get().held == 4
    said = [record for record in caplog.records if record.levelname == "ERROR"]
    assert ["ceiling of 2 text messages is reached" in record.getMessage() for record in said] == [True]
    cache.clear()
    settings.SMS_PER_DAY = 500
    assert text_rounds(2, timedelta(minutes=5), BEGAN + timedelta(days=1)) == PEOPLE - 2
