"""Which changes of its course a vote allows now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.voting.models import Vote
from portal.voting.states import Phase

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LABELS: dict[str, StrOrPromise] = {
    "extend": _("Extend the vote"),
    "abort": _("Call the vote off"),
    "annul": _("Annul the vote"),
}
POSSIBLE = {"extend": Phase.OPEN, "abort": Phase.COMING, "annul": Phase.COUNTED}


def available(vote: Vote, may: frozenset[str]) -> list[tuple[str, StrOrPromise]]:
    """The actions, with their labels, that make sense now for somebody who may do these things."""
    extendable = vote.may_extend_to is not None and vote.extended_from is None
    return [
        (action, label)
        for action, label in LABELS.items()
        if action in may and POSSIBLE[action] is vote.phase and (action != "extend" or extendable)
    ]
