"""Letting messages into a browser, and out again; and what is sent there."""

from __future__ import annotations

import json
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit import webpush
from portal.kit.errors import NotPossible
from portal.kit.handover import NotTaken
from portal.kit.webpush import Browser
from portal.notifications.carriers import address, headline, spoken
from portal.notifications.models import Channel, Pace, PushDevice, Way
from portal.notifications.parcels import Load, carrier

# Of one account; the oldest makes room.
MOST = 8
# Which of an account's browsers this is: the mark of its address.
PUSH_COOKIE = "push"


def mark_of(endpoint: str) -> str:
    """The digest by which a browser's address is known."""
    return sha256(endpoint.encode()).hexdigest()


@transaction.atomic
def let_in(user: User, browser: Browser) -> PushDevice:
    """Send news to this browser too, at once unless another pace was chosen. Raises NotPossible for an address
    that is none of a push server, or keys that are none."""
    try:
        webpush.checked(browser.endpoint)
        webpush.sealed(browser, b"{}")
    except (ValueError, NotTaken):
        raise NotPossible(_("This browser named no push server that the portal can write to.")) from None
    values = {"user": user, **browser._asdict()}
    device, _new = PushDevice.objects.update_or_create(mark=mark_of(browser.endpoint), defaults=values)
    kept = (
        PushDevice.objects.filter(user=user).order_by("-made_at", "-pk").values_list("pk", flat=True)[:MOST]
    )
    PushDevice.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    Way.objects.get_or_create(user=user, channel=Channel.PUSH, defaults={"pace": Pace.AT_ONCE})
    return device


@transaction.atomic
def let_out(user: User, mark: str = "") -> None:
    """Send nothing to this browser any more, or to none of the account's."""
    devices = PushDevice.objects.filter(user=user)
    (devices.filter(mark=mark) if mark else devices).delete()
    if not PushDevice.objects.filter(user=user).exists():
        Way.objects.filter(user=user, channel=Channel.PUSH).delete()


@carrier(Channel.PUSH)
def by_push(load: Load) -> None:
    """To each browser of the reader, title and link alone; taken where one of them took it."""
    answers = [_pushed(device, load) for device in PushDevice.objects.filter(user=load.user).order_by("pk")]
    refused = [answer for answer in answers if answer is not None]
    if refused and len(refused) == len(answers) and not all(isinstance(one, webpush.Gone) for one in refused):
        raise next(one for one in refused if not isinstance(one, webpush.Gone))


def payload(load: Load) -> bytes:
    """Title, link, and the tag under which a browser shows it once however often it comes."""
    with spoken(load):
        said = {"title": headline(load), "url": address(load), "tag": load.key}
    return json.dumps(said, ensure_ascii=False).encode()


def _pushed(device: PushDevice, load: Load) -> NotTaken | None:
    try:
        webpush.push(Browser(device.endpoint, device.p256dh, device.auth), payload(load), topic=load.key)
    except webpush.Gone as answer:
        device.delete()
        return answer
    except NotTaken as answer:
        return answer
    return None
