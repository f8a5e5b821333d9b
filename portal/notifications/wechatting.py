"""News in WeChat: an account is linked by a code that its reader sends to the portal's WeChat account."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.community.models import User
from portal.kit import clock, wechat
from portal.notifications.carriers import address, in_short, spoken
from portal.notifications.models import Channel, Pace, Way, WechatLink
from portal.notifications.parcels import Load, carrier

GOOD_FOR = timedelta(minutes=10)
DIGITS = 8


@transaction.atomic
def offer_code(user: User) -> str:
    """A code that links an account within ten minutes; an earlier one holds no more."""
    until = clock.now() + GOOD_FOR
    for _try in range(5):
        code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
        try:
            with transaction.atomic():
                WechatLink.objects.update_or_create(user=user, defaults={"code": code, "code_until": until})
        except IntegrityError:
            continue  # somebody else was given the same one
        return code
    raise RuntimeError("no code is free")


@transaction.atomic
def link(openid: str, code: str) -> bool:
    """Link the reader who sent a code to the account it was given to; whether it was one. It holds once."""
    found = WechatLink.objects.select_for_update(of=("self",)).filter(code=code, code_until__gt=clock.now())
    row = found.exclude(code="").first() if openid and len(openid) <= 64 else None
    if row is None:
        return False
    WechatLink.objects.filter(openid=openid).exclude(pk=row.pk).update(openid="", linked_at=None)
    row.openid, row.code, row.code_until, row.linked_at = openid, "", None, clock.now()
    row.save()
    Way.objects.get_or_create(user=row.user, channel=Channel.WECHAT, defaults={"pace": Pace.AT_ONCE})
    return True


@transaction.atomic
def unlink(user: User) -> None:
    """Send nothing to WeChat any more, and forget who the account is there."""
    WechatLink.objects.filter(user=user).delete()
    Way.objects.filter(user=user, channel=Channel.WECHAT).delete()


@carrier(Channel.WECHAT)
def by_wechat(load: Load) -> None:
    """Title and link; a reader who follows the WeChat account no more is unlinked."""
    row = WechatLink.objects.filter(user=load.user).exclude(openid="").first()
    if row is None or not wechat.is_set_up():
        return
    with spoken(load):
        said = in_short(load)
    place = load.notices[0].neighbourhood.name
    try:
        wechat.send(
            row.openid, wechat.Message(place, said, settings.PORTAL_BASE_URL + address(load), load.key)
        )
    except wechat.Gone:
        unlink(load.user)
