"""Sending what waits to be mailed: each row is claimed, sent outside any transaction, and marked.

A claim is a time before which nobody else takes the row, so a sender that dies gives it back by itself.
Mail goes out once, unless a sender dies between the server's yes and the mark.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.kit import clock
from portal.kit.periodic import in_time
from portal.notifications.models import Notice

log = logging.getLogger(__name__)
# Until the next try after the first, second … one.
PAUSES = [timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440)]
LONGEST_ROUND = 500


def send_due() -> int:
    """Mail what is due, until nothing is left, the time is up or the mail server does not answer.

    Returns how many went out. A refused mail is tried five times in half a day and holds up no other.
    """
    sent, connection = 0, get_connection()
    waiting = Notice.objects.to_mail().order_by("mail_after").values_list("pk", flat=True)[:LONGEST_ROUND]
    try:
        for pk in in_time(waiting):
            notice = claim(pk)
            if notice is not None:
                sent += _deliver(notice, connection)
    except OSError:
        log.exception("the mail server does not answer; the rest waits")
    finally:
        connection.close()
    return sent


@transaction.atomic
def claim(pk: int) -> Notice | None:
    """Take a row for sending; None where another sender has it or it was sent meanwhile."""
    waiting = Notice.objects.to_mail().select_for_update(of=("self",), skip_locked=True)
    notice = waiting.select_related("user", "neighbourhood").filter(pk=pk).first()
    if notice is None:
        return None
    notice.mail_after = clock.now() + PAUSES[notice.tries]
    notice.tries += 1
    notice.save(update_fields=["mail_after", "tries"])
    return notice


def message(notice: Notice) -> EmailMessage:
    """The mail of a notice, in its reader's language."""
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        text = {
            "notice": notice,
            "link": settings.PORTAL_BASE_URL + notice.url,
            "choose": settings.PORTAL_BASE_URL + reverse("notifications:preferences"),
        }
        return EmailMessage(
            subject=" ".join(f"{notice.title} · {notice.neighbourhood.name}".split()),
            body=render_to_string("notifications/mail.txt", text),
            to=[notice.user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )


def _deliver(notice: Notice, connection: BaseEmailBackend) -> bool:
    """Send one; raises OSError where the server takes nothing at all."""
    try:
        mail = message(notice)
        mail.connection = connection
        mail.send()
    except (SMTPRecipientsRefused, SMTPDataError, ValueError):
        log.exception("notice %s was not accepted (try %s)", notice.pk, notice.tries)
        return False
    Notice.objects.filter(pk=notice.pk).update(mailed_at=clock.now())
    return True
