"""The residents' vote on the projects of a round, from its call to what came of it."""

from portal.funds.ballot.services.annulling import answer_annulment, note_annulment
from portal.funds.ballot.services.calling import call_vote, exclude, require_callable, vote_came_back
from portal.funds.ballot.services.settling import compute_again, register_decided, settle, take_result
from portal.funds.ballot.services.striking import strike, void

__all__ = [
    "require_callable",
    "answer_annulment",
    "call_vote",
    "compute_again",
    "exclude",
    "note_annulment",
    "register_decided",
    "settle",
    "strike",
    "take_result",
    "void",
    "vote_came_back",
]
