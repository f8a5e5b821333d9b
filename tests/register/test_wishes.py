"""What residents and holders of posts ask of the desk: owed by a date, seen on both sides, answered or taken back."""

from __future__ import annotations

from datetime import timedelta
from time import sleep
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Area, Dwelling, Post, User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.services import key
from portal.register import actions
from portal.register.models import Wish
from portal.register.permissions import WISH_NEEDS, WISHES
from portal.register.services import leaving, wishes
from portal.register.states import WishState
from tests import factories
from tests.concurrency import Outcome, at_once

pytestmark = pytest.mark.django_db
COMMITTEE = {"worker", "director"}
# Who may, in which state; "own" for whoever asked.
TABLE = {
    "settle": (COMMITTEE, {"waiting"}),
    "decline": (COMMITTEE, {"waiting"}),
    "withdraw": ({"own"}, {"waiting"}),
}


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def home(here: Area) -> Dwelling:
    return factories.make_dwelling(within=here)


@pytest.fixture
def asker(home: Dwelling) -> User:
    return factories.make_resident(dwelling=home)


@pytest.fixture
def staff(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here)


def asked(asker: User, here: Area, kind: str = "person") -> Wish:
    return wishes.ask(asker, here, kind, "我的名字应是王丽华，不是王丽花。")


def owed(wish: Wish) -> Duty:
    return Duty.objects.get(subject=key(wish))


def test_a_wish_is_owed_by_a_date_and_both_sides_read_it(
    client: Client, here: Area, asker: User, staff: User
) -> None:
    wish = asked(asker, here)

    assert owed(wish).post == Post.WORKER
    assert owed(wish).due_at > wish.asked_at
    for user, page in (
        (asker, reverse("register:me")),
        (staff, reverse("register:people", args=[here.slug])),
    ):
        client.force_login(user)
        text = client.get(page).content.decode()
        assert "王丽华" in text
        assert "居委会将在" in text or "前答复" in text


def test_an_answer_closes_what_is_owed_and_is_told(
    client: Client, here: Area, asker: User, staff: User
) -> None:
    wish = asked(asker, here)
    client.force_login(staff)

    answer = client.post(reverse("register:wish_act", args=[wish.pk, "settle"]), {"answer": "已改为王丽华。"})

    assert answer.status_code == 302
    wish.refresh_from_db()
    assert (wish.state, wish.answer) == (WishState.DONE, "已改为王丽华。")
    assert not Duty.objects.active().filter(kind=wishes.DUTY).exists()
    assert Notice.objects.filter(user=asker, kind="wish.answered").exists()
    with pytest.raises(NotPossible):
        wishes.decline(staff, wish.pk, "再来")


def test_one_waits_at_a_time_and_strangers_and_deputies_without_a_post_are_refused(
    here: Area, asker: User, staff: User
) -> None:
    asked(asker, here)

    with pytest.raises(NotPossible):
        asked(asker, here)
    with pytest.raises(NotPossible):
        asked(factories.make_resident(), here)
    with pytest.raises(NotPossible):
        asked(asker, here, "deputy")
    assert owed(asked(staff, here, "deputy")).post == Post.DIRECTOR


def test_who_takes_it_back_or_closes_the_account_is_owed_nothing(here: Area, asker: User) -> None:
    first = asked(asker, here)
    wishes.withdraw(asker, first.pk)
    second = asked(asker, here, "voter")
    leaving.close(asker)

    assert Wish.objects.count() == 0
    assert not Duty.objects.active().filter(kind=wishes.DUTY).exists()
    assert second.pk


def test_nobody_answers_their_own_wish(here: Area, staff: User) -> None:
    wish = asked(staff, here, "deputy")

    with pytest.raises(NotPossible):
        wishes.settle(staff, wish.pk, "好")


