"""Devices that know an account: browsers it was signed in with by more than a code to its phone."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from portal.community.models import User
from portal.kit import clock
from portal.register.models import Device

COOKIE = "__Host-device" if settings.HTTPS else "device"
SALT = "portal.register.device"
KEPT = timedelta(days=730)
# The oldest are forgotten: nobody uses more.
MOST = 20
SYSTEMS = ("HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
BROWSERS = {
    "MicroMessenger": "微信",
    "HuaweiBrowser": "Huawei",
    "MiuiBrowser": "Miui",
    "QQBrowser": "QQ",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}


def known(request: HttpRequest, user: User) -> Device | None:
    """The device of a request, where it knows the account."""
    sign = _sign(request)
    return Device.objects.filter(user=user, code_hash=_hash(user, sign)).first() if sign else None


def mark(request: HttpRequest, user: User | None) -> str:
    """What counters of tries add on a device that knows the account: strangers elsewhere do not lock its owner out."""
    device = known(request, user) if user is not None else None
    return f":device:{device.pk}" if device else ""


@transaction.atomic
def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser that is answered know the account from now on. One sign a browser, whoever signs in there."""
    sign = _sign(request) or secrets.token_urlsafe(32)
    now = {"last_used_at": clock.now(), "name": named(request.headers.get("User-Agent", ""))}
    Device.objects.update_or_create(user=user, code_hash=_hash(user, sign), defaults=now)
    old = Device.objects.filter(user=user).values_list("pk", flat=True)[MOST:]
    Device.objects.filter(pk__in=list(old)).delete()
    response.set_signed_cookie(
        COOKIE,
        sign,
        salt=SALT,
        max_age=int(KEPT.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(user: User, pk: int) -> None:
    """One of the account's devices does not know it any more. Raises Http404 for another's."""
    gone, _rows = Device.objects.filter(user=user, pk=pk).delete()
    if not gone:
        raise Http404(f"device {pk}")


def named(agent: str) -> str:
    """What a browser calls itself, so that its owner knows it again: Android · Chrome."""
    system = next((name for name in SYSTEMS if name in agent), "")
    browser = next((name for sign, name in BROWSERS.items() if re.search(rf"\b{sign}/", agent)), "")
    return " · ".join(filter(None, (system.replace("Macintosh", "Mac"), browser)))


def _sign(request: HttpRequest) -> str:
    sign = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT)
    return sign or ""


def _hash(user: User, sign: str) -> str:
    return hashlib.sha256(f"{user.pk}:{sign}".encode()).hexdigest()
