"""What the own page keeps of votes: which ask somebody, whether they took part, and the receipt; never how.

The choice is not even read. Of a secret ballot the receipt says that it takes part; its check code is kept nowhere.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, own, register
from portal.kit import clock
from portal.kit.wording import deadline
from portal.voting.models import HALL, RollEntry, Vote


def _asked(user: User) -> QuerySet[RollEntry]:
    """Their lines of all rolls; of a vote in the hall where they had a voice."""
    lines = RollEntry.objects.active().filter(
        ~Q(vote__matter=HALL) | Q(voice__isnull=False), vote__aborted_at=None
    )
    read = lines.select_related("vote", "ballot").defer("ballot__choice", "ballot__sealed")
    return own("person", read, user)


def _waiting(user: User) -> QuerySet[RollEntry]:
    return _asked(user).filter(vote__in=Vote.objects.open(), ballot=None)


def _line(entry: RollEntry) -> Line:
    vote, ballot = entry.vote, getattr(entry, "ballot", None)
    if ballot is not None:
        return Line(vote.title, vote.get_absolute_url(), _until(vote), _("you took part"), "", ballot.receipt)
    said = (
        _("not voted yet")
        if vote.is_open
        else vote.phase.label
        if clock.now() < vote.opens_at
        else _("not voted")
    )
    return Line(vote.title, vote.get_absolute_url(), _until(vote), said, "amber" if vote.is_open else "grey")


def _owed(entry: RollEntry) -> Line:
    vote = entry.vote
    return Line(_("Vote"), vote.get_absolute_url(), vote.title, deadline(vote.closes_at), "amber")


def _until(vote: Vote) -> str:
    coming = vote.is_open or clock.now() < vote.opens_at
    ends = _("by %(moment)s") if coming else _("ended %(moment)s")
    return ends % {"moment": deadline(vote.closes_at)}


def _going() -> Q:
    return Q(vote__closes_at__gt=clock.now(), vote__ended_at=None)


register("votes", Source(_asked, "vote__closes_at", each(_line), going=_going, label=_("Vote")))
register("owed", Source(_waiting, "vote__closes_at", each(_owed), label=_("Vote")))
