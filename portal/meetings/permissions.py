"""Who may do what to a hearing, in which state. Reading the table tells what the app does."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.meetings.models import Hearing
from portal.meetings.states import HearingState as H

RESPONSIBLE = frozenset({Role.RESPONSIBLE})
PANEL = frozenset({Role.PANEL})

NEEDS: dict[str, tuple[frozenset[Role], frozenset[H]]] = {
    "set_panel": (COMMITTEE, frozenset({H.PLANNED})),
    "announce": (COMMITTEE, frozenset({H.PANEL_SET, H.POSTPONED})),
    "open_registration": (COMMITTEE, frozenset({H.ANNOUNCED})),
    "register": (NEIGHBOUR, frozenset({H.REGISTRATION})),
    "register_for": (COMMITTEE, frozenset({H.REGISTRATION})),
    "unregister": (NEIGHBOUR, frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.POSTPONED})),
    "confirm_list": (COMMITTEE, frozenset({H.REGISTRATION})),
    "begin": (COMMITTEE, frozenset({H.CONFIRMED, H.ADJOURNED})),
    "take_attendance": (COMMITTEE, frozenset({H.CONFIRMED, H.IN_SESSION, H.ADJOURNED})),
    "adjourn": (COMMITTEE, frozenset({H.IN_SESSION})),
    "reschedule": (COMMITTEE, frozenset({H.ADJOURNED})),
    "draft_minutes": (COMMITTEE, frozenset({H.IN_SESSION, H.MINUTES_DRAFT})),
    "mark_minutes": (PANEL, frozenset({H.MINUTES_DRAFT})),
    "mark_minutes_on_paper": (COMMITTEE, frozenset({H.MINUTES_DRAFT})),
    "sign_minutes": (COMMITTEE, frozenset({H.MINUTES_DRAFT})),
    "issue_opinion": (COMMITTEE, frozenset({H.MINUTES_SIGNED})),
    "send_opinion": (COMMITTEE, frozenset({H.OPINION_ISSUED})),
    "answer": (RESPONSIBLE, frozenset({H.ANSWER_DUE})),
    "publish": (COMMITTEE, frozenset({H.ANSWERED})),
    "postpone": (COMMITTEE, frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED})),
    "cancel": (
        COMMITTEE,
        frozenset(
            {H.PLANNED, H.PANEL_SET, H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.ADJOURNED, H.POSTPONED}
        ),
    ),
}


def roles_towards(user: Visitor, hearing: Hearing) -> frozenset[Role]:
    """The visitor's roles towards a hearing: the neighbourhood's, its panel's, the decision-maker's."""
    roles = roles_in(user, hearing.neighbourhood)
    person = getattr(user, "person_id", None)
    if person and hearing.panel.filter(person_id=person).exists():
        roles |= PANEL
    if hearing.decision_maker in roles:
        roles |= RESPONSIBLE
    return roles


def may(user: Visitor, action: str, hearing: Hearing) -> bool:
    """Whether a visitor may do an action to a hearing in its present state. KeyError: no such action."""
    roles, states = NEEDS[action]
    return H(hearing.state) in states and not roles.isdisjoint(roles_towards(user, hearing))


def allowed(user: Visitor, hearing: Hearing) -> list[str]:
    """All a visitor may do to a hearing in its present state, in the order of the table."""
    own = roles_towards(user, hearing)
    return [
        action
        for action, (roles, states) in NEEDS.items()
        if H(hearing.state) in states and not roles.isdisjoint(own)
    ]


def hearing_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> Hearing:
    """The one door to a hearing; hearings are public from the day they are planned."""
    hearings = Hearing.objects.select_for_update(of=("self",)) if lock else Hearing.objects.all()
    related = hearings.select_related("neighbourhood", "area", "chair", "notice")
    hearing = related.filter(pk=pk).first()
    if hearing is None:
        raise Http404
    if action and NEEDS[action][0].isdisjoint(roles_towards(user, hearing)):
        raise PermissionDenied(action)
    return hearing
