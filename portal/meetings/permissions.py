"""Who may do what to a hearing, in which state. Reading the table tells what the app does."""

from __future__ import annotations

from portal.actions.doors import Door, Need
from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.meetings.hallvote.permissions import hall_needs
from portal.meetings.minutes.permissions import minutes_needs
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import HearingState as H

RESPONSIBLE = frozenset({Role.RESPONSIBLE})
PANEL = frozenset({Role.PANEL})

# Until the panel has met for the last time its seats can pass to others, and until the minutes the chair.
SEATED = frozenset({H.PANEL_SET, H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.ADJOURNED, H.POSTPONED})
CHAIRED = SEATED | {H.PLANNED, H.IN_SESSION}

NEEDS = {
    "set_panel": Need(COMMITTEE, frozenset({H.PLANNED})),
    "open_draw": Need(COMMITTEE, frozenset({H.PLANNED})),
    "replace_delegate": Need(COMMITTEE, SEATED),
    "name_chair": Need(COMMITTEE, CHAIRED),
    "announce": Need(COMMITTEE, frozenset({H.PANEL_SET, H.POSTPONED})),
    "open_registration": Need(COMMITTEE, frozenset({H.ANNOUNCED})),
    "register": Need(NEIGHBOUR, frozenset({H.REGISTRATION})),
    "register_for": Need(COMMITTEE, frozenset({H.REGISTRATION})),
    "unregister": Need(NEIGHBOUR, frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.POSTPONED})),
    "confirm_list": Need(COMMITTEE, frozenset({H.REGISTRATION})),
    "begin": Need(COMMITTEE, frozenset({H.CONFIRMED, H.ADJOURNED})),
    "take_attendance": Need(COMMITTEE, frozenset({H.CONFIRMED, H.IN_SESSION, H.ADJOURNED})),
    "adjourn": Need(COMMITTEE, frozenset({H.IN_SESSION})),
    "reschedule": Need(COMMITTEE, frozenset({H.ADJOURNED})),
    **minutes_needs(H),
    **hall_needs(H, before=SEATED),
    "issue_opinion": Need(COMMITTEE, frozenset({H.MINUTES_SIGNED})),
    "send_opinion": Need(COMMITTEE, frozenset({H.OPINION_ISSUED})),
    "answer": Need(RESPONSIBLE, frozenset({H.ANSWER_DUE})),
    "publish": Need(COMMITTEE, frozenset({H.ANSWERED})),
    "postpone": Need(COMMITTEE, frozenset({H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED})),
    "cancel": Need(
        COMMITTEE,
        frozenset(
            {H.PLANNED, H.PANEL_SET, H.ANNOUNCED, H.REGISTRATION, H.CONFIRMED, H.ADJOURNED, H.POSTPONED}
        ),
    ),
    "reinstate": Need(COMMITTEE, frozenset({H.CANCELLED})),
}


def roles_towards(user: Visitor, hearing: Hearing) -> frozenset[Role]:
    """The visitor's roles towards a hearing: the neighbourhood's, its panel's, the decision-maker's."""
    roles = roles_in(user, hearing.neighbourhood)
    person = getattr(user, "person_id", None)
    if person and hearing.participants.filter(person_id=person).exists():
        roles |= PANEL
    if hearing.decision_maker in roles:
        roles |= RESPONSIBLE
    return roles


def shown_registering(user: Visitor, here: Area) -> bool:
    """Whether lists show the reader how to take a seat: neighbours, and visitors, who are asked to sign in."""
    return not user.is_authenticated or not NEIGHBOUR.isdisjoint(roles_in(user, here))


# Hearings are public from the day they are planned.
HEARINGS = Door(
    Hearing,
    NEEDS,
    roles_towards,
    related=("neighbourhood", "area", "chair", "notice"),
    objects=lambda user: Hearing.objects.all(),
)
