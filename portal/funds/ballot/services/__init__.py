"""The residents' vote on the projects of a round, from its call to what came of it."""

from portal.funds.ballot.services.calling import call_vote, exclude, vote_came_back
from portal.funds.ballot.services.settling import compute_again, settle, take_result
from portal.funds.ballot.services.striking import strike, void

__all__ = [
    "call_vote",
    "compute_again",
    "exclude",
    "settle",
    "strike",
    "take_result",
    "void",
    "vote_came_back",
]
