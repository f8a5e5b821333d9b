"""An open survey with a question of each kind: python -m tests.browser.asking prints its key and two codes."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

from tests.browser import clockwork

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.db import transaction  # noqa: E402

from portal.community.models import Area, Person  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.surveys.course import frame  # noqa: E402
from portal.surveys.models import Survey  # noqa: E402
from portal.surveys.paper import codes  # noqa: E402
from portal.surveys.states import SurveyState  # noqa: E402
from tests.surveys.factories import add_questions  # noqa: E402

PLACE, LETTERS = "tianxin", 2


@transaction.atomic
def ask() -> Survey:
    """Open since yesterday, without names, one answer a household."""
    now = clock.now()
    yesterday = now - timedelta(days=1)
    survey = Survey.objects.create(
        neighbourhood=Area.objects.get(slug=PLACE),
        title="2026 年秋季社区居民需求问卷",
        state=SurveyState.OPEN,
        threshold=30,
        opens_at=yesterday,
        closes_at=now + timedelta(days=14),
        opened_at=yesterday,
        frozen_at=yesterday,
        fingerprint="f" * 64,
        created_by=Person.objects.get(user__username="wang"),
    )
    add_questions(survey)
    frame.draw(survey)
    codes.mint(survey)
    return survey


if __name__ == "__main__":
    asked = ask()
    units = asked.units.select_related("survey").order_by("number")[:LETTERS]
    sys.stdout.write(" ".join([str(asked.pk), *map(codes.code_of, units)]))
