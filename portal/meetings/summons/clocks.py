"""How a summons goes on: its step, and the clocks of department and subdistrict besides what the committee owes."""

from __future__ import annotations

from typing import Any

from portal.community.models import Post, User
from portal.duties import services as duties
from portal.meetings.models import Summons
from portal.meetings.services.transitions import in_working_days, step
from portal.meetings.states.summons import SummonsState as S

# State: the duty that stands in it, the rule of its working days, and the post that owes or watches it.
CLOCKS: dict[S, tuple[str, str, Post]] = {
    # A department has no account: the committee sees to its answer and its report.
    S.SENT: ("summons.answer", "summons.answer_working_days", Post.WORKER),
    S.UNDERTAKEN: ("summons.report", "summons.report_working_days", Post.WORKER),
    S.REFUSED: ("summons.settle", "summons.settle_working_days", Post.OFFICER),
    S.UNANSWERED: ("summons.settle", "summons.settle_working_days", Post.OFFICER),
    S.UNSOLVED: ("summons.settle", "summons.settle_working_days", Post.OFFICER),
}


def go(summons: Summons, to: S, *, by: User | None, **changes: Any) -> Summons:
    """Bring a locked summons into its next state. Raises NotPossible where it has moved on."""
    was = S(summons.state)
    step(summons, to, by=by, **changes)
    if was in CLOCKS:
        duties.close(CLOCKS[was][0], summons, by=by)
    if to in CLOCKS:
        kind, key, post = CLOCKS[to]
        duties.open_duty(kind, summons, due=in_working_days(summons, key), post=post)
    return summons
