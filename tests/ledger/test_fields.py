"""The day of a line, as every form asks it that writes in a book."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.forms import ValidationError

from portal.kit import clock
from portal.ledger.fields import line_day
from portal.ledger.services import TO_COME


def test_a_line_is_written_of_today_or_earlier_and_never_of_a_day_to_come() -> None:
    field, today = line_day("Paid on"), clock.today()

    assert field.initial == clock.today
    for day in (today, today - timedelta(days=700)):
        assert field.clean(day.isoformat()) == day
    with pytest.raises(ValidationError) as refused:
        field.clean((today + timedelta(days=1)).isoformat())
    assert refused.value.messages == [str(TO_COME)]
    with pytest.raises(ValidationError):
        field.clean((today - timedelta(days=1000)).isoformat())
