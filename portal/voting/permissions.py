"""Who may call a vote, see its roll, cast a ballot. Everything else about a vote is public."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
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
    "withdraw": _CALL,
    "lot": _CALL,
    "annul": _ANNUL,
}
# Casting needs no role but a place on the vote's roll.
CASTING = frozenset({Phase.OPEN})


def may(user: Visitor, action: str, electorate: str, neighbourhood: Area) -> bool:
    """Whether a visitor may do an action about votes of an electorate. KeyError for an unknown action."""
    return not NEEDS[action][Electorate(electorate)].isdisjoint(roles_in(user, neighbourhood))


def may_call(user: Visitor, neighbourhood: Area) -> bool:
    """Whether a visitor may call any kind of vote there."""
    roles = roles_in(user, neighbourhood)
    return any(not needs.isdisjoint(roles) for needs in _CALL.values())


def allowed(user: Visitor, vote: Vote) -> frozenset[str]:
    """Everything a visitor's roles allow about a vote; asks for the roles once."""
    roles, electorate = roles_in(user, vote.neighbourhood), Electorate(vote.electorate)
    return frozenset(action for action, needs in NEEDS.items() if not needs[electorate].isdisjoint(roles))


def vote_for(user: Visitor, pk: int, action: str | None = None) -> Vote:
    """The one door to a vote: 404 where there is none, 403 where an action is not one's own."""
    votes = Vote.objects.visible_to(user).select_related("neighbourhood", "scope")
    vote = votes.filter(pk=pk).first()
    if vote is None:
        raise Http404
    if action and not may(user, action, vote.electorate, vote.neighbourhood):
        raise PermissionDenied(action)
    return vote


Line = tuple[RollEntry, Mandate | None]


def lines_of(user: Visitor, vote_pk: int, *, lock: bool = False) -> list[Line]:
    """The lines of the roll a visitor may cast: one's own first, then those held by mandate. `lock`: until commit."""
    if not user.is_authenticated or user.person_id is None:
        return []
    return [*_own(user.person_id, vote_pk, lock), *_held(user.person_id, vote_pk, lock)]


def line_for(user: Visitor, vote_pk: int, number: int | None, *, lock: bool = False) -> Line | None:
    """One of `lines_of`: that of a number, or the first; None where it is not the visitor's to cast."""
    if not user.is_authenticated or user.person_id is None:
        return None
    for find in (_own, _held):
        for line in find(user.person_id, vote_pk, lock):
            if number is None or line[0].number == number:
                return line
    return None


def entry_of(user: Visitor, vote_pk: int) -> RollEntry | None:
    """The first line of the roll a visitor may cast, with its vote; nobody has another's."""
    found = line_for(user, vote_pk, None)
    return found[0] if found else None


def _own(person: int, vote_pk: int, lock: bool) -> list[Line]:
    return [(entry, None) for entry in _entries(vote_pk, lock).filter(person=person)]


def _held(person: int, vote_pk: int, lock: bool) -> list[Line]:
    mandates = Mandate.objects.filter(holder=person, revoked_at=None, entry__vote=vote_pk)
    by_entry = {mandate.entry_id: mandate for mandate in mandates}
    if not by_entry:
        return []
    found = _entries(vote_pk, lock).filter(pk__in=by_entry).exclude(person=person)
    return [(entry, by_entry[entry.pk]) for entry in found]


def _entries(vote_pk: int, lock: bool) -> QuerySet[RollEntry]:
    entries = RollEntry.objects.active().filter(vote=vote_pk).order_by("number")
    if lock:
        return entries.select_for_update(of=("self",)).select_related("vote", "person")
    return entries.select_related("vote__neighbourhood", "building", "person")
