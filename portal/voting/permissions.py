"""Who may do what about a vote, its roll and its paper, in which state; who may cast. The rest of a vote is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, Needs, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.kit.errors import NotPossible
from portal.voting.models import (
    Candidate,
    Custody,
    Electorate,
    Envelope,
    Mandate,
    OnPaper,
    PaperBallot,
    RollEntry,
    RollObjection,
    Vote,
)
from portal.voting.states import BEFORE_END, LineState, MandateState, ObjectionState, PaperState, Phase

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)
# Who calls votes of an electorate and runs them. Owners' matters are the owners' committee's to put, too
# (domain 3.1); its members keep the owners' list.
CONVENERS: dict[str, frozenset[Role]] = {
    **dict.fromkeys(Electorate.values, COMMITTEE),
    Electorate.OWNERS: COMMITTEE | {Role.OWNERS_COMMITTEE},
}
CONVENER = frozenset({Role.CONVENER})
ROLL_READERS = CONVENER | {Role.OFFICER, Role.AUDITOR}
KEY_KEEPERS = CONVENER | {Role.CUSTODIAN}
COMING, CLOSED = frozenset({Phase.COMING}), frozenset({Phase.CLOSED})

ROLL_FINAL = _(
    "The vote is over, so its roll is not changed any more. Whoever holds the roll to be wrong can object "
    "to the result: to the residents' committee in writing, or before the court within one year."
)
HANDS_DOWN = _("Raised hands are noted while a vote in the hall is open.")
NOT_IN_HALL = _(
    "The vote in the hall was opened: who is asked, who votes for whom and by which rule does not change any more."
)
NO_ENTRY = _("Paper is entered from the opening of the vote until its count.")
NOT_OPEN_YET = _("Who stands, and what they say of themselves, is fixed once voting opens.")

NEEDS = {
    # the roll
    "see_roll": Need(ROLL_READERS),
    "object": Need(NEIGHBOUR, BEFORE_END, ROLL_FINAL),
    "add": Need(CONVENER, BEFORE_END, ROLL_FINAL),
    "serve": Need(CONVENER, BEFORE_END, ROLL_FINAL),
    # ballots on paper
    "see_paper": Need(CONVENER),
    "print": Need(CONVENER, BEFORE_END, _("Voting is over; no ballots are printed any more.")),
    "enter": Need(CONVENER, frozenset({Phase.OPEN, Phase.CLOSED}), NO_ENTRY),
    "envelope": Need(CONVENER, frozenset({Phase.OPEN, Phase.CLOSED}), NO_ENTRY),
    "finish": Need(CONVENER, CLOSED, _("This can be said once voting is over, and before the count.")),
    # the course of the vote
    "extend": Need(CONVENER, frozenset({Phase.OPEN}), _("Only a vote that is open can be extended.")),
    "abort": Need(CONVENER, COMING, _("A vote can be called off only before it opens.")),
    "reinstate": Need(
        CONVENER, frozenset({Phase.ABORTED}), _("Only a vote that was called off can take place after all.")
    ),
    "withdraw": Need(CONVENER, BEFORE_END, _("An option can be withdrawn only before voting ends.")),
    "name_candidate": Need(CONVENER, COMING, NOT_OPEN_YET),
    "lot": Need(CONVENER, CLOSED, _("The lot is entered after voting ends and before the count.")),
    # a vote in the hall
    "raise_hands": Need(CONVENER, frozenset({Phase.OPEN}), HANDS_DOWN),
    "check_hands": Need(CONVENER, frozenset({Phase.OPEN, Phase.CLOSED}), HANDS_DOWN),
    "close": Need(
        CONVENER,
        frozenset({Phase.OPEN}),
        _("This vote is closed. It is not opened again; a repeat is a new vote."),
    ),
    "annul": Need(
        frozenset({Role.AUDITOR, Role.OFFICER}),
        frozenset({Phase.COUNTED}),
        _("Only a counted vote can be annulled."),
    ),
    # the keys of a secret vote
    "keys": Need(KEY_KEEPERS),
    "name_custodians": Need(CONVENER, COMING, _("The key of this vote cannot be made (again).")),
    "make_keys": Need(CONVENER, COMING, _("The key of this vote cannot be made (again).")),
    "try_keys": Need(KEY_KEEPERS, COMING, _("The parts of this key were tried already.")),
    "open_box": Need(KEY_KEEPERS, CLOSED, _("The sealed ballots are opened once the voting time is over.")),
}


MANDATES_FINAL = _("Voting is over; mandates are neither taken nor ended any more.")


def _line_closed(line: RollEntry) -> StrOrPromise:
    if line.vote.in_hall:
        return NOT_IN_HALL
    return _("This line was taken off the roll already.") if line.state is LineState.STRUCK else ROLL_FINAL


def _mandate_closed(mandate: Mandate) -> StrOrPromise:
    if mandate.entry.vote.in_hall:
        return NOT_IN_HALL
    ended = mandate.state is MandateState.ENDED
    return _("This mandate has ended already.") if ended else MANDATES_FINAL


def _no_mandates(line: RollEntry) -> StrOrPromise:
    return NOT_IN_HALL if line.vote.in_hall else MANDATES_FINAL


CORRECT = Need(CONVENER, frozenset({LineState.ACTIVE}), _line_closed)
LINE_NEEDS = {
    "area": CORRECT,
    "voter": CORRECT,
    "strike": CORRECT,
    "put_back": Need(CONVENER, frozenset({LineState.STRUCK}), _("This line is on the roll.")),
    "serve": CORRECT,
    "mandate": Need(CONVENER, frozenset({LineState.ACTIVE}), _no_mandates),
}
MANDATE_NEEDS = {
    "end": Need(CONVENER | {Role.PRINCIPAL}, frozenset({MandateState.ACTIVE}), _mandate_closed),
}
# The candidate writes the own introduction; of one without a phone, whoever runs the vote writes down the paper.
CANDIDATE_NEEDS = {
    "introduce": Need(CONVENER | {Role.PERSON}, COMING, NOT_OPEN_YET),
    "unname": Need(CONVENER, COMING, NOT_OPEN_YET),
}
OBJECTION_NEEDS = {
    "answer": Need(CONVENER, frozenset({ObjectionState.OPEN}), _("This objection was answered already.")),
}
READ_TWICE = _("A second clerk has read this ballot already.")
BOOKED = _("A second person has booked this envelope already.")
UNDISPUTED = _("There is nothing to decide about this ballot.")
DOUBTFUL = frozenset({PaperState.ENTERED, PaperState.DISPUTED, PaperState.TAKEN, PaperState.SET_ASIDE})
# Who was asked to decide may be the auditor or the subdistrict's officer: where those who run a vote have only two.
JUDGES = CONVENER | {Role.THIRD}
DOUBT = Need(CONVENER | {Role.PRINCIPAL}, DOUBTFUL)
DECIDE = Need(JUDGES, frozenset({PaperState.DOUBTED}))
PAPER_NEEDS = {
    "confirm": Need(CONVENER, frozenset({PaperState.ENTERED}), READ_TWICE),
    "judge": Need(JUDGES, frozenset({PaperState.DISPUTED}), UNDISPUTED),
    "doubt": DOUBT,
    "withdraw": DECIDE,
    "keep": DECIDE,
}
ENVELOPE_NEEDS = {
    "confirm": Need(CONVENER, frozenset({PaperState.ENTERED}), BOOKED),
    "judge": Need(JUDGES, frozenset({PaperState.DISPUTED}), UNDISPUTED),
    "doubt": DOUBT,
    "withdraw": DECIDE,
    "keep": DECIDE,
}


def may_call(user: Visitor, neighbourhood: Area, electorate: str) -> bool:
    """Whether a visitor may call votes of an electorate there. KeyError: there is none of this name."""
    return not CONVENERS[electorate].isdisjoint(roles_in(user, neighbourhood))


def roles_towards(user: Visitor, vote: Vote) -> frozenset[Role]:
    """The visitor's roles in the neighbourhood, and those towards the vote itself."""
    roles = roles_in(user, vote.neighbourhood)
    if not CONVENERS[vote.electorate].isdisjoint(roles):
        roles |= CONVENER
    # Only votes that have custodians ask for them.
    custodians = vote.custody == Custody.CUSTODIANS and user.is_authenticated
    if custodians and vote.custodians.filter(user=user.pk).exists():
        roles |= {Role.CUSTODIAN}
    return roles


