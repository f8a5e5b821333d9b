"""Whom a vote concerns."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.community.models import User
from portal.notifications.audiences import Audience, audience
from portal.voting.models import Mandate, RollEntry, Vote


def voters(vote: Vote) -> Audience:
    """The accounts of those on the roll and of who votes for them."""
    return Audience("vote.voters", (vote.pk,), vote.heads)


def voices(vote: Vote) -> Audience:
    """Of a vote in the hall the accounts of those with a voice, and of who votes for one of them."""
    return Audience("vote.voices", (vote.pk,), vote.heads)


def not_voted(vote: Vote) -> Audience:
    """The same, for the lines without a ballot."""
    return Audience("vote.not_voted", (vote.pk,), vote.heads)


@audience("vote.voters")
def _voters(vote_pk: int) -> QuerySet[User]:
    return _accounts(RollEntry.objects.active().filter(vote=vote_pk))


@audience("vote.voices")
def _voices(vote_pk: int) -> QuerySet[User]:
    return _accounts(RollEntry.objects.active().filter(vote=vote_pk, voice__isnull=False))


@audience("vote.not_voted")
def _not_voted(vote_pk: int) -> QuerySet[User]:
    return _accounts(RollEntry.objects.active().filter(vote=vote_pk, ballot=None))


def _accounts(lines: QuerySet[RollEntry]) -> QuerySet[User]:
    held = Mandate.objects.filter(entry__in=lines, revoked_at=None)
    # Two lists made once; asking for each account anew would take minutes in a whole district.
    asked = Q(person__in=lines.values("person")) | Q(person__in=held.values("holder"))
    return User.objects.filter(asked, is_active=True)
