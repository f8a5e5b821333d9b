"""Questions asked of what was allocated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Sum

from portal.community.models import Visitor
from portal.duties.models import Duty
from portal.funds.ballot.wording import COMPUTE
from portal.funds.models import Allocation, AllocationRun, Application, Call, Grant
from portal.record.services import key


def written(call: Call) -> Allocation | None:
    """The allocation of a round that holds, without its long list of ballots; None before the first."""
    return call.allocations.defer("instance").order_by("-number").first()


def under_way(call: Call) -> AllocationRun | None:
    """The computation of a round that has not ended."""
    return AllocationRun.objects.filter(call=call, ended_at=None).first()


def result_due(call: Call) -> datetime | None:
    """By when the result of a counted vote is there."""
    owed = Duty.objects.active().about(key(call)).filter(kind=COMPUTE)
    return owed.values_list("due_at", flat=True).first()


def granted(call: Call) -> dict[str, int]:
    """How many projects of a round got money, also those given back since, and how much in fen. One query."""
    return Grant.objects.filter(application__call=call).aggregate(
        count=Count("pk"), sum=Sum("approved", default=0)
    )


def open_to(user: Visitor, applications: Iterable[int | None]) -> set[int]:
    """Those of some applications whose page a reader can open. One query."""
    known = [pk for pk in applications if pk is not None]
    return set(Application.objects.visible_to(user).filter(pk__in=known).values_list("pk", flat=True))


def ballots_of(allocation: Allocation) -> list[tuple[str, ...]]:
    """What each ballot of an allocation ticked."""
    rows = allocation.instance.partition("\nVOTES\n")[2].splitlines()[1:]
    return [tuple(row.partition(";")[2].split(",")) for row in rows]


def ticks_under(allocation: Allocation, code: str) -> tuple[str, ...] | None:
    """What the ballot with a check code ticked, as it was computed; None where no ballot has it."""
    _head, _mark, ballots = allocation.instance.partition("\nVOTES\n")
    _before, found, rest = f"\n{ballots}".partition(f"\n{code};")
    if not found:
        return None
    ticks = rest.partition("\n")[0]
    return tuple(ticks.split(",")) if ticks else ()
