"""A small round computed once more in front of whoever asks, and compared with what was written down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.funds.allocating import pabulib
from portal.funds.allocating.rules import Outcome, outcome_of
from portal.funds.allocating.services import AT_ONCE
from portal.funds.ballot.instance import pabulib_of, rules_of
from portal.funds.explaining.told import Told
from portal.funds.models import Allocation, Call
from portal.record.hashing import digest


@dataclass(frozen=True)
class Check:
    """One thing that was compared. `found`: what came out, where that can be compared by eye."""

    words: str
    holds: bool
    found: str = ""


def is_small(told: Told) -> bool:
    """Whether the round can be computed again while somebody waits: half a second at most."""
    ticks = sum(one.votes for one in told.projects) + told.voters
    return ticks * len(told.projects) <= AT_ONCE


def again(call: Call, allocation: Allocation, told: Told) -> Iterator[Check]:
    """Compute a round anew from its ballots and compare it, point by point. `told`: what the allocation says."""
    text, payload = allocation.instance, allocation.payload
    yield Check(_("The ballots are those that were counted in the vote."), pabulib_of(call) == text)
    of_ballots, of_result = hashlib.sha256(text.encode()).hexdigest(), digest(payload)
    said = _("The fingerprint of the ballots is the one that was written down.")
    yield Check(said, of_ballots == payload.get("instance"), of_ballots)
    said = _("The fingerprint of the result is the one that was written down.")
    yield Check(said, of_result == allocation.sha256, of_result)
    said = _("Computed anew, the same projects win, in the same order, with the same sums.")
    yield Check(said, _same(outcome_of(pabulib.read(text), rules_of(call)), told))


def _same(outcome: Outcome, told: Told) -> bool:
    if tuple(one.id for one in outcome.chosen) != told.order:
        return False
    sums = (outcome.cost, outcome.share, outcome.last_share)
    return sums == (told.cost, told.share, told.last_share) and all(
        (one.by, one.per_head) == (row.by, row.per_head)
        for one, row in zip(outcome.chosen, told.winners, strict=True)
    )
