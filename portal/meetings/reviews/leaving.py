"""What hangs on somebody who leaves: the chair of a review, a delegate's seat, and the review of a member."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community import leaving
from portal.community.leaving import Item, Leaving
from portal.community.models import Post
from portal.meetings.events import REVIEWED_LEFT
from portal.meetings.models import Participant, Review
from portal.meetings.reviews.permissions import REVIEWS
from portal.meetings.reviews.selectors import OF_THE_COMMITTEE
from portal.meetings.services.chairing import chairs_held
from portal.meetings.services.invited import lock, pass_seats
from portal.meetings.services.vacancies import locks, tell_committee
from portal.meetings.states.review import BEFORE


def seats_of(gone: Leaving) -> QuerySet[Participant]:
    """The seats of a delegate who gives up the post, moves away or closes the account, before the day."""
    here = gone.place if _gives_up_seat(gone) else gone.left
    held = Participant.objects.sitting().filter(
        gone.within("meeting__neighbourhood", here),
        person=gone.person,
        attended_at=None,
        meeting__review__isnull=False,
        meeting__state__in=BEFORE,
    )
    return held.select_related("meeting__neighbourhood").order_by("pk")


def _gives_up_seat(gone: Leaving) -> bool:
    post, here = gone.post, gone.place
    if post is None or here is None or post.post != Post.DELEGATE:
        return False
    held = gone.person.appointments.standing().filter(post=Post.DELEGATE).exclude(pk=post.pk)
    return not held.filter(area__path__startswith=here.path).exists()


def seat_shown(gone: Leaving, seat: Participant) -> Item:
    """One of them, as the page of the leaving lists it."""
    becomes = _("goes to the successor, or the committee is told")
    return Item(seat.meeting.title, becomes, seat.meeting.get_absolute_url())


def reviews_of(gone: Leaving) -> QuerySet[Review]:
    """The reviews, not closed yet, of a member who gives up the last post of the committee, or closes the account."""
    going = Review.objects.filter(reviewed_person=gone.person).exclude(state__in=Review.course.over)
    held = gone.person.appointments.standing().filter(post__in=OF_THE_COMMITTEE)
    stays = held.exclude(pk=gone.post.pk if gone.post else 0).exists()
    if not gone.closes_account and (gone.post is None or gone.post.post not in OF_THE_COMMITTEE or stays):
        return going.none()
    return (
        going.filter(gone.within("neighbourhood", gone.place)).select_related("neighbourhood").order_by("pk")
    )


def review_shown(gone: Leaving, review: Review) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(
        review.title, _("the committee cancels it, or goes on with it on paper"), review.get_absolute_url()
    )


def tell(gone: Leaving, reviews: list[Review]) -> None:
    """The committee decides; what the member owed is handed on as every promise is."""
    for review in reviews:
        tell_committee(REVIEWED_LEFT, review, gone.person, gone.by)


leaving.register("review.chair", chairs_held(gettext_lazy("Review meetings chaired"), REVIEWS))
leaving.register(
    "review.seat",
    leaving.Holding(
        gettext_lazy("Delegates’ seats at review meetings"), seats_of, seat_shown, pass_seats, lock
    ),
)
leaving.register(
    "review.reviewed",
    leaving.Holding(gettext_lazy("Reviews of their work"), reviews_of, review_shown, tell, locks(Review)),
)
