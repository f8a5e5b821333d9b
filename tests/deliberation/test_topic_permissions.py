"""Who may do what to a topic, in which state: the tables against a second one, written by hand."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Area, Visitor
from portal.community.permissions import Role
from portal.deliberation.actions import ACTIONS, SENDING, STEP_ACTIONS
from portal.deliberation.models import Topic
from portal.deliberation.permissions import NEEDS, PLACE, STEP_NEEDS, STEPS, TOPICS
from portal.deliberation.states import State
from portal.kit.errors import NotPossible
from tests import factories
from tests.deliberation.factories import make_step, make_topic

# action: roles: states
ALLOWED = """
edit: proposer: draft returned
submit: proposer: draft
resubmit: proposer: returned
second: resident owner: seconding
unsecond: resident owner: seconding
accept: worker director: screening
return: worker director: screening
merge: worker director: screening
redirect: worker director: screening
answer: responsible worker director: redirected
correct_answer: responsible worker director: redirected
reject: worker director: screening
undo_screening: worker director: returned announced merged redirected rejected
reclassify: worker director: announced discussing in_forum suspended
appeal: proposer: rejected
decide_appeal: officer: rejected
object: resident owner: announced adopted not_adopted
start_discussion: worker director: announced
picture: proposer responsible worker director: seconding announced discussing adopted executing evaluating closed
name_contact: worker director: announced discussing in_forum suspended voting adopted executing evaluating
summarise: worker director: discussing in_forum
change_end: worker director: discussing
call_hearing: worker director: discussing in_forum
back_to_discussion: worker director: in_forum
call_vote: worker director owners_committee: discussing in_forum
decide: worker director: discussing in_forum
uphold: worker director: adopted not_adopted
take_back_decision: worker director: adopted not_adopted
suspend: worker director: discussing in_forum
resume: worker director: suspended
start_execution: worker director: adopted
plan_steps: worker director: executing
finish: responsible: executing
rate: resident owner: evaluating
close: worker director: evaluating
reopen: worker director: closed
call_review: worker director: closed
rework: worker director: evaluating
withdraw: proposer: draft seconding screening returned
ask_withdrawal: proposer: announced discussing in_forum suspended
agree_withdrawal: worker director: announced discussing in_forum suspended
"""
ROWS = {
    name.strip(): (frozenset(roles.split()), frozenset(states.split()))
    for name, roles, states in (line.split(":") for line in ALLOWED.strip().splitlines())
}
OF_A_PLACE = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]
RAISES = frozenset(
    [
        "resident",
        "owner",
        "building_head",
        "property",
        "owners_committee",
        "worker",
        "director",
        "party",
        "oversight",
    ]
)

pytestmark = pytest.mark.django_db


def test_the_table_is_the_second_table() -> None:
    assert {
        action: (frozenset(map(str, need.roles)), frozenset(map(str, need.states or ())))
        for action, need in NEEDS.items()
    } == ROWS


def test_every_action_has_its_page_or_its_own_form() -> None:
    elsewhere = {"edit", "submit", "resubmit", "call_hearing", "call_review"}

    assert set(ACTIONS) == set(NEEDS) - elsewhere
    assert set(SENDING) == {"submit", "resubmit"}
    assert set(STEP_ACTIONS) == set(STEP_NEEDS)


@pytest.mark.parametrize("role", [*OF_A_PLACE, Role.PROPOSER, Role.RESPONSIBLE])
def test_each_role_may_what_the_table_says_in_each_state(role: Role) -> None:
    here = factories.make_neighbourhood()
    user = visitor(role, here)
    topic = made_for(role, user, here)

    for state in State:
        topic.state = state
        found = {action for action in NEEDS if TOPICS.may(user, action, topic)}
        assert found == {name for name, (roles, states) in ROWS.items() if role in roles and state in states}
    assert allowed_by_the_door(user, topic) == {
        name for name, (roles, _states) in ROWS.items() if role in roles
    }


# action, whether the step is done, the roles that may
STEP_ROWS = [
    ("report", False, {"responsible"}),
    ("report", True, set()),
    ("move", False, {"worker", "director"}),
    ("move", True, set()),
]


@pytest.mark.parametrize("role", [*OF_A_PLACE, Role.PROPOSER, Role.RESPONSIBLE])
@pytest.mark.parametrize(("action", "done", "roles"), STEP_ROWS)
def test_who_may_do_what_to_a_step(action: str, done: bool, roles: set[str], role: Role) -> None:
    here = factories.make_neighbourhood()
    user = visitor(role, here)
    step = make_step(made_for(role, user, here), done=done)
    entitled = any(role in others for name, _done, others in STEP_ROWS if name == action)

    assert STEPS.may(user, action, step) is (role in roles)
    if role in roles:
        assert STEPS.take(user, step.pk, action) == step
        return
    with pytest.raises(NotPossible if entitled else PermissionDenied):
        STEPS.take(user, step.pk, action)


def test_the_steps_of_a_topic_are_seen_by_whoever_sees_it() -> None:
    proposer = factories.make_user()
    hidden = make_step(make_topic(state=State.DRAFT, proposer=factories.person_of(proposer)))

    with pytest.raises(Http404):
        STEPS.get(AnonymousUser(), hidden.pk)
    assert STEPS.get(proposer, hidden.pk) == hidden


@pytest.mark.parametrize("role", OF_A_PLACE)
def test_a_role_of_another_neighbourhood_counts_for_nothing(role: Role) -> None:
    user = factories.make_visitor(role, factories.make_neighbourhood())
    topic = make_topic()

    for state in State:
        topic.state = state
        assert [action for action in NEEDS if TOPICS.may(user, action, topic)] == []


@pytest.mark.parametrize("role", OF_A_PLACE)
def test_who_may_raise_topics(role: Role) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_visitor(role, here)
    raises = [
        "resident",
        "owner",
        "building_head",
        "property",
        "owners_committee",
        "worker",
        "director",
        "party",
        "oversight",
    ]

    assert PLACE.may(user, "propose", here) is (role in raises)
    assert PLACE.may(user, "propose", factories.make_neighbourhood()) is False


@pytest.mark.parametrize("role", OF_A_PLACE)
def test_everything_but_drafts_is_open_to_everybody(role: Role) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_visitor(role, here)
    shown = make_topic(here)
    hidden = [make_topic(here, state=State.DRAFT), make_topic(here, state=State.WITHDRAWN, submitted_at=None)]

    assert list(Topic.objects.visible_to(user)) == [shown]
    for topic in hidden:
        with pytest.raises(Http404):
            TOPICS.get(user, topic.pk)


def test_listed_is_what_the_door_opens() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_user(Role.RESIDENT, neighbourhood=here)
    for state in State:
        make_topic(here, state=state)
        make_topic(here, state=state, proposer=factories.person_of(user))
    for visitor in (user, AnonymousUser()):
        listed = set(Topic.objects.visible_to(visitor))
        assert listed == {topic for topic in Topic.objects.all() if opens(visitor, topic)}


def visitor(role: Role, here: Area) -> Visitor:
    """Who is responsible holds the post to which the topic was given; here an otherwise powerless one."""
    if role is Role.PROPOSER:
        return factories.make_user()
    return factories.make_visitor(Role.AUDITOR if role is Role.RESPONSIBLE else role, here)


def made_for(role: Role, user: Visitor, here: Area) -> Topic:
    """A topic to which the user has the role, where it is one towards a topic."""
    own = {"proposer": user.person} if role is Role.PROPOSER else {}  # type: ignore[union-attr]
    return make_topic(here, responsible_post="auditor" if role is Role.RESPONSIBLE else "", **own)


def allowed_by_the_door(user: Visitor, topic: Topic) -> set[str]:
    found = set()
    for action in NEEDS:
        try:
            TOPICS.get(user, topic.pk, action)
        except (PermissionDenied, Http404):
            continue
        found.add(action)
    return found


def opens(user: Visitor, topic: Topic) -> bool:
    try:
        TOPICS.get(user, topic.pk)
    except Http404:
        return False
    return True
