"""The code that went to a number last: for a minute, in which no other goes, it is typed instead of refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit import clock
from portal.kit.limits import MINUTE


@dataclass(frozen=True)
class Sent:
    """A code, empty where there is no account, and when it went."""

    code: str
    at: datetime

    @property
    def said(self) -> str:
        """When it went, for whoever asks for it again."""
        seconds = max(1, round((clock.now() - self.at).total_seconds()))
        return _("The code was sent %(seconds)d seconds ago. Please enter it here.") % {"seconds": seconds}


def keep(user: User | None, phone: str, code: str) -> None:
    """A code has gone to the number, for this account (None: it has none here)."""
    cache.set(_key(user, phone), Sent(code, clock.now()), MINUTE)


def standing(user: User | None, phone: str) -> Sent | None:
    """The code of the last minute that went to the number for this account."""
    found: Sent | None = cache.get(_key(user, phone))
    return found


def _key(user: User | None, phone: str) -> str:
    return "sent-code:" + hashlib.sha256(f"{user.pk if user else 0}:{phone}".encode()).hexdigest()[:32]
