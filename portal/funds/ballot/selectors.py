"""What the ballot of a round holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from portal.community.models import Visitor
from portal.duties.models import Duty, PublicNotice
from portal.funds.ballot.wording import ANNULLED
from portal.funds.models import Application, Call
from portal.funds.states import ApplicationState
from portal.record.services import key
from portal.voting.models import RollEntry, Vote

# The public notices that say what follows from an annulled vote.
PURPOSE = "fund.annulled"


@dataclass(frozen=True)
class Row:
    """One project on the ballot. `number`: its place there; `void`: why it is not to be ticked any more.

    `rival`: another one on the ballot excludes it.
    """

    number: int
    project: Application
    void: str
    rival: bool = False

    @property
    def option(self) -> str:
        """Its code on the ballot."""
        return self.project.option


def on_ballot(call: Call, vote: Vote) -> list[Row]:
    """Every project of a ballot in its order, the void ones too: sheets that were printed before still list them."""
    by_option = {each.option: each for each in call.applications.exclude(option="")}
    gone = set(vote.rule.get("withdrawn", []))
    found = ((n, option, by_option.get(option)) for n, option in enumerate(vote.options, 1))
    rows = [Row(n, each, _void(each, option in gone)) for n, option, each in found if each is not None]
    times = Counter(row.project.exclusion for row in standing(rows) if row.project.exclusion)
    return [replace(row, rival=times[row.project.exclusion] > 1) for row in rows]


def standing(rows: Iterable[Row]) -> list[Row]:
    """Those that can be ticked and paid."""
    return [row for row in rows if not row.void]


def _void(project: Application, gone: bool) -> str:
    if project.state == ApplicationState.WITHDRAWN:
        return project.struck_why or project.reason or str(project.get_state_display())
    return (project.struck_why or project.reason or str(project.get_state_display())) if gone else ""


def rivals(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The projects of each exclusion group that has more than one: at most one of them is paid."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.project.exclusion:
            groups.setdefault(row.project.exclusion, []).append(row)
    return {word: members for word, members in groups.items() if len(members) > 1}


@dataclass(frozen=True)
class Annulment:
    """That the vote of a decided round was annulled: why, by when is said what follows, and what was said."""

    why: str
    due_at: datetime | None
    answers: list[PublicNotice]


def annulled_late(call: Call) -> bool:
    """Whether the vote that decided a round was annulled afterwards."""
    return call.vote is not None and call.vote.annulled_at is not None and call.decided_at is not None


def annulment(call: Call) -> Annulment | None:
    """What everybody reads of it; None: nothing was annulled. Two queries where it was."""
    if call.vote is None or not annulled_late(call):
        return None
    owed = Duty.objects.active().about(key(call)).filter(kind=ANNULLED).values_list("due_at", flat=True)
    said = PublicNotice.objects.filter(subject=key(call), purpose=PURPOSE)
    return Annulment(call.vote.ended_why, owed.first(), list(said.order_by("-starts_at")))


def has_voted(user: Visitor, vote: Vote) -> bool:
    """Whether a ballot of this reader was received; what was chosen is not asked."""
    lines = RollEntry.objects.active().filter(vote=vote, person=getattr(user, "person_id", None) or 0)
    return lines.filter(ballot__isnull=False).exists()


def call_of(vote: Vote) -> Call | None:
    """The round whose ballot a vote is."""
    return Call.objects.select_related("fund__neighbourhood").filter(vote=vote).first()
