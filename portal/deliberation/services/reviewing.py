"""What was carried out and closed for good is judged at a review meeting (domain 2.4), which is owed by itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from portal.community.models import Post
from portal.community.rules import rule
from portal.deliberation.models import Topic
from portal.deliberation.services.undoing import closed_for_good_at
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import Deadline, calendar_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.reviews.services.owing import MATTER
from portal.record.fragments import stir


def unreviewed() -> list[Topic]:
    """The topics whose closing cannot be taken back any more, and whose review was never asked for.

    Not those for which its time is over already: they were closed before anybody asked for reviews.
    """
    since = clock.now() - timedelta(days=rule("review.matter_days"))
    asked = Duty.objects.filter(kind=MATTER).values("subject")
    closed = Topic.objects.filter(state=State.CLOSED, ended_at__gte=since)
    found = closed.annotate(named=Concat(Value("topic:"), Cast("pk", CharField()))).exclude(named__in=asked)
    topics = list(found.select_related("neighbourhood", "area").order_by("pk"))
    return [one for one in topics if clock.passed(closed_for_good_at(one)) and not clock.passed(_due(one).at)]


@transaction.atomic
def owe_review(topic: Topic) -> None:
    """Let the committee owe the review of a topic within its time from the closing. Idempotent."""
    duties.open_duty(MATTER, topic, due=_due(topic), post=Post.WORKER)
    # The topic's page says until when, and is kept as long as nothing changes in its neighbourhood.
    stir(topic.neighbourhood.slug)


def _due(topic: Topic) -> Deadline:
    return calendar_days(topic.ended_at or clock.now(), rule("review.matter_days", topic.area))
