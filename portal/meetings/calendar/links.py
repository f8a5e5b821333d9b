"""The address of somebody's own calendar: made, replaced, ended. Whoever has it can read, so nobody guesses it."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from portal.community.models import User
from portal.kit import clock
from portal.kit.codes import Links, new_salt
from portal.meetings.models import CalendarLink

_LINKS = Links("calendar")


def token_of(user: User) -> str:
    """The part of somebody's address that nobody guesses; empty where there is no address."""
    link = CalendarLink.objects.filter(user=user).first()
    return _LINKS.made_of(link.secret, link.pk) if link else ""


@transaction.atomic
def renew(user: User) -> CalendarLink:
    """Give somebody an address; the one before, if any, leads nowhere from now on."""
    fresh = {"secret": new_salt(), "made_at": clock.now()}
    link, _new = CalendarLink.objects.update_or_create(user=user, defaults=fresh)
    return link


def make(user: User) -> CalendarLink:
    """Give somebody an address who has none; the one there is stays."""
    link, _new = CalendarLink.objects.get_or_create(user=user, defaults={"secret": new_salt()})
    return link


def end(user: User) -> None:
    """Let somebody's address lead nowhere."""
    CalendarLink.objects.filter(user=user).delete()


def reader(token: str) -> User:
    """Whose calendar an address opens. Raises Http404: a wrong or former address, or a closed account."""
    links = CalendarLink.objects.select_related("user").filter(user__is_active=True)
    link = links.filter(pk=_LINKS.key_of(token)).first()
    if link is None or not _LINKS.fits(token, link.secret, link.pk):
        raise Http404("calendar")
    return link.user
