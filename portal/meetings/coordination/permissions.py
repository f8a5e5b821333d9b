"""Who may do what in a coordination meeting, and who may know of it at all: its parties, their agents, who mediates."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.meetings.minutes.permissions import minutes_needs
from portal.meetings.models import Coordination, Evidence, Part, Participant, Party
from portal.meetings.states.coordination import STOPPABLE
from portal.meetings.states.coordination import CoordinationState as C

# The worker in charge and the mediator; the parties and their agents.
CHARGE = frozenset({Role.RESPONSIBLE})
PARTIES = frozenset({Role.PANEL})
SIDES = (Part.PARTY, Part.AGENT)

OPEN = frozenset(C) - {C.DECLINED, C.REFUSED, C.PERFORMED, C.REFERRED, C.STOPPED}
BEFORE = frozenset({C.APPLIED, C.ACCEPTED, C.CONSENTED, C.NOTIFIED})
# What the talks rest on comes before their result.
FILED = BEFORE | {C.IN_SESSION}
MEDIATED = FILED | {C.MINUTES_DRAFT, C.MINUTES_SIGNED, C.AGREED}
SEEN = frozenset({C.ACCEPTED, C.CONSENTED, C.NOTIFIED, C.IN_SESSION, C.AGREED})

PLACE = PlaceDoor({"apply": Need(NEIGHBOUR), "take_down": Need(COMMITTEE)})

NEEDS = {
    "accept": Need(CHARGE, frozenset({C.APPLIED})),
    "decline": Need(CHARGE, frozenset({C.APPLIED})),
    "add_party": Need(CHARGE, frozenset({C.APPLIED, C.ACCEPTED})),
    "tell_rights": Need(CHARGE, frozenset({C.ACCEPTED})),
    "answer": Need(PARTIES, frozenset({C.ACCEPTED})),
    "answer_on_paper": Need(CHARGE, frozenset({C.ACCEPTED})),
    "notify": Need(CHARGE, frozenset({C.CONSENTED})),
    "reschedule": Need(CHARGE, frozenset({C.NOTIFIED})),
    "begin": Need(CHARGE, frozenset({C.NOTIFIED})),
    "adjourn": Need(CHARGE, frozenset({C.IN_SESSION})),
    **{
        name: need
        for name, need in minutes_needs(C, writers=CHARGE).items()
        # What is to be done stands in the agreement, never among public decisions.
        if name != "decide"
    },
    "agree": Need(CHARGE, frozenset({C.MINUTES_SIGNED, C.AGREED})),
    "not_agree": Need(CHARGE, frozenset({C.MINUTES_SIGNED, C.AGREED})),
    "sign": Need(PARTIES, frozenset({C.AGREED})),
    "sign_on_paper": Need(CHARGE, frozenset({C.AGREED})),
    "seal": Need(CHARGE, frozenset({C.AGREED})),
    "refer": Need(CHARGE, frozenset({C.NOT_AGREED, C.BREACHED})),
    "perform": Need(CHARGE, frozenset({C.AGREEMENT_SIGNED, C.BREACHED})),
    "note_receipt": Need(CHARGE, frozenset({C.PERFORMING})),
    "finish": Need(CHARGE, frozenset({C.PERFORMING})),
    "breach": Need(CHARGE, frozenset({C.PERFORMING})),
    "note_visit": Need(CHARGE, frozenset({C.PERFORMING, C.PERFORMED, C.REFERRED})),
    "close_file": Need(CHARGE, frozenset({C.PERFORMED, C.REFERRED, C.STOPPED, C.REFUSED, C.DECLINED})),
    "name_agent": Need(CHARGE, BEFORE),
    "see_identity": Need(CHARGE, SEEN),
    "hand_in": Need(PARTIES, FILED),
    "hand_in_for": Need(CHARGE, FILED),
    "take_back": Need(PARTIES, BEFORE),
    "remove_evidence": Need(CHARGE),
    "note_inquiry": Need(CHARGE, FILED - {C.APPLIED}),
    "read_back": Need(CHARGE, OPEN - {C.APPLIED}),
    "name_mediator": Need(CHARGE, MEDIATED),
    "note_stays": Need(CHARGE, OPEN),
    "hand_over": Need(CHARGE),
    "stop": Need(PARTIES, STOPPABLE),
    "stop_for": Need(CHARGE, STOPPABLE),
}


def visible(user: Visitor) -> QuerySet[Coordination]:
    """The meetings a visitor may know of: as a party or agent, as the mediator, as the worker in charge.

    A post alone, whichever, opens none; and the file of an office opens behind its second factor only.
    """
    person = getattr(user, "person_id", None)
    if person is None:
        return Coordination.objects.none()
    sits = Participant.objects.sitting().filter(person=person, part__in=SIDES)
    # Until it is taken up only who applied knows of it; of one that never was, the other side never hears.
    sits = sits.exclude(~Q(party__applies=True) & Q(meeting__state__in=[C.APPLIED, C.DECLINED]))
    offices = Q(in_charge=person)
    mediates = Q(chair=person)
    if not getattr(user, "acts_in_offices", False):
        mediates, offices = mediates & ~Q(in_charge=person), Q(pk__in=[])
    return Coordination.objects.filter(offices | mediates | Q(pk__in=sits.values("meeting")))


def retractable(meeting: Coordination, party: Party) -> QuerySet[Evidence]:
    """What a party can still take back: what it handed in for talks that have not begun."""
    return Evidence.objects.standing().filter(meeting=meeting, party=party, round=meeting.round)


def roles_towards(user: Visitor, meeting: Coordination) -> frozenset[Role]:
    """The neighbourhood's roles, those of who carries the meeting out, and of its parties and their agents."""
    roles = roles_in(user, meeting.neighbourhood)
    person = getattr(user, "person_id", None)
    if person is None:
        return roles
    if person == meeting.chair_id or (person == meeting.in_charge_id and roles & COMMITTEE):
        roles |= CHARGE
    if meeting.participants.sitting().filter(person=person, part__in=SIDES).exists():
        roles |= PARTIES
    return roles


COORDINATIONS = Door(
    Coordination,
    NEEDS,
    roles_towards,
    related=("neighbourhood", "area", "chair", "in_charge"),
    objects=visible,
)
