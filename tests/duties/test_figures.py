"""The public on-time figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.community.models import Area, Post
from portal.duties import services
from portal.duties.models import Duty
from portal.duties.services import Kept, kept_promises
from portal.kit import clock
from tests import factories
from tests.duties.factories import make_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


def finish(duty: Duty, after: timedelta) -> None:
    """Do what is owed so long after it was due (negative: before)."""
    with clock.at(duty.due_at + after):
        services.close(duty.kind, duty.subject)


def figures(here: Area, days: int = 30) -> list[Kept]:
    with clock.at(clock.now() + timedelta(days=days)):
        return kept_promises(here)


def test_in_time_is_before_the_due_moment(here: Area) -> None:
    finish(make_duty(here), timedelta(microseconds=-1))
    finish(make_duty(here), timedelta(0))
    finish(make_duty(here), timedelta(days=3))
    make_duty(here)
    finish(make_duty(here, post=Post.PROPERTY), timedelta(days=-3))

    assert figures(here) == [Kept("property", 1, 1, 0), Kept("worker", 4, 1, 1)]


def test_what_still_runs_was_dropped_or_is_a_persons_or_anothers_does_not_count(here: Area) -> None:
    make_duty(here, due=clock.now() + timedelta(days=60))
    services.drop(make_duty(here).subject)
    make_duty(here, person=factories.make_person())
    make_duty(factories.make_neighbourhood())

    assert figures(here) == []


def test_what_was_kept_early_counts_at_once(here: Area) -> None:
    services.close("test.screen", make_duty(here, due=clock.now() + timedelta(days=60)).subject)

    assert figures(here, days=1) == [Kept("worker", 1, 1, 0)]


def test_after_twelve_months_it_is_forgotten(here: Area) -> None:
    finish(make_duty(here), timedelta(days=-1))

    assert figures(here, days=300) == [Kept("worker", 1, 1, 0)]
    assert figures(here, days=400) == []