@pytest.mark.parametrize("state", WishState)
def test_wishes_are_answered_by_exactly_these(here: Area, asker: User, state: WishState) -> None:
    wish = asked(asker, here)
    answered = None if state == WishState.WAITING else wish.asked_at
    Wish.objects.filter(pk=wish.pk).update(state=state, answered_at=answered)
    wish = WISHES.get(asker, wish.pk)
    visitors = {
        role.value: factories.make_visitor(role, here) for role in (Role.WORKER, Role.DIRECTOR, Role.OFFICER)
    }
    visitors |= {
        "own": asker,
        "neighbour": factories.make_resident(dwelling=factories.make_dwelling(within=here)),
    }

    may = {
        (who, action)
        for who, user in visitors.items()
        for action in WISH_NEEDS
        if WISHES.may(user, action, wish)
    }

    assert may == {
        (who, action) for action, (roles, at) in TABLE.items() for who in roles if state.value in at
    }
    assert set(actions.WISH) == set(WISH_NEEDS) == set(TABLE)
    with pytest.raises(PermissionDenied):
        wishes.settle(visitors["neighbour"], wish.pk, "好")


def test_the_desk_asks_as_many_questions_with_many_wishes_as_with_few(
    client: Client, here: Area, asker: User, staff: User
) -> None:
    client.force_login(staff)
    page = reverse("register:people", args=[here.slug])

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked_:
            assert client.get(page).status_code == 200
        return len(asked_)

    asked(asker, here)
    questions()
    few = questions()
    for kind in ("dwelling", "voter"):
        asked(asker, here, kind)
    for _each in range(3):
        asked(factories.make_resident(dwelling=factories.make_dwelling(within=here)), here)

    assert questions() == few


def test_where_more_wait_than_fit_those_that_waited_longest_are_shown(
    client: Client, here: Area, asker: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.register.views.desk.PER_PAGE", 1)
    first = asked(asker, here)
    with clock.at(clock.now() + timedelta(hours=1)):
        later = asked(asker, here, "dwelling")
    client.force_login(staff)

    page = client.get(reverse("register:people", args=[here.slug])).content.decode()

    acts = [reverse("register:wish_act", args=[wish.pk, "settle"]) in page for wish in (first, later)]
    assert acts == [True, False]


def test_asking_is_a_page_of_its_own(client: Client, here: Area, asker: User) -> None:
    client.force_login(asker)
    client.post(reverse("community:choose"), {"neighbourhood": here.pk})
    page = reverse("register:wish")

    shown = client.get(page).content.decode()
    answer = client.post(page, {"kind": "dwelling", "text": "面积应为 78.76 平方米。"})

    assert 'value="deputy"' not in shown
    assert answer.status_code == 302
    assert Wish.objects.get().text == "面积应为 78.76 平方米。"


def answer_at_once(asker: User, here: Area) -> tuple[Outcome, Wish]:
    """A worker and the director answer one wish at the same moment, one with yes and one with no."""
    wish = asked(asker, here)
    staff = [factories.make_user(post=post, neighbourhood=here) for post in (Post.WORKER, Post.DIRECTOR)]

    def answer(number: int) -> Wish:
        user = User.objects.select_related("person").get(pk=staff[number].pk)
        return (wishes.settle, wishes.decline)[number](
            user, wish.pk, ("已改正。", "证件上是原来的名字。")[number]
        )

    outcome = at_once(2, answer, numbered=True)
    wish.refresh_from_db()
    return outcome, wish


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_one_wish_at_once_one_is_heard(asker: User, here: Area) -> None:
    outcome, wish = answer_at_once(asker, here)

    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert [(one.state, one.answer) for one in outcome.results] == [(wish.state, wish.answer)]
    assert owed(wish).done_at is not None
    assert Notice.objects.filter(user=asker, kind__startswith="wish.").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_heard(
    asker: User, here: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(user: User, pk: int, action: str) -> Wish:
        found = WISHES.get(user, pk, action)
        sleep(0.5)
        return found

    monkeypatch.setattr(wishes, "WISHES", Mock(wraps=WISHES, take=unlocked))

    outcome, _wish = answer_at_once(asker, here)

    assert len(outcome.results) == 2
