"""The one link out of a mail: an account and what it shall hear no more of, signed, so that nobody has to sign in."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from portal.community.models import User
from portal.notifications.following import can_be_followed
from portal.notifications.kinds import KINDS
from portal.notifications.models import Channel, Notice

SALT = "notifications.out"


class WayOut(NamedTuple):
    """Whose news, and of what: a thing that can be followed, a group of news (`group:vote`) or a way (`way:mail`)."""

    user: User
    subject: str

    @property
    def group(self) -> str:
        """The group of news; empty for a thing."""
        return self._named("group")

    @property
    def channel(self) -> str:
        """The way of news; empty for a thing or a group."""
        return self._named("way")

    def _named(self, kind: str) -> str:
        name, _colon, what = self.subject.partition(":")
        return what if name == kind else ""


def of(notice: Notice) -> str:
    """The address by which the reader of a mail hears no more of the like; empty where it comes in any case."""
    kind = KINDS.get(notice.kind)
    if kind is None or kind.urgent:
        return ""
    subject = notice.matter if can_be_followed(notice.matter) else f"group:{kind.group}"
    return _address(notice.user_id, subject)


def of_channel(user: User, channel: Channel) -> str:
    """The address by which an account hears nothing more by a way, except what comes in any case."""
    return _address(user.pk, f"way:{channel}")


def headers(link: str) -> dict[str, str]:
    """What lets a mail program show its own button (RFC 2369, RFC 8058)."""
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _address(user: int, subject: str) -> str:
    token = Signer(salt=SALT).sign_object([user, subject])
    return str(settings.PORTAL_BASE_URL + reverse("notifications:out", args=[token]))


def read(token: str) -> WayOut:
    """What a link says. Raises Http404 for one that was not made here, or whose account is gone."""
    try:
        pk, subject = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise Http404 from error
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None:
        raise Http404
    return WayOut(user, subject)
