"""The only writers of votes."""

from __future__ import annotations

from portal.voting.services.calling import call_vote
from portal.voting.services.casting import cast
from portal.voting.services.counting import count
from portal.voting.services.moments import abort, annul, extend, remind

__all__ = ["abort", "annul", "call_vote", "cast", "count", "extend", "remind"]
