"""Many writers of one record at once. The lock is proved by what happens without it."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, transaction

from portal.record import services
from portal.record.models import Chain, Entry
from tests.concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SLUG = "tianxin"
WRITERS = 6


def write(number: int) -> int:
    with transaction.atomic():
        entry = services.write(SLUG, "topic.proposed", actor="陈阿姨", subject=f"topic:{number}")
    return entry.sequence


@pytest.mark.parametrize("begun", [True, False])
def test_writers_wait_for_each_other(begun: bool) -> None:
    if begun:
        services.begin(SLUG)

    outcome = at_once(WRITERS, write, numbered=True)

    assert outcome.errors == []
    assert sorted(outcome.results) == list(range(1, WRITERS + 1))
    assert services.verify(SLUG).sound == WRITERS
    assert services.verify(SLUG).holds


def test_without_the_lock_they_would_take_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    services.begin(SLUG)
    read = threading.Barrier(2)

    def unlocked(chain: str) -> Chain:
        head = Chain.objects.get(pk=chain)
        read.wait(timeout=10)
        return head

    monkeypatch.setattr(services, "_locked", unlocked)

    outcome = at_once(2, write, numbered=True)

    # The constraint is the second fence: the number is given once, and the other change fails as a whole.
    assert [type(error) for error in outcome.errors] == [IntegrityError]
    assert outcome.results == [1]
    assert Entry.objects.count() == 1
    assert services.verify(SLUG).holds
