"""The table of a coordination meeting a second time, by hand (domain 13.3): what follows what, who may do what."""

from __future__ import annotations

import random

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination.actions import ACTIONS
from portal.meetings.coordination.permissions import NEEDS
from portal.meetings.states.coordination import COURSE, OVER, OWED, STATIONS, TRACK
from portal.meetings.states.coordination import NEXT as CODED
from portal.meetings.states.coordination import CoordinationState as C
from tests import factories
from tests.meetings import coordination_factories as do
from tests.meetings.coordination_factories import HOUR, STRAIGHT, WEEK, case_at, make_case, stop

NEXT: dict[str, set[str]] = {
    "applied": {"accepted", "declined", "stopped"},
    "accepted": {"consented", "refused", "stopped"},
    "declined": set(),
    "consented": {"notified", "stopped"},
    "refused": set(),
    "notified": {"in_session", "stopped"},
    "in_session": {"minutes_draft", "notified", "stopped"},
    "minutes_draft": {"minutes_signed", "stopped"},
    "minutes_signed": {"agreed", "not_agreed", "stopped"},
    "agreed": {"agreement_signed", "not_agreed", "stopped"},
    "not_agreed": {"referred"},
    "agreement_signed": {"performing"},
    "performing": {"performed", "breached"},
    "performed": set(),
    "breached": {"performing", "referred"},
    "referred": set(),
    "stopped": set(),
}
W, P = {"responsible"}, {"panel"}
EARLY = {"applied", "accepted", "consented", "notified"}
LIVE = EARLY | {"in_session", "minutes_draft", "minutes_signed", "agreed"}
MAY: dict[str, tuple[set[str], set[str]]] = {
    "accept": (W, {"applied"}),
    "decline": (W, {"applied"}),
    "add_party": (W, {"applied", "accepted"}),
    "tell_rights": (W, {"accepted"}),
    "answer": (P, {"accepted"}),
    "answer_on_paper": (W, {"accepted"}),
    "notify": (W, {"consented"}),
    "reschedule": (W, {"notified"}),
    "begin": (W, {"notified"}),
    "adjourn": (W, {"in_session"}),
    "draft_minutes": (W, {"in_session", "minutes_draft"}),
    "mark_minutes": (P, {"minutes_draft"}),
    "mark_minutes_on_paper": (W, {"minutes_draft"}),
    "reply_to_corrections": (W, {"minutes_draft"}),
    "sign_minutes": (W, {"minutes_draft"}),
    "agree": (W, {"minutes_signed", "agreed"}),
    "not_agree": (W, {"minutes_signed", "agreed"}),
    "sign": (P, {"agreed"}),
    "sign_on_paper": (W, {"agreed"}),
    "seal": (W, {"agreed"}),
    "refer": (W, {"not_agreed", "breached"}),
    "perform": (W, {"agreement_signed", "breached"}),
    "note_receipt": (W, {"performing"}),
    "finish": (W, {"performing"}),
    "breach": (W, {"performing"}),
    "note_visit": (W, {"performing", "performed", "referred"}),
    "close_file": (W, {"performed", "referred", "stopped", "refused", "declined"}),
    "name_agent": (W, EARLY),
    "see_identity": (W, {"accepted", "consented", "notified", "in_session", "agreed"}),
    "hand_in": (P, EARLY | {"in_session"}),
    "hand_in_for": (W, EARLY | {"in_session"}),
    "take_back": (P, EARLY),
    "remove_evidence": (W, set(NEXT)),
    "note_inquiry": (W, (EARLY | {"in_session"}) - {"applied"}),
    "read_back": (
        W,
        (LIVE | {"not_agreed", "agreement_signed", "performing", "breached"}) - {"applied"},
    ),
    "name_mediator": (W, LIVE),
    "note_stays": (W, LIVE | {"not_agreed", "agreement_signed", "performing", "breached"}),
    "hand_over": (W, set(NEXT)),
    "stop": (P, LIVE),
    "stop_for": (W, LIVE),
}


def test_the_states_follow_each_other_as_the_domain_says() -> None:
    assert {state.value: {to.value for to in after} for state, after in CODED.items()} == NEXT
    assert {state.value for state in OVER} == {state for state, after in NEXT.items() if not after}
    assert {state for _name, states in TRACK for state in states} | {C.STOPPED} == set(C)
    assert [name for name, _states in TRACK] == list(STATIONS)
    assert not set(OWED) & OVER
    assert set(COURSE.ahead) == {C(state) for state in EARLY}


def test_each_action_needs_what_the_second_table_says() -> None:
    coded = {
        name: ({role.value for role in need.roles}, {state.value for state in need.states or C})
        for name, need in NEEDS.items()
    }
    assert coded == MAY
    assert set(ACTIONS) == set(MAY)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_ends_and_refuses_what_the_table_refuses(seed: int) -> None:
    """Any order of presses: each is done or refused in words, and the state is always one that may follow."""
    case, pick = make_case(), random.Random(seed)
    with clock.at(case.now):
        do.apply(case)
    presses = [step for _state, step, _wait in STRAIGHT[1:]]
    presses += [do.refuse, do.not_agree, do.breach, do.refer, stop]
    state = case.fresh().state
    for _ in range(40):
        press = pick.choice(presses[:10] * 3 + presses)
        case.now += pick.choice([HOUR, WEEK])
        with clock.at(case.now):
            try:
                press(case)
            except (NotPossible, Http404, IndexError, KeyError):
                continue
            reached = case.fresh().state
            between = {reached} | NEXT[state] | {later for to in NEXT[state] for later in NEXT[to]}
            assert reached in between
            state = reached


@pytest.mark.django_db
@pytest.mark.parametrize("state", [C.APPLIED, C.ACCEPTED, C.NOTIFIED, C.AGREED, C.PERFORMED])
def test_nobody_who_is_not_concerned_can_press_anything(state: C) -> None:
    case = case_at(state)
    stranger = factories.make_resident(within=case.here)
    for user in (stranger, case.colleague, case.director):
        for name, row in ACTIONS.items():
            if row.form.__name__ == "ActionForm":
                with pytest.raises((Http404, PermissionDenied)):
                    row.run(user, case.pk)
                assert name
