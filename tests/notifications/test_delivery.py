"""News for many: kept in one row, delivered in slices, to each once; also where a run dies, or two run at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.community.models import Area, User
from portal.kit import clock, periodic
from portal.notifications import audiences, choosing, delivery, jobs, services
from portal.notifications.audiences import Audience, audience
from portal.notifications.kinds import Kind
from portal.notifications.models import Delivery, Notice
from tests import factories
from tests.concurrency import at_once
from tests.notifications.factories import kind

pytestmark = pytest.mark.django_db
SLICE = 3


@pytest.fixture(autouse=True)
def thin(monkeypatch: pytest.MonkeyPatch) -> None:
    """So thin slices that a few accounts are many."""
    monkeypatch.setattr(delivery, "SLICE", SLICE)


@pytest.fixture
def rule() -> Iterator[str]:
    """A rule that finds every account whose name begins with a letter."""
    name = "test.called"
    audience(name)(lambda letter: User.objects.filter(username__startswith=letter))
    yield name
    del audiences.RULES[name]


def people(number: int, letter: str = "x") -> list[User]:
    return [factories.make_user(username=f"{letter}{at:03}") for at in range(number)]


def tell(opened: Kind, to: Any, here: Area) -> int:
    with transaction.atomic():
        return services.send(opened, to, neighbourhood=here, occasion="vote:1", url="/votes/1/")


def told() -> list[int]:
    return sorted(Notice.objects.values_list("user", flat=True))


def test_a_few_are_told_with_the_change_itself(here: Area, opened: Kind, rule: str) -> None:
    few = people(SLICE)

    assert tell(opened, Audience(rule, ("x",), SLICE), here) == SLICE

    assert told() == [user.pk for user in few]
    assert Delivery.objects.count() == 0


def test_many_cost_the_change_one_row_and_are_told_by_the_periodic_work(
    here: Area, opened: Kind, rule: str
) -> None:
    many = people(2 * SLICE + 1)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert tell(opened, Audience(rule, ("x",), len(many)), here) == len(many)
    writes = [query for query in queries if query["sql"].startswith("INSERT")]
    assert (len(writes), told()) == (1, [])

    jobs.deliver_news()

    assert told() == [user.pk for user in many]
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("as_list", [True, False])
def test_whoever_is_listed_is_told_though_no_rule_finds_them(here: Area, opened: Kind, as_list: bool) -> None:
    many = people(2 * SLICE)
    people(2, letter="y")
    found = User.objects.filter(username__startswith="x")

    assert tell(opened, list(found) if as_list else found, here) == len(many)
    assert told() == []
    jobs.deliver_news()

    assert told() == [user.pk for user in many]


def test_a_change_that_is_rolled_back_tells_nobody(here: Area, opened: Kind) -> None:
    many = people(SLICE + 1)

    with transaction.atomic():
        tell(opened, many, here)
        transaction.set_rollback(True)
    jobs.deliver_news()

    assert told() == []


def test_a_notice_says_when_it_happened_and_not_when_it_came(here: Area, opened: Kind) -> None:
    happened = clock.now()
    with clock.at(happened):
        tell(opened, people(SLICE + 1), here)
    with clock.at(happened + timedelta(minutes=3)):
        jobs.deliver_news()

    assert set(Notice.objects.values_list("created_at", "mail_after")) == {(happened, happened)}


def test_mail_is_chosen_until_the_notice_comes(here: Area, opened: Kind) -> None:
    many = people(SLICE + 1)
    tell(opened, many, here)
    choosing.choose_groups(many[0], [])

    for job in (jobs.deliver_news, jobs.send_mail):
        job()

    assert {message.to[0] for message in mail.outbox} == {user.email for user in many[1:]}


def test_a_run_that_dies_in_the_middle_is_taken_up_where_it_was(
    here: Area, opened: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = people(3 * SLICE)
    tell(opened, many, here)
    pk, write = Delivery.objects.get().pk, delivery._write

    def dies(*args: Any) -> None:
        write(*args)
        raise KeyboardInterrupt

    assert delivery.deliver(pk) is True
    monkeypatch.setattr(delivery, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        delivery.deliver(pk)
    assert told() == [user.pk for user in many[:SLICE]]
    monkeypatch.setattr(delivery, "_write", write)
    jobs.deliver_news()

    assert told() == [user.pk for user in many]


def test_a_slice_that_another_run_delivered_meanwhile_is_left_to_it(here: Area, opened: Kind) -> None:
    many = people(2 * SLICE)
    tell(opened, many, here)
    seen = Delivery.objects.get()
    delivery.deliver(seen.pk)

    assert delivery._tell(seen, delivery._next(seen)) is False
    assert Delivery.objects.get().after == many[SLICE - 1].pk
    assert told() == [user.pk for user in many[:SLICE]]


def test_what_cannot_be_delivered_waits_and_holds_up_no_other(
    here: Area, opened: Kind, rule: str, caplog: pytest.LogCaptureFixture
) -> None:
    many = people(SLICE + 1)
    tell(opened, Audience("ghost", ("x",), SLICE + 1), here)
    tell(opened, Audience(rule, ("x",), SLICE + 1), here)

    jobs.deliver_news()

    assert told() == [user.pk for user in many]
    assert Delivery.objects.get().rule == "ghost"
    assert [record.message for record in caplog.records] == [
        f"news {Delivery.objects.get().pk} could not be delivered"
    ]


def test_of_a_kind_that_is_gone_a_notice_comes_and_no_mail(here: Area) -> None:
    with kind("test.gone") as gone:
        tell(gone, people(SLICE + 1), here)
    jobs.deliver_news()

    assert set(Notice.objects.values_list("by_mail", flat=True)) == {False}


def test_a_round_ends_when_its_time_is_up(here: Area, opened: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(opened, people(2 * SLICE), here)
    monkeypatch.setattr(periodic, "SECONDS", -1.0)

    assert delivery.deliver_due() == 0
    assert told() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_each_once(opened: Kind) -> None:
    here, many = factories.make_neighbourhood(), people(8 * SLICE)
    tell(opened, many, here)

    outcome = at_once(4, delivery.deliver_due)
    jobs.deliver_news()

    assert outcome.errors == []
    assert told() == [user.pk for user in many]
    assert Delivery.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_in_one_runs_hand_is_passed_over_by_the_other(
    opened: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without that it would wait, and then count a slice on that the first has told already."""
    here, many = factories.make_neighbourhood(), people(2 * SLICE)
    tell(opened, many, here)
    pk, write, held = Delivery.objects.get().pk, delivery._write, threading.Event()

    def slow(*args: Any) -> None:
        write(*args)
        held.set()
        threading.Event().wait(0.5)

    def second() -> bool:
        held.wait(timeout=5)
        return delivery.deliver(pk)

    monkeypatch.setattr(delivery, "_write", slow)
    outcome = at_once(2, lambda n: (lambda: delivery.deliver(pk), second)[n](), numbered=True)

    assert outcome.errors == []
    assert sorted(outcome.results) == [False, True]
    assert told() == [user.pk for user in many[:SLICE]]
