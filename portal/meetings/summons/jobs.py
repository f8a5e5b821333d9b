"""What falls due about summonses."""

from __future__ import annotations

from portal.kit.periodic import in_time, job
from portal.meetings.summons.services import chasing


@job
def chase_departments() -> None:
    """Who does not answer is asked once more; then the subdistrict."""
    for pk in in_time(list(chasing.waiting().values_list("pk", flat=True))):
        chasing.chase(pk)


@job
def end_judging() -> None:
    """What residents say is counted when its days are over."""
    for pk in in_time(list(chasing.judged().values_list("pk", flat=True))):
        chasing.end_judging(pk)
