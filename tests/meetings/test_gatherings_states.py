"""Who may do what to a gathering in which state: the table written a second time, and any walk through it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.gatherings.actions import ACTIONS
from portal.meetings.gatherings.permissions import GATHERINGS, NEEDS
from portal.meetings.gatherings.services import calling, holding
from portal.meetings.models import Form, Gathering
from portal.meetings.states.gathering import NEXT, OVER, STATIONS, TRACK
from portal.meetings.states.gathering import GatheringState as G
from portal.record.services import key
from tests import factories
from tests.examples import examples
from tests.meetings import factories_gatherings as made
from tests.meetings.factories_gatherings import Round, gathering_at, make_round

pytestmark = pytest.mark.django_db

C = {"worker", "director"}
EARLY = {"planned", "announced", "no_quorum", "postponed"}
MAY: dict[str, tuple[set[str], set[str]]] = {
    "add_point": (C, EARLY),
    "add_finding": (C, EARLY),
    "drop_point": (C, EARLY),
    "invite": (C, EARLY),
    "uninvite": (C, EARLY),
    "announce": (C, {"planned", "no_quorum", "postponed"}),
    "take_attendance": (C, {"announced", "in_session"}),
    "sign_in": (C, {"announced", "in_session"}),
    "sign_out": (C, {"announced", "in_session"}),
    "begin": (C, {"announced"}),
    "too_few": (C, {"announced"}),
    "note_point": (C, {"in_session"}),
    "answer_finding": (C, {"in_session", "minutes_draft"}),
    "draft_minutes": (C, {"in_session", "minutes_draft"}),
    "decide": (C, {"in_session", "minutes_draft"}),
    "mark_minutes": ({"panel"}, {"minutes_draft"}),
    "mark_minutes_on_paper": (C, {"minutes_draft"}),
    "reply_to_corrections": (C, {"minutes_draft"}),
    "sign_minutes": (C, {"minutes_draft"}),
    "open_vote": (C, {"in_session"}),
    "note_proxy": (C, EARLY | {"in_session"}),
    "end_proxy": (C, EARLY | {"in_session"}),
    "publish": (C, {"minutes_signed"}),
    "postpone": (C, {"announced"}),
    "name_chair": (C, EARLY | {"in_session"}),
    "cancel": (C, EARLY),
    "reinstate": (C, {"cancelled"}),
}
FOLLOWS: dict[str, set[str]] = {
    "planned": {"announced", "cancelled"},
    "announced": {"in_session", "no_quorum", "postponed", "cancelled"},
    "no_quorum": {"announced", "cancelled"},
    "in_session": {"minutes_draft"},
    "minutes_draft": {"minutes_signed"},
    "minutes_signed": {"published"},
    "published": set(),
    "postponed": {"announced", "cancelled"},
    "cancelled": EARLY,
}
ROLES = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]


def test_the_second_table_says_the_same() -> None:
    assert {str(state): {str(to) for to in after} for state, after in NEXT.items()} == FOLLOWS
    assert list(MAY) == list(NEEDS) == list(ACTIONS)
    assert {
        name: (
            {str(role) for role in need.roles},
            {str(state) for state in need.states or ()},
        )
        for name, need in NEEDS.items()
    } == MAY


def test_the_track_has_every_state_once_but_the_cancelled_one() -> None:
    drawn = [state for _name, states in TRACK for state in states]

    assert sorted(drawn) == sorted(set(G) - {G.CANCELLED})
    assert [name for name, _states in TRACK] == list(STATIONS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(role: Role) -> None:
    world = gathering_at(G.PLANNED)
    user = factories.make_visitor(role, world.here)

    for state in G:
        world.gathering.state = state
        expected = [name for name, (who, states) in MAY.items() if state in states and role in who]
        assert GATHERINGS.allowed(user, world.gathering) == expected


def test_staff_of_another_neighbourhood_are_strangers() -> None:
    world, other = gathering_at(G.PLANNED), make_round()

    assert GATHERINGS.allowed(other.worker, world.gathering) == []


ACTS: dict[str, Callable[[Round], object]] = {
    "announce": lambda world: calling.announce(
        world.worker, world.pk, starts_at=clock.now() + timedelta(days=9), place="茶室"
    ),
    "all come": made.attend,
    "few come": lambda world: made.attend(world, 1, came=1),
    "begin": lambda world: holding.begin(world.worker, world.pk),
    "too few": lambda world: holding.too_few(world.worker, world.pk),
    "draft": made.draft,
    "sign": made.sign,
    "publish": lambda world: holding.publish(world.worker, world.pk),
    "postpone": lambda world: calling.postpone(world.worker, world.pk, reason="台风"),
    "cancel": lambda world: calling.cancel(world.worker, world.pk, reason="撤回"),
    "reinstate": lambda world: calling.reinstate(world.worker, world.pk, reason="照开"),
}
steps = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 10)), max_size=20)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps, st.sampled_from([Form.DELEGATES, Form.ASSEMBLY]))
def test_no_walk_leaves_the_life_cycle(walk: list[tuple[str, int]], form: Form) -> None:
    world = make_round(form)
    with clock.at(world.now):
        made.plan(world)
        calling.add_point(world.worker, world.pk, title="议题")
    was, now = G.PLANNED, world.now
    for act, days in walk:
        now += timedelta(days=days)
        with clock.at(now), suppress(NotPossible):
            ACTS[act](world)
        stands = world.fresh()
        assert stands.state == was or G(stands.state) in NEXT[was]
        if stands.state == G.IN_SESSION:
            assert holding.has_quorum(stands)
        was = G(stands.state)
    standing = (
        Duty.objects.active().about(key(world.gathering)).filter(person=None).exclude(kind="gathering.next")
    )
    assert standing.count() == (0 if was in OVER else 1)
    Gathering.objects.all().delete()
