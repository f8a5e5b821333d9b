"""What the clock does to topics. Each topic is its own transaction, checked again under its lock."""

from __future__ import annotations

from django.db.models import F, Q

from portal.deliberation.models import Topic
from portal.deliberation.services import forum, reviewing, screening, topics
from portal.deliberation.states import State
from portal.duties.tick import job
from portal.kit import clock
from portal.voting.jobs import end_votes, freeze_rolls


def _run_out(*states: State) -> list[int]:
    over = Topic.objects.filter(state__in=states, state_until__lte=clock.now())
    return list(over.order_by("pk").values_list("pk", flat=True))


@job
def expire_topics() -> None:
    """End the topics that found too few seconders, or were not completed, in time."""
    for pk in _run_out(State.SECONDING, State.RETURNED):
        topics.expire(pk)


@job
def open_discussions() -> None:
    """Open the discussion of topics whose public notice is over."""
    for pk in _run_out(State.ANNOUNCED):
        screening.open_discussion(pk)


@job
def settle_votes() -> None:
    """Take topics where their votes lead: closed, called off, or extended.

    After a pause a vote may have begun and ended since the last round: first its roll is frozen and its end kept.
    """
    freeze_rolls()
    end_votes()
    waiting = Topic.objects.filter(state=State.VOTING)
    ended = Q(state_until__lte=clock.now()) | Q(vote__aborted_at__isnull=False)
    moved = ~Q(state_until=F("vote__closes_at"))
    for pk in list(waiting.filter(ended | moved).order_by("pk").values_list("pk", flat=True)):
        forum.settle_vote(pk)


@job
def ask_for_reviews() -> None:
    """What was carried out and closed for good is judged at a review meeting, which is owed by itself."""
    for topic in reviewing.unreviewed():
        reviewing.owe_review(topic)