def roles_towards_mandate(user: Visitor, mandate: Mandate) -> frozenset[Role]:
    """Those towards its vote, and whether it is the visitor's own line that somebody else casts."""
    own = user.is_authenticated and user.person_id is not None and user.person_id == mandate.entry.person_id
    return roles_towards(user, mandate.entry.vote) | ({Role.PRINCIPAL} if own else frozenset())


def roles_towards_candidate(user: Visitor, candidate: Candidate) -> frozenset[Role]:
    """Those towards its vote, and whether it is the visitor who stands."""
    own = user.is_authenticated and user.person_id is not None and user.person_id == candidate.person_id
    return roles_towards(user, candidate.vote) | ({Role.PERSON} if own else frozenset())


def roles_towards_paper(user: Visitor, paper: OnPaper) -> frozenset[Role]:
    """Those towards its vote; whether it was entered for the visitor's own line, or the visitor was asked to decide."""
    roles = roles_towards(user, paper.vote)
    if not user.is_authenticated:
        return roles
    if paper.third_id == user.pk:
        roles |= {Role.THIRD}
    own = paper.entry is not None and paper.entry.person_id == user.person_id
    return roles | {Role.PRINCIPAL} if own else roles


def lock_vote(**of: int) -> None:
    """The lock of the vote that something belongs to: it comes before that thing's own, everywhere."""
    Vote.objects.select_for_update(of=("self",), no_key=True).filter(**of).first()


