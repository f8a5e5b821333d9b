"""Who may do what to a topic, in which state. Reading the tables tells what the app does."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.deliberation.models import Step, Topic
from portal.deliberation.states import State as S
from portal.deliberation.states import StepState

PROPOSER = frozenset({Role.PROPOSER})
RESPONSIBLE = frozenset({Role.RESPONSIBLE})
OFFICER = frozenset({Role.OFFICER})
PUTS_WITHOUT_SECONDERS = COMMITTEE | {Role.PARTY, Role.OVERSIGHT}
# Who may raise a topic at all: neighbours, and the bodies of the neighbourhood (domain 4, step 1).
PROPOSERS = NEIGHBOUR | PUTS_WITHOUT_SECONDERS | {Role.PROPERTY, Role.OWNERS_COMMITTEE, Role.BUILDING_HEAD}

# What was accepted has a first contact until it ends.
ACCOMPANIED = frozenset(
    {S.ANNOUNCED, S.DISCUSSING, S.IN_FORUM, S.SUSPENDED, S.VOTING, S.ADOPTED, S.EXECUTING, S.EVALUATING}
)
# While it is heard and voted on, nothing changes of what is decided.
PICTURED = frozenset({S.SECONDING, S.ANNOUNCED, S.DISCUSSING, S.ADOPTED, S.EXECUTING, S.EVALUATING, S.CLOSED})
DECIDED = frozenset({S.ADOPTED, S.NOT_ADOPTED})

NEEDS = {
    "edit": Need(PROPOSER, frozenset({S.DRAFT, S.RETURNED})),
    "submit": Need(PROPOSER, frozenset({S.DRAFT})),
    "resubmit": Need(PROPOSER, frozenset({S.RETURNED})),
    "second": Need(NEIGHBOUR, frozenset({S.SECONDING})),
    "unsecond": Need(NEIGHBOUR, frozenset({S.SECONDING})),
    "accept": Need(COMMITTEE, frozenset({S.SCREENING})),
    "return": Need(COMMITTEE, frozenset({S.SCREENING})),
    "merge": Need(COMMITTEE, frozenset({S.SCREENING})),
    "redirect": Need(COMMITTEE, frozenset({S.SCREENING})),
    "answer": Need(RESPONSIBLE | COMMITTEE, frozenset({S.REDIRECTED})),
    "correct_answer": Need(RESPONSIBLE | COMMITTEE, frozenset({S.REDIRECTED})),
    "reject": Need(COMMITTEE, frozenset({S.SCREENING})),
    "undo_screening": Need(
        COMMITTEE, frozenset({S.RETURNED, S.ANNOUNCED, S.MERGED, S.REDIRECTED, S.REJECTED})
    ),
    "reclassify": Need(COMMITTEE, frozenset({S.ANNOUNCED, S.DISCUSSING, S.IN_FORUM, S.SUSPENDED})),
    "appeal": Need(PROPOSER, frozenset({S.REJECTED})),
    "decide_appeal": Need(OFFICER, frozenset({S.REJECTED})),
    "object": Need(NEIGHBOUR, DECIDED | {S.ANNOUNCED}),
    "start_discussion": Need(COMMITTEE, frozenset({S.ANNOUNCED})),
    "picture": Need(PROPOSER | COMMITTEE | RESPONSIBLE, PICTURED),
    "name_contact": Need(COMMITTEE, ACCOMPANIED),
    "summarise": Need(COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "change_end": Need(COMMITTEE, frozenset({S.DISCUSSING})),
    "call_hearing": Need(COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "back_to_discussion": Need(COMMITTEE, frozenset({S.IN_FORUM})),
    "call_vote": Need(COMMITTEE | {Role.OWNERS_COMMITTEE}, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "decide": Need(COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "uphold": Need(COMMITTEE, DECIDED),
    "take_back_decision": Need(COMMITTEE, DECIDED),
    "suspend": Need(COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "resume": Need(COMMITTEE, frozenset({S.SUSPENDED})),
    "start_execution": Need(COMMITTEE, frozenset({S.ADOPTED})),
    "plan_steps": Need(COMMITTEE, frozenset({S.EXECUTING})),
    "finish": Need(RESPONSIBLE, frozenset({S.EXECUTING})),
    "rate": Need(NEIGHBOUR, frozenset({S.EVALUATING})),
    "close": Need(COMMITTEE, frozenset({S.EVALUATING})),
    "reopen": Need(COMMITTEE, frozenset({S.CLOSED})),
    "call_review": Need(COMMITTEE, frozenset({S.CLOSED})),
    "rework": Need(COMMITTEE, frozenset({S.EVALUATING})),
    "withdraw": Need(PROPOSER, frozenset({S.DRAFT, S.SECONDING, S.SCREENING, S.RETURNED})),
    "ask_withdrawal": Need(PROPOSER, frozenset({S.ANNOUNCED, S.DISCUSSING, S.IN_FORUM, S.SUSPENDED})),
    "agree_withdrawal": Need(COMMITTEE, frozenset({S.ANNOUNCED, S.DISCUSSING, S.IN_FORUM, S.SUSPENDED})),
}
# A topic is not left while it is carried out before each of its steps is done, so an open step has such a topic.
STEP_NEEDS = {
    "report": Need(RESPONSIBLE, frozenset({StepState.OPEN})),
    "move": Need(COMMITTEE, frozenset({StepState.OPEN})),
}


def roles_towards(user: Visitor, topic: Topic) -> frozenset[Role]:
    """The visitor's roles in the topic's neighbourhood, and those towards the topic itself."""
    roles = roles_in(user, topic.neighbourhood)
    if user.is_authenticated and user.person_id is not None and user.person_id == topic.proposer_id:
        roles |= PROPOSER
    if topic.responsible_post and topic.responsible_post in roles:
        roles |= RESPONSIBLE
    return roles


def lock_topic(step_pk: int) -> None:
    """The lock of a step's topic, whose time depends on its steps."""
    Topic.objects.select_for_update(of=("self",), no_key=True).filter(steps=step_pk).first()


TOPICS = Door(Topic, NEEDS, roles_towards, related=("neighbourhood", "area", "proposer"))
STEPS = Door(
    Step,
    STEP_NEEDS,
    lambda user, step: roles_towards(user, step.topic),
    related=("topic__neighbourhood", "topic__area", "topic__proposer"),
    lock_first=lock_topic,
)
PLACE = PlaceDoor({"propose": Need(PROPOSERS)})


def shown_proposing(user: Visitor, here: Area) -> bool:
    """Whether pages show the way to raise a topic: to those who may, and to visitors, who sign in on it."""
    return not user.is_authenticated or PLACE.may(user, "propose", here)
