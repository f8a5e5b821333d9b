"""What the desk takes back within some days: approvals, refusals, ends, posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Method,
    Ownership,
    Post,
    RelationStatus,
    Residency,
    User,
)
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.register.services import dwellings, joining, posts, undoing
from portal.register.states import PostState
from tests import factories

pytestmark = pytest.mark.django_db


class Desk:
    """A neighbourhood with a director, a dwelling, and somebody who asks."""

    def __init__(self) -> None:
        self.here: Area = factories.make_neighbourhood()
        self.staff: User = factories.make_user(post=Post.DIRECTOR, neighbourhood=self.here)
        self.home: Dwelling = factories.make_dwelling(within=self.here)
        self.asking: User = factories.make_account(person=factories.make_person(real_name="申请甲"))

    def request(self, model: Any = Residency) -> Any:
        return joining.request(factories.person_of(self.asking), self.home, model)


def owed(tie: Any) -> int:
    return Duty.objects.active().about(key(tie)).count()


@pytest.mark.parametrize("answer", ["approval", "refusal"])
def test_an_answer_given_by_mistake_is_taken_back_owed_again_and_told(answer: str) -> None:
    desk = Desk()
    tie = desk.request()
    due = Duty.objects.active().about(key(tie)).get().due_at
    if answer == "approval":
        joining.approve(desk.staff, "residency", tie.pk)
        undoing.undo_approval(desk.staff, "residency", tie.pk, "点错了人")
    else:
        joining.refuse(desk.staff, "residency", tie.pk, "没有合同")
        undoing.undo_refusal(desk.staff, "residency", tie.pk, "点错了人")

    tie.refresh_from_db()
    assert (tie.status, tie.verified_by, tie.reason) == (RelationStatus.REQUESTED, None, "")
    assert Duty.objects.active().about(key(tie)).get().due_at == due
    notice = Notice.objects.filter(user=desk.asking).latest("pk")
    assert (notice.kind, notice.params["reason"]) == ("residency.reconsidered", "点错了人")
    # Nothing of the reason is public.
    assert Entry.objects.latest("sequence").action == "residency.taken_back"
    assert "点错了人" not in str(Entry.objects.latest("sequence").data)


def test_a_request_that_waits_again_is_told_to_the_desk_again() -> None:
    """Case: whoever owes the answer had been told of the request once, and heard nothing when it was owed anew."""
    desk = Desk()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=desk.here)
    tie = desk.request()
    joining.approve(desk.staff, "residency", tie.pk)
    undoing.undo_approval(desk.staff, "residency", tie.pk, "点错了人")

    assert Notice.objects.filter(kind="residency.requested", user=worker).count() == 2


def test_what_is_answered_anew_is_told_anew() -> None:
    desk = Desk()
    tie = desk.request()
    for day in range(2):
        with clock.at(clock.now() + timedelta(hours=day)):
            joining.approve(desk.staff, "residency", tie.pk)
            if not day:
                undoing.undo_approval(desk.staff, "residency", tie.pk, "点错了")

    assert Notice.objects.filter(user=desk.asking, kind="residency.verified").count() == 2
    assert owed(tie) == 0


def test_the_titles_that_a_wrong_approval_ended_hold_again() -> None:
    desk = Desk()
    owner = factories.make_person(real_name="原业主")
    title = factories.make_ownership(owner, desk.home)
    home = Residency.objects.create(
        person=owner, dwelling=desk.home, status=RelationStatus.VERIFIED, method=Method.ROSTER
    )
    tie = desk.request(Ownership)
    joining.approve(desk.staff, "ownership", tie.pk, replaces=True)
    title.refresh_from_db()
    assert title.until is not None

    undoing.undo_approval(desk.staff, "ownership", tie.pk, "点错了人")

    title.refresh_from_db()
    home.refresh_from_db()
    assert (title.until, title.is_voter, home.until) == (None, True, None)
    assert Ownership.objects.on(clock.today()).filter(dwelling=desk.home, is_voter=True).get() == title


def test_after_some_days_an_answer_stands() -> None:
    desk = Desk()
    tie = desk.request()
    joining.approve(desk.staff, "residency", tie.pk)
    tie.refresh_from_db()

    with clock.at(undoing.answer_stands_from(tie)), pytest.raises(NotPossible):
        undoing.undo_approval(desk.staff, "residency", tie.pk, "太晚")


def test_what_the_counter_entered_is_ended_and_not_asked_again() -> None:
    desk = Desk()
    tie = factories.make_residency(factories.make_person(), desk.home)

    with pytest.raises(NotPossible):
        undoing.undo_approval(desk.staff, "residency", tie.pk, "错")


def test_a_refusal_stands_where_the_person_asked_again() -> None:
    desk = Desk()
    tie = desk.request()
    joining.refuse(desk.staff, "residency", tie.pk, "没有合同")
    desk.request()

    with pytest.raises(NotPossible):
        undoing.undo_refusal(desk.staff, "residency", tie.pk, "点错了")


def test_a_title_ended_by_mistake_holds_on_and_votes() -> None:
    desk = Desk()
    first = factories.make_ownership(factories.make_person(), desk.home)
    second = factories.make_ownership(factories.make_person(), desk.home, is_voter=False)
    joining.end(desk.staff, "ownership", first.pk, "出售")

    undoing.undo_end(desk.staff, "ownership", first.pk, "没有出售")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.until, first.reason, first.is_voter, second.is_voter) == (None, "", True, False)


def test_who_moved_out_by_oneself_is_not_brought_back_by_the_desk() -> None:
    desk = Desk()
    user = factories.make_resident(dwelling=desk.home)
    home = Residency.objects.get(person=user.person)
    joining.leave(user, home.pk)

    with pytest.raises(NotPossible):
        undoing.undo_end(desk.staff, "residency", home.pk, "错")


def given(desk: Desk, until: Any = None) -> Appointment:
    since = clock.today() - timedelta(days=30)
    term = posts.Term(Post.PROPERTY, desk.here, "物业", since, until)
    return posts.appoint(desk.staff, factories.make_person(), term)


def test_a_post_ended_by_mistake_is_given_back_with_the_days_it_had() -> None:
    desk = Desk()
    until = clock.today() + timedelta(days=90)
    held = given(desk, until)
    posts.dismiss(desk.staff, held.pk)

    undoing.reinstate(desk.staff, held.pk)

    held.refresh_from_db()
    assert (held.state, held.until, held.dismissed_at) == (PostState.HELD, until, None)
    assert Entry.objects.latest("sequence").action == "appointment.reinstated"


def test_a_post_is_not_given_back_late_nor_twice_nor_where_it_ended_by_itself() -> None:
    desk = Desk()
    late, twice = given(desk), given(desk)
    itself = given(desk, clock.today() - timedelta(days=1))
    for held in (late, twice):
        posts.dismiss(desk.staff, held.pk)
        held.refresh_from_db()
    term = posts.Term(Post.PROPERTY, desk.here, "物业", clock.today())
    posts.appoint(desk.staff, twice.person, term)

    for held in (twice, itself):
        with pytest.raises(NotPossible):
            undoing.reinstate(desk.staff, held.pk)
    with clock.at(undoing.post_ended_for_good_at(late)), pytest.raises(NotPossible):
        undoing.reinstate(desk.staff, late.pk)


def test_the_desk_finds_what_it_can_take_back_where_it_did_it(client: Client) -> None:
    desk = Desk()
    tie, held = desk.request(), given(desk)
    joining.approve(desk.staff, "residency", tie.pk)
    posts.dismiss(desk.staff, held.pk)
    client.force_login(desk.staff)

    listed = client.get(f"/n/{desk.here.slug}/people/").content.decode()
    request = client.get(f"/n/{desk.here.slug}/people/requests/residency/{tie.pk}/").content.decode()
    ended = client.get(f"/n/{desk.here.slug}/people/posts/").content.decode()

    assert f"/people/requests/residency/{tie.pk}/" in listed
    assert f'href="/residencies/{tie.pk}/undo-approval/"' in request
    assert f'href="/appointments/{held.pk}/reinstate/"' in ended
    assert client.get(f"/appointments/{held.pk}/reinstate/").status_code == 200


@pytest.mark.parametrize("model", [Residency, Ownership])
def test_nobody_comes_back_to_a_retired_dwelling(model: Any) -> None:
    desk = Desk()
    tie = desk.request(model)
    kind = str(model._meta.model_name)
    joining.approve(desk.staff, kind, tie.pk)
    joining.end(desk.staff, kind, tie.pk, "错")
    dwellings.retire(desk.staff, desk.home.pk, clock.today(), "拆除")

    with pytest.raises(NotPossible, match="恢复"):
        undoing.undo_end(desk.staff, kind, tie.pk, "没有拆除")
    assert not undoing.can_undo_end(model.objects.get(pk=tie.pk))

    dwellings.bring_back(desk.staff, desk.home.pk, "没有拆除")
    undoing.undo_end(desk.staff, kind, tie.pk, "没有拆除")

    assert model.objects.get(pk=tie.pk).until is None
