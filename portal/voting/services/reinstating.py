"""A vote that was called off by mistake takes place after all, as long as it would not have opened yet."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import hooks
from portal.voting.events import REINSTATED
from portal.voting.models import Vote
from portal.voting.permissions import VOTES
from portal.voting.selectors import voters
from portal.voting.services.candidates import promise_introductions
from portal.voting.services.keys import promise_key
from portal.voting.states import Phase


@transaction.atomic
def reinstate(user: User, vote_pk: int, reason: str) -> Vote:
    """Let a vote that was called off take place as announced: same roll, same days. Those who were told are told again.

    Raises NotPossible from its opening on, and where another vote or another step took its place.
    """
    comes_back = hooks.to_come_back(VOTES.get(user, vote_pk, "reinstate"))
    vote = VOTES.take(user, vote_pk, "reinstate")
    if clock.now() >= vote.opens_at:
        raise NotPossible(_("This vote would have opened already. Please call it anew, with its notice."))
    if _another(vote):
        raise NotPossible(_("Another vote on the same matter was called since; this one stays called off."))
    advance(vote, Phase.COMING, aborted_at=None, ended_why="")
    promise_key(vote)
    promise_introductions(vote)
    comes_back(user, vote)
    told = {"reason": reason.strip(), "opens_at": vote.opens_at.isoformat()}
    opens = vote.opens_at.isoformat()
    announce(REINSTATED, vote, by=user, to=voters(vote), data=told, opens_at=opens, reason=reason.strip())
    return vote


def _another(vote: Vote) -> bool:
    same = Vote.objects.filter(subject=vote.subject, called_at__gt=vote.called_at, aborted_at=None)
    return bool(vote.subject) and same.exclude(pk=vote.pk).exists()
