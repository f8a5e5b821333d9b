"""Mails about accounts: a row in the transaction of the request, tried at once after it, then by the periodic work.

Somebody waits for the code or the link, so the request waits for the mail server too, but not long, and not at all
while the server is known to be away.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from django.db.transaction import on_commit

from portal.kit import clock, smtp
from portal.kit.handover import Away, NotTaken, Unclear
from portal.notifications import handing
from portal.notifications.models import FORGOTTEN_AFTER, Mail, Outgoing

log = logging.getLogger(__name__)
# So long a request waits for the mail server; so long none asks a server again that was just seen to be away.
REQUEST_SECONDS, AWAY_SECONDS = 4.0, 30
AWAY = "mail-server-away"
# How many requests of a process may wait for it at once; the mails of others go with the periodic work.
_hands = threading.BoundedSemaphore(2)


def put(kind: str, to: str, subject: str, body: str, *, worth: timedelta) -> None:
    """Let a mail go out: tried at once after the transaction, and later for as long as it is worth it. Never raises
    because of the mail server."""
    until = clock.now() + worth
    mail = Mail.objects.create(kind=kind, to=to, subject=subject[:200], body=body, worth_until=until)
    on_commit(partial(send_at_once, mail.pk), robust=True)


def server_is_away() -> bool:
    """Whether somebody saw a moment ago that the mail server takes nothing."""
    return bool(cache.get(AWAY))


def note_away(reason: NotTaken) -> None:
    """The mail server takes nothing: said once a round, and remembered for the requests that come now."""
    cache.set(AWAY, True, AWAY_SECONDS)
    log.warning("the mail server takes nothing (%s); the rest waits", reason)


def send_at_once(pk: int) -> bool:
    """Try one mail within REQUEST_SECONDS; returns whether it went out by then. What does not go waits."""
    if server_is_away() or not _hands.acquire(blocking=False):
        return False
    mail = None
    try:
        mail = claim(pk)
    finally:
        if mail is None:
            _hands.release()
    return mail is not None and _Errand(mail).wait()


def claim(pk: int) -> Mail | None:
    """Take a mail for sending; None where another sender has it or it was sent meanwhile."""
    return handing.claim(Mail.objects.to_send(), pk)


def message(mail: Mail) -> EmailMessage:
    """The mail as it was worded."""
    return EmailMessage(
        subject=mail.subject, body=mail.body, to=[mail.to], headers={"Auto-Submitted": "auto-generated"}
    )


def hand_over(row: Outgoing, mail: EmailMessage, connection: BaseEmailBackend) -> NotTaken | None:
    """Send one, under a Message-ID that stays the same if it is sent again; returns what was said against it."""
    host = urlsplit(settings.PORTAL_BASE_URL).hostname
    mail.extra_headers["Message-ID"] = (
        f"<{row._meta.model_name}-{row.pk}-{row.created_at.timestamp():.6f}@{host}>"
    )
    try:
        smtp.hand_over(mail, connection)
    except NotTaken as answer:
        return answer
    cache.delete(AWAY)
    return None


def forget_old() -> None:
    """Take out the text of what is given up, and what is long past."""
    Mail.objects.given_up().exclude(body="").update(body="")
    Mail.objects.filter(created_at__lte=clock.now() - FORGOTTEN_AFTER).delete()


class _Errand:
    """One mail handed over in a thread of its own, because looking up a name cannot be cut short in any other way."""

    def __init__(self, mail: Mail) -> None:
        self._mail, self._answer = mail, Unclear("interrupted")  # type: tuple[Mail, NotTaken | None]
        self._back, self._lock, self._waited_for = threading.Event(), threading.Lock(), True

    def wait(self) -> bool:
        """Whether the mail was taken in time; if not, what becomes of it is written down when it is known."""
        threading.Thread(target=self._run, name="mail", daemon=True).start()
        self._back.wait(REQUEST_SECONDS)
        with self._lock:
            self._waited_for = self._back.is_set()
        if self._waited_for:
            return self._settle()
        note_away(Away("no answer in time"))
        return False

    def _run(self) -> None:
        try:
            self._answer = _carry(self._mail)
        finally:
            _hands.release()
            with self._lock:
                self._back.set()
        if not self._waited_for:
            self._settle()
            connections.close_all()

    def _settle(self) -> bool:
        if isinstance(self._answer, Away | Unclear):
            note_away(self._answer)
        return handing.settle(self._mail, self._answer)


def _carry(mail: Mail) -> NotTaken | None:
    try:
        connection = get_connection()
        smtp.connect(connection)
    except NotTaken as answer:
        return answer
    try:
        return hand_over(mail, message(mail), connection)
    finally:
        smtp.disconnect(connection)
