"""Reviews from plan to close, and every way they go wrong."""

from __future__ import annotations

import pytest

from portal.meetings.models import Level
from portal.meetings.states.review import ReviewState as R
from tests.meetings.review_factories import review_at

pytestmark = pytest.mark.django_db


def test_a_review_goes_from_plan_to_close() -> None:
    scene = review_at(R.CLOSED)
    review = scene.fresh()
    assert review.level == Level.SATISFIED
    assert review.measures.exclude(done_at=None).count() == 2
