"""Races for the last money of a round, with the lock and without; PostgreSQL only."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from portal.community.models import User
from portal.funds.models import Application, Call, Grant
from portal.funds.review import deciding, services
from portal.funds.states import ApplicationState
from portal.kit.errors import NotPossible
from tests.concurrency import at_once
from tests.factories import make_resident
from tests.funds.factories import make_application, make_call, make_fund, make_source
from tests.funds.factories_review import make_scoring, score

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 8


def last_money() -> tuple[Call, User, list[Application]]:
    """Many projects on notice, and a pot that has money for one of them."""
    funding = make_fund()
    make_source(funding)
    call = make_call(funding)
    made = [
        make_application(
            call, ApplicationState.ON_NOTICE, title=f"项目{n}", lead=make_resident(within=funding.here)
        )
        for n in range(MANY)
    ]
    Call.objects.filter(pk=call.pk).update(given=call.pot - made[0].asked)
    return call, funding.worker, made


def approve(call: Call, worker: User, application: Application) -> Grant:
    """As somebody whose page was read a moment ago."""
    return deciding.approve(
        Call.objects.get(pk=call.pk),
        Application.objects.get(pk=application.pk),
        application.asked,
        by=worker,
    )


def test_of_many_who_give_the_last_money_at_once_one_does() -> None:
    call, worker, made = last_money()

    outcome = at_once(MANY, lambda n: approve(call, worker, made[n]), numbered=True)

    assert len(outcome.results) == 1
    assert all(isinstance(error, NotPossible) for error in outcome.errors)
    call.refresh_from_db()
    assert call.given == call.pot


def test_without_the_lock_the_database_holds_the_pot(monkeypatch: pytest.MonkeyPatch) -> None:
    call, worker, made = last_money()
    monkeypatch.setattr(deciding, "_lock", lambda call: None)

    outcome = at_once(MANY, lambda n: approve(call, worker, made[n]), numbered=True)

    assert len(outcome.results) == 1
    assert all(isinstance(error, NotPossible | IntegrityError) for error in outcome.errors)
    call.refresh_from_db()
    granted = Grant.objects.filter(application__call=call).aggregate(sum=Sum("approved"))["sum"]
    assert (call.given, granted) == (call.pot, made[0].asked)


def test_reviewers_who_hand_in_the_last_scores_at_once_complete_the_round_once() -> None:
    world = make_scoring()
    for user in world.reviewers:
        for one in world.applications[1:]:
            score(world, user, one, 5)

    outcome = at_once(3, lambda n: score(world, world.reviewers[n], world.applications[0], 7), numbered=True)

    assert not outcome.errors
    services.shortlist(world.worker, world.pk, [world.applications[0].pk])
    assert world.application(0).score == 7000
