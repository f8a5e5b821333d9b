"""Races on PostgreSQL: one open round a page, one edition a text."""

from __future__ import annotations

import pytest

from portal.conventions import services
from portal.conventions.models import ConventionRound, Edition
from portal.conventions.permissions import ROUNDS
from portal.kit import clock
from tests.concurrency import at_once
from tests.conventions import factories as f

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
N = 5


def test_of_rounds_begun_at_once_one_is_opened() -> None:
    world = f.in_force()

    outcome = at_once(N, lambda: services.begin(world.worker, world.page.pk, "再来"))

    assert len(outcome.results) == 1
    assert ConventionRound.objects.filter(page=world.page).open().count() == 1
    assert {type(error).__name__ for error in outcome.errors} == {"NotPossible"}


def file_at_once(world: f.World) -> int:
    """How many of several who file the same text at once are told that it was done."""
    when = f.vote_over(world)
    day = clock.day_of(when)

    def work() -> None:
        with clock.at(when):
            services.file(world.worker, world.round.pk, "1号", day, day)

    return len(at_once(N, work).results)


def test_of_filings_at_once_one_makes_the_edition() -> None:
    world = f.adopted()

    assert file_at_once(world) == 1
    assert Edition.objects.count() == 1


def test_without_the_lock_the_constraint_still_allows_one_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    world = f.adopted()
    monkeypatch.setattr(ROUNDS, "take", ROUNDS.get)

    file_at_once(world)

    assert Edition.objects.count() == 1
