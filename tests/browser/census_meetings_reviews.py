"""The pages of reviews that are looked at; imported once Django is set up."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.meetings.models import Review
from portal.meetings.states.review import ReviewState
from tests.browser.sights import BOTH, NOBODY, Sight, seen

# What the worker of the committee can be asked before the day.
BEFORE_THE_DAY = ("name-chair", "cancel")


def of_reviews(place: str, resident: str, staff: str) -> Iterator[Sight]:
    """Planning one, of whom one chooses and of a finished topic; one of each state that the demo has, and its forms."""
    plan = reverse("meetings:review_plan", args=[place])
    yield from seen("meetings:review_plan", plan, (staff,), BOTH)
    for topic in Topic.objects.filter(state=State.CLOSED).order_by("-pk")[:1]:
        yield from seen("meetings:review_plan", f"{plan}?about=topic:{topic.pk}", (staff,), (False,))
    for state in ReviewState:
        for review in Review.objects.filter(state=state).order_by("pk")[:1]:
            yield from seen("meetings:review", review.get_absolute_url(), (NOBODY, resident, staff), BOTH)
    for review in Review.objects.filter(state=ReviewState.CHECKED).order_by("pk")[:1]:
        for action in BEFORE_THE_DAY:
            path = reverse("meetings:review_act", args=[review.pk, action])
            yield from seen("meetings:review_act", path, (staff,), BOTH)
