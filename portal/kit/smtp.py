"""Mail by SMTP: a connection that is known to work when it is open, and what an answer of the server means."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend

from portal.kit.handover import Away, Later, NotTaken, Refused, Unclear

# A server may look a mail through before it says that it took it (RFC 5321, 4.5.3.2.6, even allows ten minutes).
LOOKS_THROUGH_SECONDS = 60
SERVICE_NOT_AVAILABLE, TOO_LARGE = 421, 552
# It wants another sign-in, or an encrypted line: true of every mail.
NOT_SIGNED_IN = {530, 534, 535, 538}


class _Marking:
    """Whether the words of a mail were sent: from then on it may have been taken, even where no answer comes."""

    handed_over = False
    sock: Any
    timeout: Any

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the words of a mail, and wait longer for the answer than for any other."""
        self.sock.settimeout(LOOKS_THROUGH_SECONDS)
        answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]
        self.sock.settimeout(self.timeout)
        return answer

    def sendmail(self, *given: Any, **named: Any) -> dict[str, tuple[int, bytes]]:
        """Begin with another mail."""
        self.handed_over = False
        refused: dict[str, tuple[int, bytes]] = super().sendmail(*given, **named)  # type: ignore[misc]
        return refused

    def send(self, s: Any) -> None:
        """Commands are text, the words of a mail are bytes."""
        self.handed_over |= not isinstance(s, str)
        super().send(s)  # type: ignore[misc]


class _Plain(_Marking, smtplib.SMTP):
    pass


class _Encrypted(_Marking, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, of which is known whether a mail may have been taken when a connection dies."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The kind of connection that was configured."""
        return _Encrypted if self.use_ssl else _Plain

    @property
    def handed_over(self) -> bool:
        """Whether the words of the last mail were sent."""
        return bool(getattr(self.connection, "handed_over", False))

    def open(self) -> bool | None:
        """Connect, sign in and greet; raises OSError where any of it fails."""
        made = super().open()
        if made and isinstance(self.connection, smtplib.SMTP):
            self.connection.ehlo_or_helo_if_needed()
        return made


def connect(connection: BaseEmailBackend) -> None:
    """Open a connection of any mail backend; raises Away with the reason."""
    try:
        connection.open()
    except Exception as error:  # noqa: BLE001 - a wrong name, certificate, password: no mail goes out, whatever it is
        raise Away(_words(error)) from None


def disconnect(connection: BaseEmailBackend) -> None:
    """Close a connection, whatever is left of it."""
    with suppress(OSError):
        connection.close()


def hand_over(mail: EmailMessage, connection: BaseEmailBackend) -> None:
    """Send one mail; raises Away, Unclear, Later or Refused."""
    mail.connection = connection
    try:
        mail.send()
    except Exception as error:  # noqa: BLE001 - whatever it is, one mail holds up no other
        raise _meaning(error, connection) from None


def _meaning(error: Exception, connection: BaseEmailBackend) -> NotTaken:
    """What an error says of the mail in hand. A backend that does not know what it sent has sent it.

    An answer to a recipient or to the words is about this mail, unless it is 421; one to the sender is about all
    mails, since all have the same, unless it is about the size.
    """
    words = _words(error)
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _answered(next(iter(error.recipients.values()), (0, b""))[0], words)
        case smtplib.SMTPSenderRefused():
            return Refused(words) if error.smtp_code == TOO_LARGE else Away(words)
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError() | smtplib.SMTPAuthenticationError():
            return Away(words)
        case smtplib.SMTPResponseException() if error.smtp_code >= 400:
            return _answered(error.smtp_code, words)
        case ConnectionRefusedError():
            return Away(words)
        case smtplib.SMTPNotSupportedError():
            return Refused(words)
        case OSError():
            return Unclear(words) if getattr(connection, "handed_over", True) else Away(words)
    return Refused(words)


def _answered(code: int, words: str) -> NotTaken:
    if code == SERVICE_NOT_AVAILABLE or code in NOT_SIGNED_IN:
        return Away(words)
    return Later(words) if code < 500 else Refused(words)


def _words(error: Exception) -> str:
    """What the server answered, or what happened."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        return _answer(*answers[0]) if answers else "no recipient"
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _answer(code: int, text: bytes | str) -> str:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {said}"
