"""Each form of gatherings and summonses is sent once as it should be, and once as it should not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.community.models import Post
from portal.kit import clock
from portal.meetings.gatherings import actions as gatherings
from portal.meetings.gatherings.services import findings, holding
from portal.meetings.hallvote.actions import hall_rows
from portal.meetings.minutes.actions import minutes_rows
from portal.meetings.models import Form, Gathering
from portal.meetings.states.gathering import GatheringState as G
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import actions as summonses
from tests.factories import make_user, person_of
from tests.meetings import factories_gatherings as made
from tests.meetings.factories_gatherings import Round, gathering_at
from tests.meetings.factories_summons import summons_at

pytestmark = pytest.mark.django_db

Sent = dict[str, Any]


def _day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days)}T14:00"


def _seat(world: Round) -> int:
    return world.gathering.participants.values_list("pk", flat=True)[0]


def _point(world: Round) -> int:
    return world.gathering.agenda_items.values_list("pk", flat=True)[0]


def _found(world: Round) -> None:
    world.gathering = Gathering.objects.get(pk=world.pk)
    findings.add_finding(world.worker, world.pk, place="北门", found="灯坏")


def _running(world: Round) -> None:
    _found(world)
    with clock.at(made.PLANNED_AT):
        made.announce(world)
    with clock.at(world.now):
        made.attend(world)
        holding.begin(world.worker, world.pk)


def _chair(world: Round) -> Sent:
    return {"chair": person_of(make_user(post=Post.WORKER, neighbourhood=world.here)).pk}


# Action: state, what is done before, what is sent, what is not accepted and how that is answered.
Row = tuple[G, Callable[[Round], object] | None, Callable[[Round], Sent], Sent | None, int]
OF_GATHERINGS: dict[str, Row] = {
    "add_point": (G.PLANNED, None, lambda _w: {"title": "议题", "minutes": "10"}, {"minutes": "0"}, 422),
    "add_finding": (G.PLANNED, None, lambda _w: {"place": "北门", "found": "灯坏"}, {"place": "北门"}, 422),
    "drop_point": (G.ANNOUNCED, None, lambda w: {"point": _point(w)}, {"point": "0"}, 422),
    "invite": (G.PLANNED, None, lambda _w: {"name": "周警官", "group": "派出所"}, {"group": "派出所"}, 422),
    "uninvite": (G.PLANNED, None, lambda w: {"who": _seat(w)}, {"who": "0"}, 422),
    "announce": (
        G.POSTPONED,
        None,
        lambda _w: {"starts_at": _day(9), "place": "茶室"},
        {"starts_at": "2026-11-16T21:00", "place": "茶室"},
        409,
    ),
    "take_attendance": (G.ANNOUNCED, None, lambda w: {"present": [_seat(w)]}, {"present": ["0"]}, 422),
    "begin": (G.ANNOUNCED, made.attend, lambda _w: {}, None, 0),
    "too_few": (G.ANNOUNCED, lambda w: made.attend(w, 0), lambda _w: {}, None, 0),
    "note_point": (
        G.IN_SESSION,
        None,
        lambda w: {"point": _point(w), "outcome": "已议定"},
        {"point": "0", "outcome": "已议定"},
        422,
    ),
    "answer_finding": (
        G.PLANNED,
        _running,
        lambda w: {
            "finding": w.gathering.findings.get().pk,
            "text": "换灯",
            "post": Post.PROPERTY,
            "due_on": str(clock.today() + timedelta(days=5)),
        },
        {"finding": "0", "text": "换灯"},
        422,
    ),
    "publish": (G.MINUTES_SIGNED, None, lambda _w: {}, None, 0),
    "postpone": (G.ANNOUNCED, None, lambda _w: {"reason": "台风"}, {"reason": ""}, 422),
    "name_chair": (G.ANNOUNCED, None, _chair, {"chair": "0"}, 422),
    "cancel": (G.ANNOUNCED, None, lambda _w: {"reason": "不开了"}, {"reason": ""}, 422),
    "reinstate": (G.CANCELLED, None, lambda _w: {"reason": "照开"}, {"reason": ""}, 422),
}


def test_no_form_of_a_gathering_is_left_out() -> None:
    elsewhere = {*minutes_rows(), *hall_rows(), "sign_in", "sign_out"}  # by tests of their own
    assert {*OF_GATHERINGS} == {*gatherings.ACTIONS} - elsewhere


@pytest.mark.parametrize("action", OF_GATHERINGS)
def test_each_form_of_a_gathering(client: Client, action: str) -> None:
    state, before, good, bad, answer = OF_GATHERINGS[action]
    world = gathering_at(state, Form.DELEGATES if action == "too_few" else Form.JOINT)
    with clock.at(world.now):
        if before is not None:
            before(world)
    with clock.at(world.now):
        client.force_login(world.worker)
        path = f"/gatherings/{world.pk}/{action.replace('_', '-')}/"
        if bad is not None:
            assert client.post(path, bad).status_code == answer
        assert client.get(path).status_code == 200
        assert client.post(path, good(world)).status_code == 302


LETTER = {"title": "积水", "matter": "积水", "tried": "疏通", "department": "区排水所", "place": "北门"}
OF_SUMMONSES: dict[str, tuple[S, str, Callable[[], Sent], Sent | None, int]] = {
    "rewrite": (S.DRAFTED, "worker", lambda: {**LETTER, "wanted_at": _day(3)}, LETTER, 422),
    "add_department": (
        S.DRAFTED,
        "worker",
        lambda: {"department": "城管中队"},
        {"department": "区排水所"},
        409,
    ),
    "send": (S.DRAFTED, "worker", dict, None, 0),
    "new_link": (S.SENT, "worker", lambda: {"email": "a@example.org"}, {"email": "a"}, 422),
    "revoke_link": (S.SENT, "worker", dict, None, 0),
    "note_answer": (S.SENT, "worker", lambda: {"answer": "accept"}, {"answer": "refuse"}, 422),
    "agree": (S.RESCHEDULED, "worker", dict, None, 0),
    "ask_again": (
        S.RESCHEDULED,
        "worker",
        lambda: {"wanted_at": _day(2), "reason": "当天没人"},
        {"wanted_at": "2026-01-01T10:00", "reason": "当天没人"},
        422,
    ),
    "came": (S.ACCEPTED, "worker", lambda: {"who": "吴工\n小顾"}, {"who": "吴" * 61}, 422),
    "stayed_away": (S.ACCEPTED, "worker", dict, None, 0),
    "decide": (
        S.HELD,
        "worker",
        lambda: {"text": "换管子", "due_on": str(clock.today() + timedelta(days=5))},
        {"text": "换管子", "due_on": "2020-01-01"},
        422,
    ),
    "note_report": (S.UNDERTAKEN, "worker", lambda: {"report": "换好了"}, {"report": ""}, 422),
    "solved": (S.REPORTED, "worker", lambda: {"conclusion": "好了"}, {"conclusion": ""}, 422),
    "unsolved": (S.REPORTED, "worker", lambda: {"conclusion": "没好"}, {"conclusion": ""}, 422),
    "call_in": (
        S.REFUSED,
        "officer",
        lambda: {"wanted_at": _day(2), "reason": "职责明确"},
        {"wanted_at": "2027-01-20T10:00", "reason": "职责明确"},
        409,
    ),
    "settle": (S.UNANSWERED, "officer", lambda: {"settlement": "明年大修"}, {"settlement": ""}, 422),
    "judge": (S.SOLVED, "resident", lambda: {"judgement": "satisfied"}, {"judgement": "super"}, 422),
    "cancel": (S.SENT, "worker", lambda: {"reason": "已解决"}, {"reason": ""}, 422),
}


def test_no_form_of_a_summons_is_left_out() -> None:
    assert list(OF_SUMMONSES) == list(summonses.ACTIONS)


@pytest.mark.parametrize("action", OF_SUMMONSES)
def test_each_form_of_a_summons(client: Client, action: str) -> None:
    state, who, good, bad, answer = OF_SUMMONSES[action]
    call = summons_at(state)
    with clock.at(call.now):
        client.force_login(getattr(call, who))
        path = f"/summons/{call.pk}/{action.replace('_', '-')}/"
        if bad is not None:
            assert client.post(path, bad).status_code == answer
        assert client.get(path).status_code == 200
        assert client.post(path, good()).status_code == 302
        assert client.get(call.fresh().get_absolute_url()).status_code == 200
