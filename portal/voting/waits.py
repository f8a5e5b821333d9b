"""What the count of a closed vote waits for, who owes it and until when, for everybody to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.voting import papers
from portal.voting.contests import LOT
from portal.voting.models import OnPaper, OpenedBallot, Vote
from portal.voting.states import Phase


@dataclass(frozen=True)
class Wait:
    """One thing that is owed before the count: what, by whom, until when."""

    what: str
    who: str
    due_at: datetime
    late: bool


def waits(vote: Vote) -> list[Wait]:
    """What a closed vote waits for, the most urgent first; nothing in another phase. At most four queries."""
    if vote.phase is not Phase.CLOSED:
        return []
    owed = list(
        Duty.objects.active()
        .filter(subject__in=[key(vote), *_uncertain(vote)])
        .select_related("person", "area")
        .order_by("due_at", "pk")
    )
    who = duties.who_owes(owed)
    return [Wait(_what(vote, duty), who[duty.pk], duty.due_at, clock.passed(duty.due_at)) for duty in owed]


def _uncertain(vote: Vote) -> list[str]:
    rows: list[OnPaper] = [*vote.papers.filter(papers.TO_JUDGE | papers.IN_DOUBT)]
    if vote.secret:
        rows += vote.paper_envelopes.filter(papers.TO_JUDGE | papers.IN_DOUBT)
    return [key(row) for row in rows]


def _what(vote: Vote, duty: Duty) -> str:
    """The duty in words; of the count itself what it waits for."""
    if duty.kind != "vote.count":
        return duty.what
    if vote.rule.get("tie") == LOT and not vote.lot and not _sealed(vote):
        return _("draw the lot that was announced, and enter what came of it")
    if _sealed(vote):
        return _("bring the key of the ballot box back to the server")
    return duty.what


def _sealed(vote: Vote) -> bool:
    return vote.secret and not OpenedBallot.objects.filter(vote=vote).exists()
