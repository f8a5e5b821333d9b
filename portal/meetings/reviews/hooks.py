"""The review as one of the kinds of meetings; what stands beside its ballot, and who has none."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.meetings.chairs import Chairs
from portal.meetings.kinds import Kind, register
from portal.meetings.models import Review
from portal.meetings.reviews.actions import ROUTE
from portal.meetings.reviews.events import MINUTED
from portal.meetings.reviews.permissions import REVIEWS
from portal.meetings.reviews.selectors import staff_of
from portal.voting.hooks import BallotNote, register_ballot_notes, register_barred
from portal.voting.models import Vote


def _notes(vote: Vote) -> list[BallotNote]:
    review = Review.objects.filter(vote=vote).first()
    if review is None:
        return []
    said = _("The report and the remarks of the oversight committee stand on its page.")
    return [BallotNote(review.title, said, url=review.get_absolute_url())]


def _barred(pk: int) -> Collection[int]:
    review = Review.objects.select_related("neighbourhood").filter(pk=pk).first()
    return staff_of(review) if review else ()


register(
    Kind(
        model=Review,
        label=gettext_lazy("Review meeting"),
        plural=gettext_lazy("Review meetings"),
        icon="meeting",
        door=REVIEWS,
        route=ROUTE,
        minuted=MINUTED,
        plan="meetings:review_plan",
        chairs=Chairs(barred=lambda review: {review.reviewed_person_id}),
        what=gettext_lazy(
            "Residents’ delegates judge, by secret ballot, the work of who serves them; what is amiss is put right."
        ),
    )
)
register_ballot_notes("review", _notes)
register_barred("review", _barred)
