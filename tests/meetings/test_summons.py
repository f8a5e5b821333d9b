"""Summons of departments: the table a second time, its link, its clocks, its figures, and what does not go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import Http404
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import kinds
from portal.meetings.models import DepartmentLink, Summons
from portal.meetings.states.decision import DecisionState
from portal.meetings.states.summons import LINKED, NEXT, STATIONS, TRACK
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import figures, links
from portal.meetings.summons.actions import ACTIONS
from portal.meetings.summons.permissions import NEEDS, SUMMONS
from portal.meetings.summons.services import answering, calling, chasing, writing
from tests import factories
from tests.examples import examples
from tests.meetings.factories_summons import (
    WANTED_AT,
    WRITTEN_AT,
    Call,
    letter,
    make_call,
    owed,
    summons_at,
    write,
)

pytestmark = pytest.mark.django_db

C, OFFICER = {"worker", "director"}, {"officer"}
WITH_LINK = {
    "sent",
    "unanswered",
    "rescheduled",
    "refused",
    "accepted",
    "absent",
    "held",
    "undertaken",
    "reported",
}
UP = {"refused", "unanswered", "unsolved"}
FOLLOWS: dict[str, set[str]] = {
    "drafted": {"sent", "cancelled"},
    "sent": {"accepted", "rescheduled", "refused", "unanswered", "cancelled"},
    "rescheduled": {"accepted", "sent", "cancelled"},
    "accepted": {"held", "absent", "cancelled"},
    "refused": {"sent", "unsolved"},
    "unanswered": {"accepted", "rescheduled", "refused", "sent", "unsolved"},
    "absent": {"sent", "unsolved"},
    "held": {"undertaken", "solved", "unsolved"},
    "undertaken": {"reported"},
    "reported": {"solved", "unsolved"},
    "solved": {"rated"},
    "unsolved": {"sent", "rated"},
    "rated": set(),
    "cancelled": set(),
}
MAY: dict[str, tuple[set[str], set[str]]] = {
    "rewrite": (C, {"drafted"}),
    "add_department": (C, {*FOLLOWS} - {"solved", "rated", "cancelled"}),
    "send": (C, {"drafted"}),
    "new_link": (C, WITH_LINK),
    "revoke_link": (C, WITH_LINK),
    "note_answer": (C, {"sent", "unanswered"}),
    "agree": (C, {"rescheduled"}),
    "ask_again": (C, {"rescheduled", "absent"}),
    "came": (C, {"accepted"}),
    "stayed_away": (C, {"accepted"}),
    "decide": (C, {"held", "undertaken"}),
    "note_report": (C, {"undertaken"}),
    "solved": (C, {"held", "reported"}),
    "unsolved": (C, {"held", "absent", "reported"}),
    "call_in": (OFFICER, UP),
    "settle": (OFFICER, UP),
    "judge": ({"resident", "owner"}, {"solved", "unsolved"}),
    "cancel": (C, {"drafted", "sent", "rescheduled", "accepted"}),
}
ROLES = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]


def test_the_second_table_says_the_same() -> None:
    assert {str(state): {str(to) for to in after} for state, after in NEXT.items()} == FOLLOWS
    assert list(MAY) == list(NEEDS) == list(ACTIONS)
    assert {str(state) for state in LINKED} == WITH_LINK


def test_the_track_has_every_state_once_but_the_withdrawn_one() -> None:
    drawn = [state for _name, states in TRACK for state in states]

    assert sorted(drawn) == sorted(set(S) - {S.CANCELLED})
    assert [name for name, _states in TRACK] == list(STATIONS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(role: Role) -> None:
    call = summons_at(S.SENT)
    user = factories.make_visitor(role, call.here)

    for state in S:
        call.summons.state = state
        expected = [name for name, (who, states) in MAY.items() if state in states and role in who]
        assert SUMMONS.allowed(user, call.summons) == expected


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (S.DRAFTED, [("summons.send", "worker")]),
        (S.SENT, [("summons.answer", "worker")]),
        (S.RESCHEDULED, [("summons.agree", "worker")]),
        (S.ACCEPTED, [("summons.hold", "worker")]),
        (S.REFUSED, [("summons.settle", "officer")]),
        (S.UNANSWERED, [("summons.settle", "officer")]),
        (S.ABSENT, [("summons.again", "worker")]),
        (S.HELD, [("summons.undertake", "worker")]),
        (S.UNDERTAKEN, [("summons.report", "worker")]),
        (S.REPORTED, [("summons.conclude", "worker")]),
        (S.SOLVED, []),
        (S.UNSOLVED, [("summons.settle", "officer")]),
        (S.RATED, []),
        (S.CANCELLED, []),
    ],
)
def test_somebody_owes_the_next_step_and_every_page_opens(
    client: Client, state: S, standing: list[tuple[str, str]]
) -> None:
    call = summons_at(state)

    assert owed(call) == standing
    with clock.at(call.now):
        for user in (None, call.resident, call.officer, call.worker):
            if user is not None:
                client.force_login(user)
            known = state is not S.DRAFTED or user == call.worker
            page = client.get(call.summons.get_absolute_url())
            assert page.status_code == (200 if known else 404)
            assert ("021-5550" in page.content.decode()) == (user == call.worker)
            assert ("/summons/link/" in page.content.decode()) == (user == call.worker and state in LINKED)
        asked = [client.get(f"/summons/{call.pk}/{name.replace('_', '-')}/").status_code for name in ACTIONS]
    assert set(asked) <= {200, 403, 409}
    assert (200 in asked) == any(state in states and who == C for who, states in MAY.values())


def test_a_draft_is_in_nobody_else_s_list() -> None:
    call = summons_at(S.DRAFTED)

    assert not kinds.visible_to(call.resident).filter(pk=call.pk).exists()
    assert kinds.visible_to(call.worker).filter(pk=call.pk).exists()


@pytest.mark.parametrize("days", [-1, 12])
def test_it_is_not_sent_for_a_day_that_is_past_or_too_far(days: int) -> None:
    call = make_call()
    with clock.at(WRITTEN_AT):
        wanted = letter(wanted_at=WRITTEN_AT + timedelta(days=days))
        call.summons = writing.write(call.worker, call.here.slug, wanted)
        with pytest.raises(NotPossible):
            writing.send(call.worker, call.pk)
        writing.rewrite(call.worker, call.pk, letter())
        writing.send(call.worker, call.pk)

    assert call.fresh().wanted_at == WANTED_AT


def test_the_database_does_not_tell_the_link() -> None:
    call = summons_at(S.SENT)
    row = DepartmentLink.objects.values().get()

    assert len(call.token) == 48
    assert call.token not in str(row)
    assert links.found(call.token) is not None
    assert links.found(call.token[:-1] + ("0" if call.token[-1] != "0" else "1")) is None


def test_a_new_link_ends_the_one_before() -> None:
    call = summons_at(S.SENT)
    former = call.token
    with clock.at(call.now):
        calling.new_link(call.worker, call.pk)
        assert call.token != former
        with pytest.raises(NotPossible):
            answering.answer_by_link(former, answer="accept")
        answering.answer_by_link(call.token, answer="accept")
        calling.revoke_link(call.worker, call.pk)
        with pytest.raises(NotPossible):
            calling.revoke_link(call.worker, call.pk)

    assert call.fresh().state == S.ACCEPTED


def test_a_link_runs_out_and_a_stranger_has_none() -> None:
    call = summons_at(S.SENT)
    with clock.at(WRITTEN_AT + timedelta(days=61)), pytest.raises(NotPossible):
        answering.answer_by_link(call.token, answer="refuse", words="太晚")
    with pytest.raises(Http404):
        answering.answer_by_link("0" * 48, answer="accept")


def test_a_department_answers_and_reports_in_a_browser_without_an_account(client: Client) -> None:
    cache.clear()
    call = summons_at(S.SENT)
    with clock.at(call.now):
        entered = client.get(f"/summons/link/{call.token}/")
        assert (entered.status_code, entered["Location"]) == (302, "/summons/answer/")
        page = client.get("/summons/answer/")
        assert page.status_code == 200
        assert call.token not in page.content.decode()
        assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
        assert client.post("/summons/answer/", {"answer": "refuse"}).status_code == 422
        assert client.post("/summons/answer/", {"answer": "propose", "words": "忙"}).status_code == 422
        assert client.post("/summons/answer/", {"answer": "accept"}).status_code == 302
        # A second sending finds that it was answered.
        assert client.post("/summons/answer/", {"answer": "refuse", "words": "…"}).status_code == 302
    assert call.fresh().state == S.ACCEPTED
    assert call.summons.links.get().opened_at is not None
    with clock.at(WANTED_AT):
        calling.came(call.worker, call.pk, who=["吴工"])
        calling.undertake(call.worker, call.pk, text="换管子", due_on=clock.today())
        promise = call.summons.decisions.get()
        sent = {"report": "换好了", "done": [promise.pk + 1]}
        assert client.post("/summons/answer/", sent).status_code == 422
        sent["done"] = [promise.pk]
        assert client.post("/summons/answer/", sent).status_code == 302
        promise.refresh_from_db()
        assert promise.state == DecisionState.DONE
        calling.solved(call.worker, call.pk, conclusion="好了")
        over = client.get("/summons/answer/")
        assert over.status_code == 410


def test_a_link_that_is_nobody_s_or_withdrawn_says_so(client: Client) -> None:
    cache.clear()
    call = summons_at(S.SENT)
    with clock.at(call.now):
        assert client.get("/summons/answer/").status_code == 404
        assert client.get(f"/summons/link/{'0' * 48}/").status_code == 404
        client.get(f"/summons/link/{call.token}/")
        calling.revoke_link(call.worker, call.pk)
        assert client.get("/summons/answer/").status_code == 410
        assert client.post("/summons/answer/", {"answer": "accept"}).status_code == 410


def test_forged_and_too_many_answers_are_refused() -> None:
    cache.clear()
    call = summons_at(S.SENT)
    strict = Client(enforce_csrf_checks=True)
    with clock.at(call.now):
        strict.get(f"/summons/link/{call.token}/")
        assert strict.post("/summons/answer/", {"answer": "accept"}).status_code in {302, 403}
        assert call.fresh().state == S.SENT
        busy = Client()
        answers = {busy.get(f"/summons/link/{'1' * 48}/").status_code for _ in range(61)}
    assert answers == {404, 429}


def test_never_answered_it_is_reminded_once_and_then_goes_to_the_subdistrict() -> None:
    call = summons_at(S.SENT)
    with clock.at(WRITTEN_AT + timedelta(days=1)):
        chasing.chase(call.pk)
    assert call.fresh().reminded_at is None
    with clock.at(WRITTEN_AT + timedelta(days=3)):
        chasing.chase(call.pk)
        chasing.chase(call.pk)
    assert call.fresh().state == S.SENT
    with clock.at(WRITTEN_AT + timedelta(days=9)):
        chasing.chase(call.pk)
        assert call.fresh().state == S.UNANSWERED
        answering.answer_by_link(
            call.token, answer="propose", proposed_at=clock.now() + timedelta(days=2), words="补答"
        )
    assert owed(call) == [("summons.agree", "worker")]


def test_the_subdistrict_calls_in_again_or_says_how_it_goes_on() -> None:
    call = summons_at(S.REFUSED)
    with clock.at(call.now):
        again = clock.now() + timedelta(days=2)
        calling.call_in(call.officer, call.pk, wanted_at=again, reason="职责已明确")
        assert (call.fresh().state, call.fresh().round) == (S.SENT, 2)
        answering.answer_by_link(call.token, answer="refuse", words="仍不归我管")
        calling.settle(call.officer, call.pk, settlement="列入明年大修")
    assert (call.fresh().state, owed(call)) == (S.UNSOLVED, [])
    with clock.at(call.now + timedelta(days=15)):
        chasing.end_judging(call.pk)
    assert call.fresh().state == S.RATED


def test_what_is_not_solved_is_not_over_before_the_subdistrict_has_spoken() -> None:
    call = summons_at(S.UNSOLVED)

    with clock.at(call.now + timedelta(days=40)):
        chasing.end_judging(call.pk)
    assert call.fresh().state == S.UNSOLVED


def test_what_residents_say_is_shown_in_sums_from_so_many_on() -> None:
    call = summons_at(S.SOLVED)
    calling.judge(call.resident, call.pk, judgement="not")
    calling.judge(call.resident, call.pk, judgement="satisfied")

    assert figures.judgements(call.fresh(), 2) == []
    assert [n for _label, n in figures.judgements(call.fresh(), 1)] == [1, 0, 0]


def test_the_figures_of_a_year(client: Client) -> None:
    call = summons_at(S.SOLVED)
    other = writing.write(call.worker, call.here.slug, letter())
    with clock.at(WRITTEN_AT):
        writing.send(call.worker, other.pk)

    assert figures.by_year(call.here) == [
        figures.Year(2026, sent=2, unanswered=0, refused=0, due=1, came=1, ended=1, solved=1)
    ]
    assert client.get(f"/n/{call.here.slug}/summons/figures/").status_code == 200


def test_it_is_written_and_sent_by_its_forms(client: Client) -> None:
    call = make_call()
    client.force_login(call.worker)
    with clock.at(WRITTEN_AT):
        sent = {"title": "积水", "matter": "积水", "tried": "疏通", "department": "排水所", "place": "北门"}
        new = f"/n/{call.here.slug}/summons/new/"
        assert client.post(new, sent).status_code == 422
        assert client.post(new, {**sent, "wanted_at": "2026-11-19T14:00"}).status_code == 302
        written = Summons.objects.get()
        assert client.post(f"/summons/{written.pk}/send/").status_code == 302
        assert "/summons/link/" in client.get(written.get_absolute_url()).content.decode()
        client.force_login(call.resident)
        assert client.get(new).status_code == 403


ACTS: dict[str, Callable[[Call], object]] = {
    "send": lambda call: writing.send(call.worker, call.pk),
    "accept": lambda call: answering.answer_by_link(call.token, answer="accept"),
    "propose": lambda call: answering.answer_by_link(
        call.token, answer="propose", proposed_at=clock.now() + timedelta(days=1), words="忙"
    ),
    "refuse": lambda call: answering.note_answer(call.worker, call.pk, answer="refuse", words="不归我管"),
    "agree": lambda call: calling.agree(call.worker, call.pk),
    "again": lambda call: calling.ask_again(
        call.worker, call.pk, wanted_at=clock.now() + timedelta(days=1), reason="再约"
    ),
    "call in": lambda call: calling.call_in(
        call.officer, call.pk, wanted_at=clock.now() + timedelta(days=1), reason="再约"
    ),
    "came": lambda call: calling.came(call.worker, call.pk, who=["吴工"]),
    "away": lambda call: calling.stayed_away(call.worker, call.pk),
    "undertake": lambda call: calling.undertake(call.worker, call.pk, text="换管子", due_on=clock.today()),
    "report": lambda call: answering.report_by_link(call.token, report="好了"),
    "solved": lambda call: calling.solved(call.worker, call.pk, conclusion="好了"),
    "unsolved": lambda call: calling.unsolved(call.worker, call.pk, conclusion="没好"),
    "settle": lambda call: calling.settle(call.officer, call.pk, settlement="明年"),
    "chase": lambda call: chasing.chase(call.pk),
    "end": lambda call: chasing.end_judging(call.pk),
    "link": lambda call: calling.new_link(call.worker, call.pk),
    "add": lambda call: writing.add_department(call.worker, call.pk, department="城管"),
    "cancel": lambda call: calling.cancel(call.worker, call.pk, reason="撤回"),
}
steps = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 4)), max_size=25)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_no_walk_leaves_the_life_cycle(walk: list[tuple[str, int]]) -> None:
    call = make_call()
    with clock.at(WRITTEN_AT):
        write(call)
        writing.send(call.worker, call.pk)
    was, now = S.SENT, WRITTEN_AT
    for act, days in walk:
        now += timedelta(days=days)
        with clock.at(now), suppress(NotPossible):
            ACTS[act](call)
        stands = S(call.fresh().state)
        # The subdistrict settles a refusal by two steps at once.
        assert stands == was or stands in NEXT[was] or S.UNSOLVED in NEXT[was]
        assert call.summons.links.filter(revoked_at=None).count() <= 1
        was = stands
    settled = was is S.UNSOLVED and call.fresh().settled_at is not None
    over = was in {S.SOLVED, S.RATED, S.CANCELLED} or settled
    assert len(owed(call)) == (0 if over else 1)
    Summons.objects.all().delete()


def test_several_departments_are_summoned_at_once_and_each_goes_its_own_way(client: Client) -> None:
    call = make_call()
    client.force_login(call.worker)
    with clock.at(WRITTEN_AT):
        call.summons = writing.write(call.worker, call.here.slug, letter(), others=["街道城管中队"])
        with pytest.raises(NotPossible):
            writing.add_department(call.worker, call.pk, department="街道城管中队")
        third = writing.add_department(call.worker, call.pk, department="自来水公司", email="w@example.org")
        with pytest.raises(NotPossible):
            writing.rewrite(call.worker, call.pk, letter(department="自来水公司"))
        writing.rewrite(call.worker, call.pk, letter(title="北门又积水"))
        writing.send(call.worker, call.pk)
        second = Summons.objects.get(department="街道城管中队")
        third.refresh_from_db()
        assert {one.state for one in (call.fresh(), second, third)} == {S.SENT}
        assert (second.title, third.matter) == ("北门又积水", call.fresh().matter)
        tokens = {links.shown_again(one.links.get()) for one in (call.summons, second, third)}
        assert len(tokens) == 3
        answering.answer_by_link(links.shown_again(third.links.get()), answer="refuse", words="不归我管")
        answering.answer_by_link(call.token, answer="accept")
        page = client.get(call.summons.get_absolute_url()).content.decode()
        assert second.get_absolute_url() in page
        assert third.get_absolute_url() in page
        calling.cancel(call.worker, second.pk, reason="不必来")
        assert second.get_absolute_url() not in client.get(call.summons.get_absolute_url()).content.decode()
        late = writing.add_department(call.worker, third.pk, department="街道城管中队")
        assert late.state == S.DRAFTED
        client.logout()
        assert late.get_absolute_url() not in client.get(call.summons.get_absolute_url()).content.decode()

    assert figures.by_year(call.here) == [
        figures.Year(2026, sent=2, unanswered=0, refused=1, due=0, came=0, ended=0, solved=0)
    ]


def test_the_department_gets_its_link_by_mail_where_an_address_is_known(
    django_capture_on_commit_callbacks: Callable[..., Any], mailoutbox: list[EmailMessage]
) -> None:
    call = make_call()
    with clock.at(WRITTEN_AT), django_capture_on_commit_callbacks(execute=True):
        call.summons = writing.write(call.worker, call.here.slug, letter(), others=["没有邮箱的部门"])
        writing.send(call.worker, call.pk)
    first = call.token
    assert [mail.to for mail in mailoutbox] == [["ps@example.org"]]
    assert f"/summons/link/{first}/" in str(mailoutbox[0].body)
    with clock.at(WRITTEN_AT + timedelta(days=3)), django_capture_on_commit_callbacks(execute=True):
        chasing.chase(call.pk)
    assert f"/summons/link/{first}/" in str(mailoutbox[1].body)
    with clock.at(WRITTEN_AT + timedelta(days=3)), django_capture_on_commit_callbacks(execute=True):
        calling.new_link(call.worker, call.pk, email="neu@example.org")
    assert mailoutbox[2].to == ["neu@example.org"]
    assert first not in str(mailoutbox[2].body)
    assert call.summons.links.all()[0].mailed_to == "neu@example.org"
    with clock.at(WRITTEN_AT + timedelta(days=3)), django_capture_on_commit_callbacks(execute=True):
        calling.new_link(call.worker, call.pk)
    assert len(mailoutbox) == 3


def test_that_nobody_answered_stays_in_the_figures() -> None:
    call = summons_at(S.UNANSWERED)
    with clock.at(call.now):
        calling.call_in(call.officer, call.pk, wanted_at=clock.now() + timedelta(days=1), reason="请到场")
        answering.answer_by_link(call.token, answer="accept")

    year = figures.by_year(call.here)[0]
    assert (year.sent, year.unanswered, year.refused) == (1, 1, 0)


def test_called_in_once_more_what_the_subdistrict_said_is_over() -> None:
    call = summons_at(S.UNSOLVED)
    with clock.at(call.now):
        calling.settle(call.officer, call.pk, settlement="列入明年大修")
        calling.call_in(call.officer, call.pk, wanted_at=clock.now() + timedelta(days=1), reason="今年就办")

    assert (call.fresh().settlement, call.fresh().settled_at) == ("", None)
