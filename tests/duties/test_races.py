"""Several of a team at once, on PostgreSQL: what one takes in hand nobody else has."""

from __future__ import annotations

from time import sleep

import pytest

from portal.community.models import Area, Post, User
from portal.duties import services
from portal.duties.models import Duty, DutyQuerySet
from portal.duties.services import taking
from portal.kit.errors import NotPossible
from tests import factories
from tests.concurrency import Outcome, at_once
from tests.duties.factories import make_duty

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
N = 6


def take_at_once(here: Area) -> tuple[Outcome, Duty]:
    duty = make_duty(here)
    team = [factories.make_user(post=Post.WORKER, neighbourhood=here) for _each in range(N)]

    def take(number: int) -> int:
        user = User.objects.select_related("person").get(pk=team[number].pk)
        services.take_on(user, here.slug, [duty.pk])
        return int(user.person_id or 0)

    outcome = at_once(N, take, numbered=True)
    duty.refresh_from_db()
    return outcome, duty


def test_of_many_who_take_one_promise_one_alone_has_it() -> None:
    outcome, duty = take_at_once(factories.make_neighbourhood())

    assert [type(error) for error in outcome.errors] == [NotPossible] * (N - 1)
    assert outcome.results == [duty.taken_by_id]


def test_without_the_lock_several_would_believe_that_they_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(chosen: DutyQuerySet) -> list[Duty]:
        found = list(chosen)
        sleep(0.5)
        return found

    monkeypatch.setattr(taking, "_locked", unlocked)

    outcome, _duty = take_at_once(factories.make_neighbourhood())

    assert len(outcome.results) > 1