def lock_line(mandate_pk: int) -> None:
    """The locks of the vote and the line that a mandate is for."""
    lock_vote(roll__mandates=mandate_pk)
    RollEntry.objects.select_for_update(of=("self",)).filter(mandates=mandate_pk).first()


def _door(
    model: type[M],
    needs: Needs,
    lock: Callable[[Any], object],
    *related: str,
    roles: Callable[[Visitor, Any], frozenset[Role]] | None = None,
    vote: str = "vote",
) -> Door[M]:
    """The door to what belongs to a vote. That there are such rows is no secret; what they say is behind the roles."""
    rows: Any = model._default_manager
    path = vote.replace(".", "__")
    return Door(
        model,
        needs,
        roles or (lambda user, thing: roles_towards(user, thing.vote)),
        related=(f"{path}__neighbourhood", f"{path}__scope", *related),
        lock_first=lock,
        neighbourhood=f"{vote}.neighbourhood",
        objects=lambda user: rows.all(),
    )


# What is done in the hall alone, and what changes a roll or a course that a vote in the hall has fixed.
IN_HALL = frozenset({"raise_hands", "check_hands", "close"})
FIXED_IN_HALL = frozenset({"object", "add", "serve", "extend", "abort", "reinstate", "withdraw"})


class VoteDoor(Door[Vote]):
    """The door to a vote. Once opened in the hall, neither its roll nor its rule changes: refused, not forbidden."""

    def fits(self, action: str, thing: Vote) -> bool:
        """Whether the phase of a vote allows an action, and whether it is one for the hall."""
        return super().fits(action, thing) and not self._elsewhere(action, thing)

    def moved_on(self, action: str, thing: Vote) -> NotPossible:
        """What somebody reads who would change what the hall has fixed, or raise a hand elsewhere."""
        if thing.in_hall and action in FIXED_IN_HALL:
            return NotPossible(str(NOT_IN_HALL))
        return super().moved_on(action, thing)

    def _elsewhere(self, action: str, thing: Vote) -> bool:
        return action in (FIXED_IN_HALL if thing.in_hall else IN_HALL)


# Whoever may call votes of some electorate gets the form; it offers the matters of those.
PLACES = PlaceDoor({"call": Need(frozenset[Role]().union(*CONVENERS.values()))})
VOTES = VoteDoor(Vote, NEEDS, roles_towards, related=("neighbourhood", "scope"))
LINES = _door(RollEntry, LINE_NEEDS, lambda pk: lock_vote(roll=pk), "person", "building")
OBJECTIONS = _door(RollObjection, OBJECTION_NEEDS, lambda pk: lock_vote(roll_objections=pk), "by")
CANDIDATES = _door(
    Candidate,
    CANDIDATE_NEEDS,
    lambda pk: lock_vote(candidates=pk),
    "person",
    "photo",
    roles=roles_towards_candidate,
)
READERS = ("entry__person", "first_by", "second_by", "doubted_by", "kept")
PAPERS = _door(
    PaperBallot,
    PAPER_NEEDS,
    lambda pk: lock_vote(papers=pk),
    *READERS,
    "scan",
    roles=roles_towards_paper,
)
ENVELOPES = _door(
    Envelope, ENVELOPE_NEEDS, lambda pk: lock_vote(paper_envelopes=pk), *READERS, roles=roles_towards_paper
)
MANDATES = _door(
    Mandate,
    MANDATE_NEEDS,
    lock_line,
    "entry__person",
    "holder",
    roles=roles_towards_mandate,
    vote="entry.vote",
)

Line = tuple[RollEntry, Mandate | None]
# What casting needs to know of a line and its vote, whose texts may be long.
LOCKED = (
    *("number", "vote", "person", "person__kind"),
    *(
        f"vote__{name}"
        for name in ("public_id", "rule", "options", "secret", "public_key", "key_ready_at", "matter")
    ),
    *(f"vote__{name}_at" for name in ("opens", "closes", "ended", "counted", "aborted", "annulled")),
    "vote__duplicates",
)


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
        return entries.select_for_update(of=("self",)).select_related("vote", "person").only(*LOCKED)
    return entries.select_related("vote__neighbourhood", "building", "person")
