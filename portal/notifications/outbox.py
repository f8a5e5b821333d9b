"""Sending what waits to be mailed: mails about accounts first, because somebody waits for them, then news.

The connection is open before the first row is claimed, so that a server that is away, for a night or a holiday, costs
no row a try. Mail goes out once, unless a sender dies between the server's yes and the mark, or no answer comes after
the words of a mail: then it is tried again, seldom and four times at most, under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.kit import smtp
from portal.kit.handover import Away, Later, NotTaken, Refused, Unclear
from portal.kit.periodic import in_time
from portal.notifications import handing, mails, ways_out
from portal.notifications.enclosures import enclosed, holds
from portal.notifications.models import Mail, Notice, Outgoing

log = logging.getLogger(__name__)
LONGEST_ROUND = 500
# A server that says "later" to so many in a row says it to all.
LATER_IN_A_ROW = 3
Claim = Callable[[int], Outgoing | None]


def send_due() -> int:
    """Mail what is due, until nothing is left, the time is up or the mail server takes nothing.

    Returns how many went out.
    """
    mails.forget_old()
    waiting = [*_due()]
    if not waiting:
        return 0
    line = Line()
    try:
        line.open()
        for claim, pk in in_time(waiting):
            row = claim(pk)
            if row is not None:
                line.carry(row)
    except (Away, Unclear) as reason:
        mails.note_away(reason)
    finally:
        line.close()
    return line.sent


def claim(pk: int) -> Notice | None:
    """Take a notice for mailing; None where another sender has it, it was mailed meanwhile, or it holds no more."""
    notice = handing.claim(Notice.objects.to_mail().select_related("user", "neighbourhood"), pk)
    if notice is None or holds(notice):
        return notice
    Notice.objects.filter(pk=pk).update(by_mail=False)
    return None


def message(notice: Notice) -> EmailMessage:
    """The mail of a notice, in its reader's language."""
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        text = {
            "notice": notice,
            "link": settings.PORTAL_BASE_URL + notice.url,
            "out": (way_out := ways_out.of(notice)),
            "choose": settings.PORTAL_BASE_URL + reverse("notifications:preferences"),
        }
        mail = EmailMessage(
            subject=" ".join(f"{notice.title} · {notice.neighbourhood.name}".split()),
            body=render_to_string("notifications/mail.txt", text),
            to=[notice.user.email],
            headers={"Auto-Submitted": "auto-generated"} | ways_out.headers(way_out),
        )
        if enclosure := enclosed(notice):
            mail.attach(enclosure.part())
        return mail


class Line:
    """The connection of one round. One that dies after it took mails, as after a server's fill, is opened once more."""

    def __init__(self) -> None:
        self.sent = 0
        self._since_open = self._later = 0
        self._connection = get_connection()

    def open(self) -> None:
        """Raises Away."""
        smtp.connect(self._connection)
        self._since_open = 0

    def close(self) -> None:
        """Whatever is left of it."""
        smtp.disconnect(self._connection)

    def carry(self, row: Outgoing) -> None:
        """Hand over one claimed row and settle it; raises Away or Unclear where the rest has to wait."""
        answer = self._hand_over(row)
        handing.settle(row, answer)
        if answer is None:
            self.sent, self._since_open, self._later = self.sent + 1, self._since_open + 1, 0
            return
        log.log(
            logging.WARNING if isinstance(answer, Refused | Unclear) else logging.INFO,
            "%s %s was not taken (try %s): %s", row._meta.model_name, row.pk, row.tries, answer,
        )  # fmt: skip
        self._go_on_after(answer)

    def _go_on_after(self, answer: NotTaken) -> None:
        self._later += isinstance(answer, Later)
        if isinstance(answer, Away) and self._since_open:
            self.close()
            self.open()
        elif isinstance(answer, Away | Unclear):
            raise answer
        elif self._later >= LATER_IN_A_ROW:
            raise Away(answer)

    def _hand_over(self, row: Outgoing) -> NotTaken | None:
        try:
            mail = mails.message(row) if isinstance(row, Mail) else message(row)  # type: ignore[arg-type]
        except Exception as error:  # one that cannot be worded holds up no other
            log.exception("%s %s cannot be worded", row._meta.model_name, row.pk)
            return Refused(f"cannot be worded: {type(error).__name__}")
        return mails.hand_over(row, mail, self._connection)


def _due() -> Iterator[tuple[Claim, int]]:
    """What is due, at most LONGEST_ROUND, and how each of it is claimed."""
    mail = Mail.objects.to_send().order_by("send_after").values_list("pk", flat=True)[:LONGEST_ROUND]
    yield from ((mails.claim, pk) for pk in mail)
    news = Notice.objects.to_mail().order_by("mail_after").values_list("pk", flat=True)[:LONGEST_ROUND]
    yield from ((claim, pk) for pk in news)
