"""Which changes of its course a vote allows now."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.voting.contests import LOT
from portal.voting.models import Method, Vote
from portal.voting.states import Phase

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LABELS: dict[str, StrOrPromise] = {
    "extend": _("Extend the vote"),
    "abort": _("Call the vote off"),
    "withdraw": _("Note a withdrawal"),
    "lot": _("Enter the lot"),
    "annul": _("Annul the vote"),
}
POSSIBLE = {
    "extend": {Phase.OPEN},
    "abort": {Phase.COMING},
    "withdraw": {Phase.COMING, Phase.OPEN},
    "lot": {Phase.CLOSED},
    "annul": {Phase.COUNTED},
}


def available(vote: Vote, may: Collection[str]) -> list[tuple[str, StrOrPromise]]:
    """The actions, with their labels, that make sense now for somebody who may do these things."""
    sensible = {
        "extend": vote.may_extend_to is not None and vote.extended_from is None,
        "withdraw": vote.method is not Method.MOTION,
        "lot": vote.rule.get("tie") == LOT and not vote.lot,
    }
    return [
        (action, label)
        for action, label in LABELS.items()
        if action in may and vote.phase in POSSIBLE[action] and sensible.get(action, True)
    ]
