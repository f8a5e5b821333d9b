"""Whom a vote concerns."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from portal.community.models import User
from portal.voting.models import Mandate, RollEntry, Vote


def voters(vote: Vote, **which: Any) -> QuerySet[User]:
    """The accounts of those on the roll and of who votes for them; `which` narrows the lines of the roll."""
    lines = RollEntry.objects.active().filter(vote=vote, **which)
    held = Mandate.objects.filter(entry__in=lines, revoked_at=None)
    # Two lists made once; asking for each account anew would take minutes in a whole district.
    asked = Q(person__in=lines.values("person")) | Q(person__in=held.values("holder"))
    return User.objects.filter(asked, is_active=True)
