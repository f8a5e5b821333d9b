"""manage.py outbox: what waits and what was given up, never what it says; and trying it again."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.community.models import Area, User
from portal.kit import clock
from portal.kit.handover import Away, Refused
from portal.notifications import handing, mails, outbox, texts
from portal.notifications.kinds import Kind
from portal.notifications.models import NEWS, TRIES, Ceiling, Mail, Notice, Text
from tests import factories
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def put(to: str = "chen@example.org", worth: timedelta = DAY) -> Mail:
    mails.put("login_code", to, "Your code", "It is 482913.", worth=worth)
    return Mail.objects.get(to=to)


def test_an_empty_outbox_says_so() -> None:
    assert said().splitlines() == [
        "Mails about accounts: none wait, 0 given up",
        "News by mail: none wait, 0 given up",
        "News by other ways, or of a day: none wait, 0 given up",
        "News by text message: none wait, 0 given up",
    ]


def test_it_shows_what_waits_with_the_reason_and_neither_address_nor_code(here: Area, opened: Kind) -> None:
    row = put()
    notice = make_news(factories.make_user(email="zhou@example.org"), here, opened)
    texts.text(opened.name, "13900000001", neighbourhood=here, occasion="x", params={})
    taken = outbox.claim(notice.pk)
    assert taken is not None
    handing.settle(taken, Refused("550 no such user zhou@example.org 13900000001"))

    shown = said()

    assert "News by mail: 1 wait (oldest of 20" in shown
    assert f"mail:{row.pk}  c…@example.org  login_code  of 20" in shown
    assert f"notice:{notice.pk}  z…@example.org  test.opened  of 20" in shown
    assert "550 no such user …@… …" in shown
    assert "139****0001" in shown
    assert not [
        secret for secret in ("482913", "chen@", "zhou@", "13900000001", "Your code") if secret in shown
    ]


def test_what_was_given_up_says_whether_it_was_refused_or_is_too_old(here: Area, opened: Kind) -> None:
    old, refused = (make_news(factories.make_user(), here, opened, occasion=word) for word in ("a", "b"))
    Notice.objects.filter(pk=old.pk).update(created_at=clock.now() - NEWS)
    Notice.objects.filter(pk=refused.pk).update(tries=TRIES, last_error="550 no")

    lines = {line.split()[0]: line for line in said().splitlines()}

    assert lines["News"].startswith("News by")
    assert lines[f"notice:{old.pk}"].endswith("0 tries, given up: too old")
    assert lines[f"notice:{refused.pk}"].endswith("5 tries, given up, 550 no")


def test_requeued_is_tried_again_with_all_its_tries(here: Area, opened: Kind) -> None:
    refused, waits = (make_news(factories.make_user(), here, opened, occasion=word) for word in ("a", "b"))
    later = clock.now() + DAY
    Notice.objects.filter(pk=refused.pk).update(tries=TRIES, last_error="550 no", mail_after=later)
    Notice.objects.filter(pk=waits.pk).update(tries=2, last_error="550 no", mail_after=later)

    assert "News by mail: 1 due now" in said("--requeue", f"notice:{refused.pk}")
    assert (outbox.send_due(), len(mail.outbox)) == (1, 1)
    assert said("--requeue", "--all").splitlines() == [
        "Mails about accounts: 0 due now",
        "News by mail: 1 due now",
        "News by other ways, or of a day: 0 due now",
        "News by text message: 0 due now",
    ]
    assert (outbox.send_due(), len(mail.outbox)) == (1, 2)


def test_requeued_is_neither_what_is_sent_nor_in_hand_nor_no_news(here: Area, opened: Kind) -> None:
    sent, held, old = (make_news(factories.make_user(), here, opened, occasion=word) for word in "abc")
    Notice.objects.filter(pk=sent.pk).update(mailed_at=clock.now())
    Notice.objects.filter(pk=old.pk).update(created_at=clock.now() - NEWS)
    assert outbox.claim(held.pk) is not None

    assert "News by mail: 0 due now" in said("--requeue", "--all")


def test_requeued_is_not_what_nobody_is_to_be_mailed(here: Area, opened: Kind) -> None:
    unwanted, leaver, without = (
        make_news(factories.make_user(), here, opened, occasion=word) for word in "abc"
    )
    Notice.objects.filter(pk=unwanted.pk).update(by_mail=False)
    User.objects.filter(pk=leaver.user_id).update(is_active=False)
    User.objects.filter(pk=without.user_id).update(email="")

    assert "News by mail: 0 due now" in said("--requeue", "--all")


def test_what_is_not_there_is_named_and_nothing_is_requeued() -> None:
    row = put()
    Mail.objects.update(tries=TRIES)

    with pytest.raises(CommandError, match="There is no mail:9999, text:3"):
        said("--requeue", f"mail:{row.pk}", "mail:9999", "text:3")
    assert Mail.objects.get().tries == TRIES


def test_a_mail_that_was_given_up_is_not_requeued_because_its_text_is_gone() -> None:
    row = put()
    Mail.objects.update(tries=TRIES)
    mails.forget_old()

    assert "0 due now" in said("--requeue", f"mail:{row.pk}")
    assert Mail.objects.get().body == ""


@pytest.mark.parametrize(
    "arguments", ["--requeue", "--requeue mail:1 --all", "--requeue 1", "--requeue mail:x", "--all"]
)
def test_what_is_meant_has_to_be_said(arguments: str) -> None:
    with pytest.raises(CommandError):
        said(*arguments.split())


def test_it_says_that_the_days_ceiling_was_reached() -> None:
    for _time in range(3):
        texts.note_ceiling()

    assert "3 were held back (PORTAL_SMS_PER_DAY)" in said()
    Ceiling.objects.update(day=clock.today() - DAY)
    assert "ceiling" not in said()


def test_it_asks_the_database_as_often_for_many(here: Area, opened: Kind) -> None:
    counts = []
    for number in (1, 12):
        for _each in range(number):
            make_news(factories.make_user(), here, opened)
        with CaptureQueriesContext(connection) as asked:
            said()
        counts.append(len(asked))

    assert counts[0] == counts[1]


# --- mails about accounts ---


def test_a_mail_is_sent_once_and_then_holds_no_code() -> None:
    put()

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]

    row = Mail.objects.get()
    assert mail.outbox[0].body == "It is 482913."
    assert (row.body, row.sent_at is not None) == ("", True)


def test_a_code_that_has_run_out_is_not_sent_and_its_text_is_gone() -> None:
    put(worth=timedelta(minutes=10))

    with clock.at(clock.now() + timedelta(minutes=10)):
        assert outbox.send_due() == 0

    assert (Mail.objects.get().body, mail.outbox) == ("", [])


def test_mails_and_texts_are_forgotten_after_a_month(here: Area, opened: Kind) -> None:
    put()
    texts.text(opened.name, "13900000001", neighbourhood=here, occasion="x", params={})

    with clock.at(clock.now() + 31 * DAY):
        outbox.send_due()
        texts.send_due()

    assert (Mail.objects.count(), Text.objects.count()) == (0, 0)


def test_mails_about_accounts_go_before_news(here: Area, opened: Kind) -> None:
    make_news(factories.make_user(), here, opened)
    put()

    outbox.send_due()

    assert [sent.to for sent in mail.outbox][0] == ["chen@example.org"]


def test_a_dead_sender_gives_a_mail_back() -> None:
    row = put()
    assert mails.claim(row.pk) is not None
    assert mails.claim(row.pk) is None

    with clock.at(clock.now() + timedelta(minutes=6)):
        assert outbox.send_due() == 1


def test_what_the_server_did_not_take_is_tried_as_often_as_before() -> None:
    row = mails.claim(put().pk)
    assert row is not None

    handing.settle(row, Away("away"))

    assert Mail.objects.get().tries == 0
