"""What the count of a closed vote waits for, who owes it and until when, for everybody to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.duties import services as duties
from portal.duties.models import Duty
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
    kind: str


def waits(vote: Vote) -> list[Wait]:
    """What a closed vote waits for, the most urgent first; nothing in another phase. At most four queries."""
    if vote.phase is not Phase.CLOSED:
        return []
    return [_wait(duty, who, _what(vote, duty)) for duty, who in _owed([key(vote), *_uncertain(vote)])]


def about(rows: Iterable[OnPaper]) -> dict[str, Wait]:
    """What is owed about papers and envelopes: by the key of each, the most urgent. At most two queries."""
    found = _owed([key(row) for row in rows])
    return {duty.subject: _wait(duty, who, duty.what) for duty, who in reversed(found)}


def _owed(subjects: list[str]) -> list[tuple[Duty, str]]:
    """The duties about some subjects, the most urgent first, each with who owes it."""
    if not subjects:
        return []
    duties_ = Duty.objects.active().filter(subject__in=subjects).select_related("person", "area")
    owed = list(duties_.order_by("due_at", "pk"))
    who = duties.who_owes(owed)
    return [(duty, who[duty.pk]) for duty in owed]


def _wait(duty: Duty, who: str, what: str) -> Wait:
    return Wait(what, who, duty.late_from, duty.is_overdue, duty.kind)


def _uncertain(vote: Vote) -> list[str]:
    rows: list[OnPaper] = [*vote.papers.filter(papers.TO_JUDGE | papers.IN_DOUBT)]
    if vote.secret:
        rows += vote.paper_envelopes.filter(papers.TO_JUDGE | papers.IN_DOUBT)
    return [key(row) for row in rows]


def _what(vote: Vote, duty: Duty) -> str:
    """The duty in words; of the count itself what it waits for, of the box that its two numbers do not agree."""
    if duty.kind == "vote.paper":
        now = papers.progress(vote)
        return papers.uneven(now) if now.uneven and not now.open else duty.what
    if duty.kind != "vote.count":
        return duty.what
    if vote.rule.get("tie") == LOT and not vote.lot and not _sealed(vote):
        return _("draw the lot that was announced, and enter what came of it")
    if _sealed(vote):
        return _("bring the key of the ballot box back to the server")
    return duty.what


def _sealed(vote: Vote) -> bool:
    return vote.secret and not OpenedBallot.objects.filter(vote=vote).exists()
