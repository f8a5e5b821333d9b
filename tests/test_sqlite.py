"""Writers of one process take turns on SQLite: nobody polls, nobody is passed over."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from portal.record.models import Chain
from portal.sqlite3.base import TURNS
from tests.concurrency import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such queue"),
]


def turn_is_free() -> bool:
    return not TURNS[str(connection.settings_dict["NAME"])].locked()


def test_forty_writers_at_once_all_write() -> None:
    def write(n: int) -> None:
        with transaction.atomic():
            Chain.objects.create(pk=f"chain-{n}")

    assert at_once(40, write, numbered=True).errors == []
    assert Chain.objects.filter(pk__startswith="chain-").count() == 40
    assert turn_is_free()


def test_the_turn_is_passed_on_however_a_transaction_ends() -> None:
    Chain.objects.create(pk="there")

    with transaction.atomic():
        assert not turn_is_free()
    assert turn_is_free()

    with pytest.raises(IntegrityError), transaction.atomic():
        Chain.objects.create(pk="there")
    assert turn_is_free()

    def gone() -> None:
        transaction.atomic().__enter__()
        connection.close()

    assert at_once(1, gone).errors == []
    assert turn_is_free()
