"""The link a department answers by: not to be guessed, good for some time, withdrawn and given anew."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from portal.community.models import Person
from portal.community.rules import rule
from portal.kit import clock
from portal.meetings.models import DepartmentLink, Summons
from portal.meetings.states.summons import LINKED

PURPOSE = "portal.summons.link"


def give(summons: Summons, by: Person) -> DepartmentLink:
    """A new link of a locked summons; the one before is void from now on."""
    withdraw(summons)
    salt, days = secrets.token_hex(32), rule("summons.link_days", summons.neighbourhood)
    token = _made_of(salt, summons.pk, settings.SECRET_KEY)
    return DepartmentLink.objects.create(
        summons=summons,
        salt=salt,
        token_hash=hash_of(token),
        made_by=by,
        expires_at=clock.now() + timedelta(days=days),
    )


def holding(summons: Summons) -> DepartmentLink | None:
    """The link that was given last and not withdrawn, if any."""
    link = summons.links.filter(revoked_at=None).first()
    if link is not None:
        link.summons = summons
    return link


def withdraw(summons: Summons) -> int:
    """Nobody comes in by the link of a locked summons any more; how many there were."""
    return summons.links.filter(revoked_at=None).update(revoked_at=clock.now())


def shown_again(link: DepartmentLink) -> str:
    """What stands in the link, also after the secret key was changed; empty where no key makes it any more."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _made_of(link.salt, link.summons_id, secret)
        if hash_of(token) == link.token_hash:
            return token
    return ""


def found(token: str) -> DepartmentLink | None:
    """The link with this token, whether it still holds or not."""
    return DepartmentLink.objects.filter(token_hash=hash_of(token)).select_related("summons").first()


def holds(link: DepartmentLink) -> bool:
    """Whether the department can still come in by it."""
    return link.revoked_at is None and not clock.passed(link.expires_at) and link.summons.state in LINKED


def hash_of(token: str) -> str:
    """What the database keeps: 192 bits that nobody can try through need no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def _made_of(salt: str, key: int, secret: str) -> str:
    return salted_hmac(PURPOSE, f"{salt}:{key}", secret=secret, algorithm="sha256").hexdigest()[:48]
