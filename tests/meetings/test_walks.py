"""Random walks: whatever is tried in whatever order, the hearing stays lawful, and on record."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import rules
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Mark
from portal.meetings.services import hearings, opinions, registrations, sessions
from portal.meetings.states.hearing import NEXT, OVER
from portal.meetings.states.hearing import HearingState as H
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.examples import examples
from tests.meetings.factories import (
    Scene,
    announce,
    answer,
    attend,
    draft,
    issue,
    make_scene,
    mark_all,
    plan,
    set_panel,
)

pytestmark = pytest.mark.django_db

Act = Callable[[Scene, User], object]
ACTS: dict[str, Act] = {
    "set_panel": lambda scene, user: set_panel(scene),
    "announce": lambda scene, user: announce(scene, starts_at=clock.now() + timedelta(days=9), seats=2),
    "open": lambda scene, user: hearings.open_registration(scene.worker, scene.pk),
    "register": lambda scene, user: registrations.register(user, scene.pk),
    "unregister": lambda scene, user: registrations.unregister(user, scene.pk),
    "confirm": lambda scene, user: hearings.confirm_list(scene.worker, scene.pk),
    "attend": lambda scene, user: attend(scene),
    "attend in part": lambda scene, user: attend(scene, 2),
    "nobody attends": lambda scene, user: attend(scene, 0),
    "begin": lambda scene, user: sessions.begin(scene.worker, scene.pk),
    "adjourn": lambda scene, user: sessions.adjourn(
        scene.worker, scene.pk, reason="试行", resumes_at=clock.now() + timedelta(days=5)
    ),
    "draft": lambda scene, user: draft(scene),
    "mark": lambda scene, user: minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.SIGNED),
    "mark all": lambda scene, user: mark_all(scene),
    "sign": lambda scene, user: minutes.sign_minutes(scene.worker, scene.pk),
    "issue": lambda scene, user: issue(scene),
    "send": lambda scene, user: opinions.send_opinion(scene.worker, scene.pk),
    "answer": lambda scene, user: answer(scene),
    "publish": lambda scene, user: opinions.publish(scene.worker, scene.pk),
    "postpone": lambda scene, user: hearings.postpone(scene.worker, scene.pk, reason="台风"),
    "cancel": lambda scene, user: hearings.cancel(scene.worker, scene.pk, reason="撤回"),
}
# What leads on from each state.
ONWARD: dict[H, list[str]] = {
    H.PLANNED: ["set_panel"],
    H.PANEL_SET: ["announce"],
    H.ANNOUNCED: ["open"],
    H.REGISTRATION: ["register", "confirm"],
    H.CONFIRMED: ["attend", "begin"],
    H.IN_SESSION: ["draft"],
    H.ADJOURNED: ["attend", "begin"],
    H.MINUTES_DRAFT: ["mark all", "sign"],
    H.MINUTES_SIGNED: ["issue"],
    H.OPINION_ISSUED: ["send"],
    H.ANSWER_DUE: ["answer"],
    H.ANSWERED: ["publish"],
    H.POSTPONED: ["announce"],
}
# Mostly a step onwards, so that walks get far; otherwise anything; and days go by.
steps = st.lists(
    st.tuples(st.one_of(st.just(""), st.sampled_from(sorted(ACTS))), st.integers(0, 10), st.integers(0, 2)),
    max_size=40,
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_no_walk_leaves_the_life_cycle(walk: list[tuple[str, int, int]]) -> None:
    scene = make_scene()
    observers = [factories.make_resident(within=scene.here) for _ in range(3)]
    with clock.at(scene.now):
        plan(scene)
    seen = [H.PLANNED]

    for wish, days, who in walk:
        scene.now += timedelta(days=days)
        for step in [wish] if wish else ONWARD.get(seen[-1], []):
            with clock.at(scene.now), suppress(NotPossible, PermissionDenied):
                ACTS[step](scene, observers[who])
            _note(scene, seen)
            _lawful(scene)

    recorded = Entry.objects.filter(subject=key(scene.hearing)).order_by("sequence")
    states = {f"hearing.{state.value}": state for state in H}
    assert [states[entry.action] for entry in recorded if entry.action in states] == seen


def _note(scene: Scene, seen: list[H]) -> None:
    now = H(scene.fresh().state)
    if now is not seen[-1]:
        assert now in NEXT[seen[-1]]
        seen.append(now)


def _lawful(scene: Scene) -> None:
    hearing = scene.fresh()
    panel = list(hearing.participants.all())
    seats = list(hearing.registrations.values_list("seat", flat=True))
    committee = Duty.objects.active().about(key(hearing)).filter(person=None)

    assert committee.count() == (hearing.state not in OVER)
    assert len(set(seats)) == len(seats)
    assert all(1 <= seat <= hearing.seats for seat in seats)
    assert all(member.attended_at for member in panel if member.mark)
    if hearing.state == H.IN_SESSION:
        came = sum(hearing.round in member.rounds for member in panel)
        assert rules.has_quorum(came, len(panel), hearing.quorum)
        assert hearing.notice is not None
        assert hearing.notice.ends_at <= scene.now
    if hearing.state in {H.ANSWERED, H.PUBLISHED}:
        assert all(item.verdict == "adopted" or item.answer for item in hearing.items.all())


def test_the_straight_walk_reaches_the_end() -> None:
    scene = make_scene()
    with clock.at(scene.now):
        plan(scene)

    for _ in range(12):
        scene.now += timedelta(days=9 if scene.fresh().state == H.CONFIRMED else 0)
        for step in ONWARD.get(H(scene.fresh().state), []):
            with clock.at(scene.now):
                ACTS[step](scene, factories.make_resident(within=scene.here))

    assert scene.fresh().state == H.PUBLISHED
