"""What time does to reviews: ballots end, opinions count as received, plans are late, the yearly review."""

from __future__ import annotations

from portal.duties.tick import job
from portal.meetings.models import Review
from portal.meetings.reviews import yearly
from portal.meetings.reviews.services import following, sessions
from portal.meetings.states.review import ReviewState as R
from portal.voting.jobs import count_votes, end_votes


def _in(*states: R) -> list[int]:
    return list(Review.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True))


@job
def settle_reviews() -> None:
    """Each ballot of a review is counted at once when it ends."""
    waiting = _in(R.BALLOTING, R.COUNTED)
    if waiting:
        end_votes()
        count_votes()
    for pk in waiting:
        sessions.settle(pk)


@job
def follow_reviews() -> None:
    """Opinions that nobody confirmed, and plans that did not come."""
    for pk in _in(R.OPINION_SENT):
        following.take_as_received(pk)
    for pk in _in(R.PLAN_DUE):
        following.note_late_plan(pk)


@job
def ask_for_yearly_reviews() -> None:
    """The review of the committee once a year is owed by itself."""
    for here in yearly.missing():
        yearly.owe(here)
