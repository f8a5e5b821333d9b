"""Many at once, on PostgreSQL: corrected results are brought into the list once."""

from __future__ import annotations

import pytest

from portal.surveys.lists import services
from portal.surveys.models import Demand
from tests.concurrency import at_once
from tests.surveys.list_factories import make_listed, publish, rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_a_correction_is_listed_once_however_many_jobs_run() -> None:
    listed = make_listed()
    publish(
        listed.survey,
        rows(
            ("canteen", "老人助餐点", "养老", 28),
            ("pool", "游泳池", "体育", 35),
            ("bench", "长椅", "环境", 40),
        ),
        why="重新核对",
    )

    outcome = at_once(6, lambda: services.relist(listed.pk))

    assert outcome.errors == []
    assert sorted(outcome.results) == [False] * 5 + [True]
    assert Demand.objects.filter(survey=listed.survey, key="bench").count() == 1
