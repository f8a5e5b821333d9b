"""What the pages of a vote in the hall ask: whose hands can be noted, whose are to be checked, who has not voted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.community.models import Area, User
from portal.community.rules import rule_set
from portal.voting import papers
from portal.voting.models import Channel, Mandate, PaperBallot, RollEntry, Vote
from portal.voting.outcome import TAKES_PART


def rule_of(scope: Area, key: str, *, of_present: bool) -> dict[str, Any]:
    """The rule of a vote in the hall, with its source; `of_present`: its majority is one of those present.

    Then whoever is present and does not vote has taken part, without having agreed: the law counts those who came
    (出席人的过半数, 《城市居民委员会组织法》 article 10), not those who voted. LookupError where there is no such rule.
    """
    row = rule_set(key, scope)
    whole = {"silence": TAKES_PART} if of_present else {}
    return {**row.value, "source": row.source, "status": row.status, **whole}


@dataclass(frozen=True)
class Presence:
    """Who had a voice when a vote was opened: those present, and the absent whose mandate's holder was."""

    present: int
    mandates: int


def presence(vote: Vote) -> Presence:
    """The numbers of a vote in the hall."""
    mandates = list(vote.voices.values_list("mandate", flat=True))
    held = sum(1 for mandate in mandates if mandate)
    return Presence(len(mandates) - held, held)


def heard(
    vote: Vote, lines: list[tuple[RollEntry, Mandate | None]]
) -> list[tuple[RollEntry, Mandate | None]]:
    """Of the lines that somebody may cast those with a voice in the hall; elsewhere all of them."""
    if not vote.in_hall or not lines:
        return lines
    voices = set(vote.voices.values_list("entry", "mandate"))
    return [(entry, held) for entry, held in lines if (entry.pk, held.pk if held else None) in voices]


def seats(vote: Vote) -> QuerySet[RollEntry]:
    """The lines with a voice that have no ballot, and no hand or paper that waits, in the order of their codes."""
    waiting = PaperBallot.objects.filter(papers.THERE, vote=vote, taken_at=None).values("entry")
    free = vote.roll.active().filter(voice__isnull=False, ballot=None).exclude(pk__in=waiting)
    return free.select_related("person", "voice__mandate__holder").order_by("number")


def to_check(vote: Vote, user: User) -> QuerySet[PaperBallot]:
    """The raised hands that somebody else noted and nobody read a second time."""
    noted = vote.papers.filter(papers.TO_CONFIRM, channel=Channel.HALL).exclude(first_by=user)
    return noted.select_related("entry__person", "entry__voice__mandate__holder").order_by("entry__number")


def missing(vote: Vote) -> int:
    """How many with a voice have no ballot."""
    return vote.voices.filter(entry__ballot=None, entry__struck_at=None).count()
