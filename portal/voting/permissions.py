"""Who may call a vote, see its roll, cast a ballot. Everything else about a vote is public."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, STAFF, Role, roles_in
from portal.voting.models import Electorate, RollEntry, Vote
from portal.voting.states import Phase

# Owners' matters are the owners' committee's to put, too (domain 3.1); its members keep the owners' list.
NEEDS: dict[str, dict[Electorate, frozenset[Role]]] = {
    "call": {
        Electorate.OWNERS: COMMITTEE | {Role.OWNERS_COMMITTEE},
        Electorate.RESIDENTS: COMMITTEE,
    },
    "see_roll": {
        Electorate.OWNERS: STAFF | {Role.AUDITOR, Role.OWNERS_COMMITTEE},
        Electorate.RESIDENTS: STAFF | {Role.AUDITOR},
    },
}
# Casting needs no role but a place on the vote's roll.
CASTING = frozenset({Phase.OPEN})


def may(user: Visitor, action: str, electorate: str, neighbourhood: Area) -> bool:
    """Whether a visitor may do an action about votes of an electorate. KeyError for an unknown action."""
    return not NEEDS[action][Electorate(electorate)].isdisjoint(roles_in(user, neighbourhood))


def vote_for(user: Visitor, pk: int, action: str | None = None) -> Vote:
    """The one door to a vote: 404 where there is none, 403 where an action is not one's own."""
    votes = Vote.objects.visible_to(user).select_related("neighbourhood", "scope")
    vote = votes.filter(pk=pk).first()
    if vote is None:
        raise Http404
    if action and not may(user, action, vote.electorate, vote.neighbourhood):
        raise PermissionDenied(action)
    return vote


def entry_of(user: Visitor, vote_pk: int, *, lock: bool = False) -> RollEntry | None:
    """A visitor's own line of the frozen roll, with its vote; nobody has another's. `lock`: until commit."""
    if not user.is_authenticated or user.person_id is None:
        return None
    entries = RollEntry.objects.select_for_update(of=("self",)) if lock else RollEntry.objects.all()
    own = entries.filter(vote=vote_pk, person=user.person_id)
    return own.select_related("vote__neighbourhood", "building").first()
