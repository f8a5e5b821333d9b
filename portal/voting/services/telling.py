"""Whom a vote concerns, and telling them. Never what anybody chose."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.urls import reverse

from portal.community.models import User
from portal.community.selectors import signature
from portal.notifications import services as notifications
from portal.notifications.services import Kind as News
from portal.record import services as record
from portal.record.models import Entry
from portal.voting.models import Mandate, RollEntry, Vote
from portal.voting.permissions import may

# Who the public record names where nobody acted but time ran out.
SYSTEM = "系统"


def locked(vote_pk: int) -> Vote:
    """The vote, for one change at a time. Its key stays free: a ballot refers to it when it commits."""
    votes = Vote.objects.select_for_update(of=("self",), no_key=True)
    return votes.select_related("neighbourhood", "scope").get(pk=vote_pk)


def locked_for(user: User, vote_pk: int, action: str) -> Vote:
    """The same, for somebody who may do an action of NEEDS about it; PermissionDenied for others."""
    vote = locked(vote_pk)
    if not may(user, action, vote.electorate, vote.neighbourhood):
        raise PermissionDenied(action)
    return vote


def note(vote: Vote, action: str, by: User | str, data: dict[str, Any]) -> Entry:
    """Write a step of a vote to the public record; `by` signs with the post, or is a name such as SYSTEM."""
    return record.write(
        vote.neighbourhood.slug,
        action,
        actor=by if isinstance(by, str) else signature(by, vote.neighbourhood).name,
        subject=vote,
        title=vote.title,
        data={"about": vote.subject, **data},
    )


def voters(vote: Vote, **which: Any) -> QuerySet[User]:
    """The accounts of those on the roll and of who votes for them; `which` narrows the lines of the roll."""
    lines = RollEntry.objects.active().filter(vote=vote, **which)
    held = Mandate.objects.filter(entry__in=lines, revoked_at=None)
    # Two lists made once; asking for each account anew would take minutes in a whole district.
    asked = Q(person__in=lines.values("person")) | Q(person__in=held.values("holder"))
    return User.objects.filter(asked, is_active=True)


def tell(kind: News, vote: Vote, users: QuerySet[User], **more: str) -> int:
    """Send news of a vote; returns how many accounts got it."""
    times = {"opens": vote.opens_at.isoformat(), "closes_at": vote.closes_at.isoformat()}
    return notifications.send(
        kind,
        users,
        neighbourhood=vote.neighbourhood,
        occasion=record.key(vote),
        url=url(vote),
        params={"title": vote.title, **times, **more},
    )


def url(vote: Vote) -> str:
    """The page of a vote."""
    return reverse("voting:vote", args=[vote.pk])
