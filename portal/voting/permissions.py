"""Who may call a vote, see its roll, cast a ballot. Everything else about a vote is public."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, STAFF, Role, roles_in
from portal.voting.models import Electorate, Mandate, RollEntry, Vote
from portal.voting.states import Phase

# Owners' matters are the owners' committee's to put, too (domain 3.1); its members keep the owners' list.
_CALL = dict.fromkeys(Electorate, COMMITTEE) | {Electorate.OWNERS: COMMITTEE | {Role.OWNERS_COMMITTEE}}
_ROLL = dict.fromkeys(Electorate, STAFF | {Role.AUDITOR})
_ROLL |= {Electorate.OWNERS: STAFF | {Role.AUDITOR, Role.OWNERS_COMMITTEE}}
_ANNUL = dict.fromkeys(Electorate, frozenset({Role.AUDITOR, Role.OFFICER}))
NEEDS: dict[str, dict[Electorate, frozenset[Role]]] = {
    "call": _CALL,
    "see_roll": _ROLL,
    "correct_roll": _CALL,
    "paper": _CALL,
    "keys": _CALL,
    "extend": _CALL,
    "abort": _CALL,
    "annul": _ANNUL,
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


def lines_of(user: Visitor, vote_pk: int, *, lock: bool = False) -> list[tuple[RollEntry, Mandate | None]]:
    """The lines of the roll a visitor may cast: one's own first, then those held by mandate. `lock`: until commit."""
    if not user.is_authenticated or user.person_id is None:
        return []
    entries = RollEntry.objects.standing().select_related("vote__neighbourhood", "building")
    if lock:
        entries = entries.select_for_update(of=("self",))
    held = Mandate.objects.filter(holder=user.person_id, revoked_at=None, entry__vote=vote_pk)
    mandates = {mandate.entry_id: mandate for mandate in held}
    found = entries.filter(Q(person=user.person_id) | Q(pk__in=mandates), vote=vote_pk).order_by("number")
    lines = [(entry, None if entry.person_id == user.person_id else mandates[entry.pk]) for entry in found]
    return sorted(lines, key=lambda line: line[1] is not None)


def line_for(
    user: Visitor, vote_pk: int, number: int | None, *, lock: bool = False
) -> tuple[RollEntry, Mandate | None] | None:
    """One of `lines_of`: that of a number, or the first; None where it is not the visitor's to cast."""
    lines = lines_of(user, vote_pk, lock=lock)
    return next((line for line in lines if number is None or line[0].number == number), None)


def entry_of(user: Visitor, vote_pk: int, *, lock: bool = False) -> RollEntry | None:
    """The first line of the roll a visitor may cast, with its vote; nobody has another's."""
    found = line_for(user, vote_pk, None, lock=lock)
    return found[0] if found else None
