"""By which ways news leaves the portal besides mail at once: the mail of a day, text messages."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kit import phones, sms, smtp
from portal.kit.handover import Refused
from portal.kit.sms import Message, Template
from portal.notifications import ways_out
from portal.notifications.models import Channel
from portal.notifications.parcels import Load, carrier, matters


@carrier(Channel.MAIL)
def by_mail(load: Load) -> None:
    """The news of a day in one mail, by matter."""
    if not load.user.email:
        raise Refused("no address")
    connection = get_connection()
    smtp.connect(connection)
    try:
        smtp.hand_over(day_mail(load), connection)
    finally:
        smtp.disconnect(connection)


def day_mail(load: Load) -> EmailMessage:
    """In the reader's language, under a Message-ID that stays the same if it is sent again."""
    with spoken(load):
        out = ways_out.of_channel(load.user, Channel.MAIL)
        text = {"matters": matters(load.notices), "base": settings.PORTAL_BASE_URL, "out": out}
        return EmailMessage(
            subject=f"{headline(load)} · {load.notices[0].neighbourhood.name}",
            body=render_to_string("notifications/day.txt", text),
            to=[load.user.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "Message-ID": f"<{load.key}@{urlsplit(settings.PORTAL_BASE_URL).hostname}>",
                **ways_out.headers(out),
            },
        )


@carrier(Channel.TEXT)
def by_text(load: Load) -> None:
    """A text message with the titles, to the number that was verified; the provider's limits hold."""
    number = phones.mobile(load.user.phone) if load.user.phone_verified else ""
    if not number:
        raise Refused("no number")
    place = load.notices[0].neighbourhood.name
    with spoken(load):
        said = in_short(load)
    message = Message(Template.NEWS, f"【{place}】{said}", {"place": place, "news": said}, key=load.key)
    sms.hand_over(number, message, address=f"news:{number}", news=True)


def headline(load: Load) -> str:
    """The title of what goes out: the news itself, or how many they are."""
    if len(load.notices) == 1:
        return " ".join(load.notices[0].title.split())
    number = len(load.notices)
    return ngettext("%(n)s new notice", "%(n)s new notices", number) % {"n": number}


def in_short(load: Load) -> str:
    """One or two sentences: the title, of several the newest one and how many there are."""
    newest = " ".join(load.notices[0].title.split())
    if len(load.notices) == 1:
        return newest
    return _("%(number)s. The newest: %(title)s") % {"number": headline(load), "title": newest}


def address(load: Load) -> str:
    """Where a load leads: to the one notice, or to all of them."""
    return load.notices[0].url if len(load.notices) == 1 else reverse("notifications:notices")


def spoken(load: Load) -> translation.override:
    """While it is worded: the reader's language."""
    return translation.override(load.user.language or settings.LANGUAGE_CODE)
