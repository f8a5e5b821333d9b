"""Who may do what to a text, its round and its suggestions, in which state. The tables tell what the app does."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.conventions.models import AgreementPage, ConventionRound, Edition, Proposal, Suggestion
from portal.conventions.states import ANSWERED, TALKED, WRITTEN, SigningState, SuggestionState
from portal.conventions.states import State as S

# Who writes the text and leads it on: the committee; a building's head too, or the owners' committee (covenant).
RESPONSIBLE = frozenset({Role.RESPONSIBLE})
PROPOSER = frozenset({Role.PROPOSER})
OFFICER = frozenset({Role.OFFICER})
RESIDENT = frozenset({Role.RESIDENT})
BEGINS = COMMITTEE | {Role.BUILDING_HEAD, Role.OWNERS_COMMITTEE}

PAGE_NEEDS = {"edit": Need(RESPONSIBLE), "restore": Need(RESPONSIBLE), "begin": Need(RESPONSIBLE)}
NEEDS = {
    "put_to_comment": Need(RESPONSIBLE, frozenset({S.DRAFTING, S.ANSWERING})),
    "suggest": Need(NEIGHBOUR, TALKED),
    "enter_paper": Need(RESPONSIBLE, TALKED),
    "close_comments": Need(RESPONSIBLE, TALKED),
    "hand_in": Need(RESPONSIBLE, frozenset({S.ANSWERING})),
    "withdraw_check": Need(RESPONSIBLE, frozenset({S.CHECKING, S.TABLED})),
    "check": Need(OFFICER, frozenset({S.CHECKING})),
    "call_vote": Need(RESPONSIBLE, frozenset({S.TABLED})),
    "collect_signatures": Need(RESPONSIBLE, frozenset({S.ANSWERING})),
    "stop_signing": Need(RESPONSIBLE, frozenset({S.SIGNING})),
    "adopt_signed": Need(RESPONSIBLE, frozenset({S.SIGNING})),
    "file": Need(RESPONSIBLE, frozenset({S.ADOPTED})),
    "withdraw": Need(RESPONSIBLE, WRITTEN | frozenset({S.COMMENTING, S.CHECKING, S.TABLED, S.SIGNING})),
}
SUGGESTION_NEEDS = {
    "support": Need(NEIGHBOUR, frozenset({SuggestionState.OPEN})),
    "answer": Need(RESPONSIBLE, ANSWERED | {SuggestionState.OPEN}),
    "take_back": Need(PROPOSER, frozenset({SuggestionState.OPEN})),
}
EDITION_NEEDS = {"correct_filing": Need(RESPONSIBLE)}
SIGNABLE = frozenset({SigningState.OPEN})
SIGN_NEEDS = {
    "sign": Need(RESIDENT, SIGNABLE),
    "take_back": Need(RESIDENT, SIGNABLE),
    "enter": Need(RESPONSIBLE, SIGNABLE),
    "strike": Need(RESPONSIBLE, SIGNABLE),
}


def roles_towards_page(user: Visitor, page: AgreementPage) -> frozenset[Role]:
    """The visitor's roles in the very place that agrees, and whether the text is theirs to write."""
    roles = roles_in(user, page.area)
    writers = COMMITTEE
    if page.is_building:
        writers = COMMITTEE | {Role.BUILDING_HEAD}
    if page.is_covenant:
        writers = COMMITTEE | {Role.OWNERS_COMMITTEE}
    return roles | RESPONSIBLE if not writers.isdisjoint(roles) else roles


def roles_towards(user: Visitor, round_: ConventionRound) -> frozenset[Role]:
    """Those towards its page."""
    return roles_towards_page(user, round_.page)


def roles_towards_suggestion(user: Visitor, suggestion: Suggestion) -> frozenset[Role]:
    """Those towards its round, and whose suggestion it is."""
    roles = roles_towards(user, suggestion.round)
    mine = user.is_authenticated and user.person_id is not None and user.person_id == suggestion.author_id
    return roles | PROPOSER if mine else roles


def lock_round(suggestion_pk: int) -> None:
    """The lock of a suggestion's round: answers, supports and steps of the round stand in one order."""
    ConventionRound.objects.select_for_update(of=("self",), no_key=True).filter(
        suggestions=suggestion_pk
    ).first()


PLACE = PlaceDoor({"found": Need(BEGINS)})
PAGES = Door(AgreementPage, PAGE_NEEDS, roles_towards_page, related=("area",), readable=lambda page: page)
ROUNDS = Door(
    ConventionRound,
    NEEDS,
    roles_towards,
    related=("page__area", "vote"),
    readable=lambda round_: round_.page,
)
SUGGESTIONS = Door(
    Suggestion,
    SUGGESTION_NEEDS,
    roles_towards_suggestion,
    related=("round__page__area", "proposal", "author"),
    lock_first=lock_round,
    readable=lambda suggestion: suggestion.round.page,
)
EDITIONS = Door(
    Edition,
    EDITION_NEEDS,
    lambda user, edition: roles_towards_page(user, edition.page),
    related=("page__area",),
)
# A text that was put to comment is public, and so is that it can be signed.
TEXTS = Door(
    Proposal,
    SIGN_NEEDS,
    lambda user, text: roles_towards_page(user, text.round.page),
    related=("round__page__area", "edition__page"),
    objects=lambda user: Proposal.objects.all(),
)
