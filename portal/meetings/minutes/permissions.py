"""Who may do what with the minutes of any kind of meeting, and with what it decided."""

from __future__ import annotations

from django.db.models import QuerySet, TextChoices

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, Role, roles_in
from portal.meetings import kinds
from portal.meetings.models import Decision
from portal.meetings.states.decision import DecisionState

PANEL = frozenset({Role.PANEL})
OWNER = frozenset({Role.RESPONSIBLE})


def minutes_needs(states: type[TextChoices], *, writers: frozenset[Role] = COMMITTEE) -> dict[str, Need]:
    """The rows of a kind's NEEDS for its minutes. Its states have `in_session`, `minutes_draft` and `minutes_signed`.

    `writers`: who keeps the minutes. Those who took part answer as PANEL.
    """
    in_session, draft = states("in_session"), states("minutes_draft")
    return {
        "draft_minutes": Need(writers, frozenset({in_session, draft})),
        "decide": Need(writers, frozenset({in_session, draft})),
        "mark_minutes": Need(PANEL, frozenset({draft})),
        "mark_minutes_on_paper": Need(writers, frozenset({draft})),
        "reply_to_corrections": Need(writers, frozenset({draft})),
        "sign_minutes": Need(writers, frozenset({draft})),
    }


DECISION_NEEDS = {
    "done": Need(OWNER | COMMITTEE, frozenset({DecisionState.OWED})),
    "move": Need(OWNER | COMMITTEE, frozenset({DecisionState.OWED})),
    "drop": Need(COMMITTEE, frozenset({DecisionState.OWED})),
    "owe_again": Need(COMMITTEE, frozenset({DecisionState.DONE, DecisionState.DROPPED})),
}


def roles_towards_decision(user: Visitor, decision: Decision) -> frozenset[Role]:
    """The neighbourhood's roles, and that of whoever owes it."""
    roles = roles_in(user, decision.neighbourhood)
    person = getattr(user, "person_id", None)
    if decision.post in roles or (person and person == decision.person_id):
        roles |= OWNER
    return roles


def visible_decisions(user: Visitor) -> QuerySet[Decision]:
    """The decisions of meetings that a visitor may know of."""
    return Decision.objects.filter(meeting__in=kinds.visible_to(user).values("pk"))


DECISIONS = Door(
    Decision,
    DECISION_NEEDS,
    roles_towards_decision,
    related=("meeting", "meeting__neighbourhood", "person"),
    objects=visible_decisions,
)
