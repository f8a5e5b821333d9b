"""Who may do what to a hearing in which state: the table written a second time, services held to it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from portal.community.models import Post, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.hallvote import services as hallvote
from portal.meetings.lots.services import open_draw
from portal.meetings.minutes import deciding
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Mark, Verdict
from portal.meetings.permissions import HEARINGS, NEEDS
from portal.meetings.services import chairing, hearings, opinions, registrations, reinstating, seats, sessions
from portal.meetings.states import hearing as states
from portal.meetings.states.hearing import OVER, STATIONS, TRACK
from portal.meetings.states.hearing import HearingState as H
from portal.record.models import Entry
from tests import factories
from tests.meetings.factories import HELD_AT, invitation, make_hearing

pytestmark = pytest.mark.django_db

C = {"worker", "director"}
N = {"resident", "owner"}
SEATED = {"panel_set", "announced", "registration", "confirmed", "adjourned", "postponed"}

# action: who, and in which states. Written from the brief of the field (domain 13.2), not from the code.
MAY: dict[str, tuple[set[str], set[str]]] = {
    "set_panel": (C, {"planned"}),
    "open_draw": (C, {"planned"}),
    "replace_delegate": (
        C,
        {"panel_set", "announced", "registration", "confirmed", "adjourned", "postponed"},
    ),
    "name_chair": (
        C,
        {
            "planned",
            "panel_set",
            "announced",
            "registration",
            "confirmed",
            "adjourned",
            "postponed",
            "in_session",
        },
    ),
    "announce": (C, {"panel_set", "postponed"}),
    "open_registration": (C, {"announced"}),
    "register": (N, {"registration"}),
    "register_for": (C, {"registration"}),
    "unregister": (N, {"announced", "registration", "confirmed", "postponed"}),
    "confirm_list": (C, {"registration"}),
    "begin": (C, {"confirmed", "adjourned"}),
    "take_attendance": (C, {"confirmed", "in_session", "adjourned"}),
    "adjourn": (C, {"in_session"}),
    "reschedule": (C, {"adjourned"}),
    "draft_minutes": (C, {"in_session", "minutes_draft"}),
    "decide": (C, {"in_session", "minutes_draft"}),
    "mark_minutes": ({"panel"}, {"minutes_draft"}),
    "mark_minutes_on_paper": (C, {"minutes_draft"}),
    "reply_to_corrections": (C, {"minutes_draft"}),
    "sign_minutes": (C, {"minutes_draft"}),
    "open_vote": (C, {"in_session"}),
    "note_proxy": (C, SEATED | {"in_session"}),
    "end_proxy": (C, SEATED | {"in_session"}),
    "issue_opinion": (C, {"minutes_signed"}),
    "send_opinion": (C, {"opinion_issued"}),
    "answer": ({"responsible"}, {"answer_due"}),
    "publish": (C, {"answered"}),
    "postpone": (C, {"announced", "registration", "confirmed"}),
    "cancel": (
        C,
        {"planned", "panel_set", "announced", "registration", "confirmed", "adjourned", "postponed"},
    ),
    "reinstate": (C, {"cancelled"}),
}
NEXT: dict[str, set[str]] = {
    "planned": {"panel_set", "cancelled"},
    "panel_set": {"announced", "cancelled"},
    "announced": {"registration", "postponed", "cancelled"},
    "registration": {"confirmed", "postponed", "cancelled"},
    "confirmed": {"in_session", "postponed", "cancelled"},
    "in_session": {"adjourned", "minutes_draft"},
    "adjourned": {"in_session", "cancelled"},
    "minutes_draft": {"minutes_signed"},
    "minutes_signed": {"opinion_issued"},
    "opinion_issued": {"answer_due"},
    "answer_due": {"answered"},
    "answered": {"published"},
    "postponed": {"announced", "cancelled"},
    "published": set(),
    # Called off by mistake, it goes on where it stood.
    "cancelled": {"planned", "panel_set", "announced", "registration", "confirmed", "adjourned", "postponed"},
}
ROLES = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]
DO: dict[str, Callable[[User, int], Any]] = {
    "set_panel": lambda user, pk: hearings.set_panel(user, pk, members=[], groups=[]),
    "open_draw": lambda user, pk: open_draw(user, pk, size=0, closes_at=HELD_AT, quotas=[]),
    "replace_delegate": lambda user, pk: seats.replace_delegate(
        user, pk, seat=0, person=factories.make_person()
    ),
    "name_chair": lambda user, pk: chairing.name_chair(user, pk, chair=factories.make_person()),
    "announce": lambda user, pk: hearings.announce(user, pk, invitation()),
    "open_registration": hearings.open_registration,
    "register": registrations.register,
    "register_for": lambda user, pk: registrations.register_for(user, pk, person_pk=0, channel="phone"),
    "unregister": registrations.unregister,
    "confirm_list": hearings.confirm_list,
    "begin": sessions.begin,
    "take_attendance": lambda user, pk: sessions.take_attendance(user, pk, present=[]),
    "adjourn": lambda user, pk: sessions.adjourn(user, pk, reason="…", resumes_at=HELD_AT),
    "reschedule": lambda user, pk: sessions.reschedule(user, pk, reason="…", resumes_at=HELD_AT),
    "draft_minutes": lambda user, pk: minutes.draft_minutes(user, pk, text="…", views={}),
    "decide": lambda user, pk: deciding.decide(user, pk, text="…", due_on=clock.today(), post=Post.WORKER),
    "mark_minutes": lambda user, pk: minutes.mark_minutes(user, pk, mark=Mark.SIGNED),
    "mark_minutes_on_paper": lambda user, pk: minutes.mark_on_paper(user, pk, marks={}),
    "reply_to_corrections": lambda user, pk: minutes.reply_to_corrections(user, pk, replies={}),
    "sign_minutes": minutes.sign_minutes,
    "open_vote": lambda user, pk: hallvote.open_vote(user, pk, title="…"),
    "note_proxy": lambda user, pk: hallvote.note_proxy(user, pk, principal=0, holder=0),
    "end_proxy": lambda user, pk: hallvote.end_proxy(user, pk, proxy=0),
    "issue_opinion": lambda user, pk: opinions.issue_opinion(user, pk, text="…", items=[]),
    "send_opinion": opinions.send_opinion,
    "answer": lambda user, pk: opinions.answer(user, pk, answers={1: (Verdict.ADOPTED, "")}),
    "publish": opinions.publish,
    "postpone": lambda user, pk: hearings.postpone(user, pk, reason="…"),
    "cancel": lambda user, pk: hearings.cancel(user, pk, reason="…"),
    "reinstate": lambda user, pk: reinstating.reinstate(user, pk, reason="…"),
}


def test_the_life_cycle_is_the_field_s() -> None:
    assert {state.value: {to.value for to in following} for state, following in states.NEXT.items()} == NEXT


def test_every_state_can_be_reached_and_left() -> None:
    reached, frontier = {H.PLANNED}, {H.PLANNED}
    while frontier:
        frontier = {to for state in frontier for to in states.NEXT[state]} - reached
        reached |= frontier

    assert reached == set(H)
    assert {state for state, following in states.NEXT.items() if not following} == OVER - {H.CANCELLED}


def test_the_track_has_every_state_once_but_the_cancelled_one() -> None:
    drawn = [state for _name, states in TRACK for state in states]

    assert sorted(drawn) == sorted(set(H) - {H.CANCELLED})
    assert [name for name, _states in TRACK] == list(STATIONS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(role: Role) -> None:
    here = factories.make_neighbourhood()
    user = factories.make_visitor(role, here)
    hearing = make_hearing(here=here, decision_maker=Post.OVERSIGHT)

    for state in H:
        hearing.state = state
        expected = [
            action
            for action, (who, states) in MAY.items()
            if state in states and (role in who or ("responsible" in who and role is Role.OVERSIGHT))
        ]
        assert HEARINGS.allowed(user, hearing) == expected


def test_a_delegate_marks_the_minutes_and_the_decision_maker_answers() -> None:
    here = factories.make_neighbourhood()
    delegate = factories.make_user()
    official = factories.make_user(post=Post.PROPERTY, neighbourhood=here)
    hearing = make_hearing(here=here, decision_maker=Post.PROPERTY)
    hearing.participants.create(person=delegate.person, group="业主")
    own = {(delegate, "mark_minutes", "minutes_draft"), (official, "answer", "answer_due")}

    for user, action, state in product([delegate, official], MAY, H):
        hearing.state = state
        assert HEARINGS.may(user, action, hearing) == ((user, action, state.value) in own)


@pytest.mark.parametrize("action", list(MAY))
def test_services_refuse_in_any_other_state_and_change_nothing(action: str) -> None:
    here = factories.make_neighbourhood()
    hearing = make_hearing(here=here)
    user = _somebody_who_may(action, hearing)
    before = Entry.objects.count()

    for state in set(H) - {H(state) for state in MAY[action][1]}:
        type(hearing).objects.filter(pk=hearing.pk).update(state=state)
        with pytest.raises(NotPossible) as refusal:
            DO[action](user, hearing.pk)
        assert str(state.label) in str(refusal.value)
        hearing.refresh_from_db()
        assert hearing.state == state

    assert Entry.objects.count() == before


@pytest.mark.parametrize("action", list(MAY))
def test_services_shut_out_every_other_role(action: str) -> None:
    here = factories.make_neighbourhood()
    state = sorted(MAY[action][1])[0]
    hearing = make_hearing(H(state), here=here, decision_maker=Post.OVERSIGHT)
    roles = {Role.OVERSIGHT} if action == "answer" else {Role(role) for role in MAY[action][0]}

    for role in set(ROLES) - roles:
        with pytest.raises(PermissionDenied):
            DO[action](factories.make_visitor(role, here), hearing.pk)  # type: ignore[arg-type]


def test_staff_of_another_neighbourhood_are_strangers() -> None:
    stranger = factories.make_user(post=Post.DIRECTOR, neighbourhood=factories.make_neighbourhood())
    hearing = make_hearing()

    for state in H:
        hearing.state = state
        assert HEARINGS.allowed(stranger, hearing) == []


def test_the_second_table_has_every_action() -> None:
    assert list(MAY) == list(NEEDS)
    assert list(MAY) == list(DO)


def _somebody_who_may(action: str, hearing: Any) -> User:
    if action == "mark_minutes":
        user = factories.make_user()
        hearing.participants.create(person=user.person, group="业主")
        return user
    role = Role.DIRECTOR if action == "answer" else Role(sorted(MAY[action][0])[0])
    return factories.make_user(role, neighbourhood=hearing.neighbourhood)
