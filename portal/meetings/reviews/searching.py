"""How reviews are found: by whom they judge, and by what was said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.meetings.models import Review
from portal.search.kinds import Kind, Mark, register


def _text(review: Review) -> str:
    minutes = review.minutes if review.minutes_hash else ""
    return "\n".join(
        [review.reviewed_name, review.place, review.report, review.opinion, review.plan, minutes]
    )


register(
    Kind(
        name="review",
        label=_("Review meetings"),
        model=Review,
        things=Review.objects.all,
        # Public from the day they are planned (permissions.REVIEWS).
        visible_to=lambda user: Review.objects.all(),
        title=lambda review: review.title,
        text=_text,
        url=lambda review: review.get_absolute_url(),
        when=lambda review: review.starts_at,
        mark=lambda review: Mark(review.state_label, "grey" if review.state in review.course.over else ""),
    )
)
