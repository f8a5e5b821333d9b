"""Many at once, on PostgreSQL: numbers given twice, an application handed in twice, sums under two writers."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from portal.community.models import User
from portal.funds.applying import services
from portal.funds.applying.permissions import APPLICATIONS
from portal.funds.applying.services import handing
from portal.funds.models import Application, Call
from portal.funds.states import ApplicationState
from portal.kit.errors import NotPossible
from tests.concurrency import Outcome, at_once
from tests.funds.factories_applying import Applying, add, fresh, make_draft, make_round, make_written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MANY = 5


def hand_in_at_once(world: Applying, drafts: list[Application]) -> Outcome:
    def hand_in(at: int) -> object:
        user = User.objects.select_related("person").get(pk=world.lead.pk)
        return services.hand_in(user, drafts[at].pk).number

    return at_once(len(drafts), hand_in, numbered=True)


def test_each_of_many_handed_in_at_once_has_its_own_number() -> None:
    world = make_round()
    outcome = hand_in_at_once(world, [make_written(world) for _one in range(MANY)])

    assert outcome.errors == []
    assert sorted(number[-3:] for number in outcome.results) == ["001", "002", "003", "004", "005"]


def test_without_the_lock_of_the_round_two_would_have_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_round()
    drafts = [make_written(world) for _one in range(MANY)]
    monkeypatch.setattr(handing, "lock_round", lambda pk: None)
    monkeypatch.setattr(handing, "freeze", lambda call: call)

    outcome = hand_in_at_once(world, drafts)

    # The database refuses what the lock would have kept apart.
    assert any(isinstance(error, IntegrityError) for error in outcome.errors)
    assert len(set(outcome.results)) == len(outcome.results) < MANY


def test_one_application_handed_in_by_all_at_once_is_handed_in_once() -> None:
    world = make_round()
    draft = make_written(world)

    outcome = hand_in_at_once(world, [draft] * MANY)

    assert len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} == {NotPossible}
    assert Call.objects.get(pk=world.pk).last_number == 1
    assert fresh(draft).traces.filter(what="handed_in").count() == 1


@pytest.mark.parametrize("locked", [True, False])
def test_lines_added_at_once_are_all_in_the_sum(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_round()
    draft = make_draft(world)
    if not locked:
        monkeypatch.setattr(APPLICATIONS, "take", APPLICATIONS.get)

    def write(at: int) -> object:
        world.lead = User.objects.select_related("person").get(pk=world.lead.pk)
        return add(world, draft, item=f"第{at}项", quantity=100, price=100)

    at_once(MANY, write, numbered=True)

    total = fresh(draft).costs
    assert (total == MANY * 100) if locked else total <= MANY * 100


def test_withdrawn_and_handed_in_at_once_ends_withdrawn_or_refused() -> None:
    world = make_round()
    draft = make_written(world)

    def either(at: int) -> object:
        user = User.objects.select_related("person").get(pk=world.lead.pk)
        if at:
            return services.withdraw(user, draft.pk, "不做了")
        return services.hand_in(user, draft.pk)

    outcome = at_once(2, either, numbered=True)

    assert {type(error) for error in outcome.errors} <= {NotPossible}
    assert fresh(draft).state == ApplicationState.WITHDRAWN
