"""Who may do what to a gathering, in which state."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, Role, roles_in
from portal.meetings.hallvote.permissions import hall_needs
from portal.meetings.minutes.permissions import PANEL, minutes_needs
from portal.meetings.models import Gathering
from portal.meetings.states.gathering import PREPARED
from portal.meetings.states.gathering import GatheringState as G

# What was found can be answered while the meeting runs and its minutes are written.
ANSWERED = frozenset({G.IN_SESSION, G.MINUTES_DRAFT})

# Once it was held, who chaired stays as it was.
CHAIRED = PREPARED | {G.IN_SESSION}

NEEDS = {
    "add_point": Need(COMMITTEE, PREPARED),
    "add_finding": Need(COMMITTEE, PREPARED),
    "drop_point": Need(COMMITTEE, PREPARED),
    "invite": Need(COMMITTEE, PREPARED),
    "uninvite": Need(COMMITTEE, PREPARED),
    "announce": Need(COMMITTEE, frozenset({G.PLANNED, G.NO_QUORUM, G.POSTPONED})),
    "take_attendance": Need(COMMITTEE, frozenset({G.ANNOUNCED, G.IN_SESSION})),
    "sign_in": Need(COMMITTEE, frozenset({G.ANNOUNCED, G.IN_SESSION})),
    "sign_out": Need(COMMITTEE, frozenset({G.ANNOUNCED, G.IN_SESSION})),
    "begin": Need(COMMITTEE, frozenset({G.ANNOUNCED})),
    "too_few": Need(COMMITTEE, frozenset({G.ANNOUNCED})),
    "note_point": Need(COMMITTEE, frozenset({G.IN_SESSION})),
    "answer_finding": Need(COMMITTEE, ANSWERED),
    **minutes_needs(G),
    **hall_needs(G, before=PREPARED),
    "publish": Need(COMMITTEE, frozenset({G.MINUTES_SIGNED})),
    "postpone": Need(COMMITTEE, frozenset({G.ANNOUNCED})),
    "name_chair": Need(COMMITTEE, CHAIRED),
    "cancel": Need(COMMITTEE, PREPARED),
    "reinstate": Need(COMMITTEE, frozenset({G.CANCELLED})),
}


def roles_towards(user: Visitor, gathering: Gathering) -> frozenset[Role]:
    """The neighbourhood's roles, and that of whoever takes part."""
    roles = roles_in(user, gathering.neighbourhood)
    person = getattr(user, "person_id", None)
    if person and gathering.participants.filter(person_id=person).exists():
        roles |= PANEL
    return roles


# Known to everybody from the day they are planned; their minutes as those of every kind.
GATHERINGS = Door(
    Gathering,
    NEEDS,
    roles_towards,
    related=("neighbourhood", "area", "chair", "notice"),
    objects=lambda user: Gathering.objects.all(),
)
PLACE = PlaceDoor({"plan": Need(COMMITTEE)})
