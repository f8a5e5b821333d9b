"""Who may do what to a topic, in which state. Reading the table tells what the app does."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.deliberation.models import Topic, TopicQuerySet
from portal.deliberation.states import State as S

PROPOSER = frozenset({Role.PROPOSER})
RESPONSIBLE = frozenset({Role.RESPONSIBLE})
OFFICER = frozenset({Role.OFFICER})
PUTS_WITHOUT_SECONDERS = COMMITTEE | {Role.PARTY, Role.OVERSIGHT}
# Who may raise a topic at all: neighbours, and the bodies of the neighbourhood (domain 4, step 1).
PROPOSERS = NEIGHBOUR | PUTS_WITHOUT_SECONDERS | {Role.PROPERTY, Role.OWNERS_COMMITTEE, Role.BUILDING_HEAD}

NEEDS: dict[str, tuple[frozenset[Role], frozenset[S]]] = {
    "edit": (PROPOSER, frozenset({S.DRAFT, S.RETURNED})),
    "submit": (PROPOSER, frozenset({S.DRAFT})),
    "resubmit": (PROPOSER, frozenset({S.RETURNED})),
    "second": (NEIGHBOUR, frozenset({S.SECONDING})),
    "unsecond": (NEIGHBOUR, frozenset({S.SECONDING})),
    "accept": (COMMITTEE, frozenset({S.SCREENING})),
    "return": (COMMITTEE, frozenset({S.SCREENING})),
    "merge": (COMMITTEE, frozenset({S.SCREENING})),
    "redirect": (COMMITTEE, frozenset({S.SCREENING})),
    "reject": (COMMITTEE, frozenset({S.SCREENING})),
    "appeal": (PROPOSER, frozenset({S.REJECTED})),
    "decide_appeal": (OFFICER, frozenset({S.REJECTED})),
    "object": (NEIGHBOUR, frozenset({S.ANNOUNCED})),
    "start_discussion": (COMMITTEE, frozenset({S.ANNOUNCED})),
    "summarise": (COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "call_hearing": (COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "back_to_discussion": (COMMITTEE, frozenset({S.IN_FORUM})),
    "call_vote": (COMMITTEE | {Role.OWNERS_COMMITTEE}, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "decide": (COMMITTEE, frozenset({S.IN_FORUM})),
    "suspend": (COMMITTEE, frozenset({S.DISCUSSING, S.IN_FORUM})),
    "resume": (COMMITTEE, frozenset({S.SUSPENDED})),
    "start_execution": (COMMITTEE, frozenset({S.ADOPTED})),
    "plan_steps": (COMMITTEE, frozenset({S.EXECUTING})),
    "report_step": (RESPONSIBLE, frozenset({S.EXECUTING})),
    "finish": (RESPONSIBLE, frozenset({S.EXECUTING})),
    "rate": (NEIGHBOUR, frozenset({S.EVALUATING})),
    "close": (COMMITTEE, frozenset({S.EVALUATING})),
    "rework": (COMMITTEE, frozenset({S.EVALUATING})),
    "withdraw": (PROPOSER, frozenset({S.DRAFT, S.SECONDING, S.SCREENING, S.RETURNED})),
    "ask_withdrawal": (PROPOSER, frozenset({S.ANNOUNCED, S.DISCUSSING, S.IN_FORUM, S.SUSPENDED})),
    "agree_withdrawal": (COMMITTEE, frozenset({S.ANNOUNCED, S.DISCUSSING, S.IN_FORUM, S.SUSPENDED})),
}


def roles_towards(user: Visitor, topic: Topic) -> frozenset[Role]:
    """The visitor's roles in the topic's neighbourhood, and those towards the topic itself."""
    roles = roles_in(user, topic.neighbourhood)
    if user.is_authenticated and user.person_id is not None and user.person_id == topic.proposer_id:
        roles |= PROPOSER
    if topic.responsible_post and topic.responsible_post in roles:
        roles |= RESPONSIBLE
    return roles


def may(user: Visitor, action: str, topic: Topic) -> bool:
    """Whether a visitor may do an action to a topic in its present state. KeyError for an unknown action."""
    roles, states = NEEDS[action]
    return S(topic.state) in states and not roles.isdisjoint(roles_towards(user, topic))


def may_propose(user: Visitor, neighbourhood: Area) -> bool:
    """Whether a visitor may raise a topic in a neighbourhood."""
    return not PROPOSERS.isdisjoint(roles_in(user, neighbourhood))


def topic_for(
    user: Visitor,
    pk: int,
    action: str | None = None,
    *,
    lock: bool = False,
    topics: TopicQuerySet | None = None,
) -> Topic:
    """The one door to a topic: 404 where it must not be known, 403 where it may be seen only.

    `topics`: a queryset that brings more with it, such as what the topic's page shows.
    """
    topics = Topic.objects.all() if topics is None else topics
    topics = topics.select_for_update(of=("self",)) if lock else topics
    topic = topics.visible_to(user).select_related("neighbourhood", "area", "proposer").filter(pk=pk).first()
    if topic is None:
        raise Http404
    if action and NEEDS[action][0].isdisjoint(roles_towards(user, topic)):
        raise PermissionDenied(action)
    return topic
