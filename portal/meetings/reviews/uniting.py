"""Nobody chairs the review of their own work, by whichever of two records."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Union
from portal.kit.errors import NotPossible
from portal.meetings.models import Review


def _not_both_sides(union: Union) -> None:
    both = Q(chair=union.kept, reviewed_person=union.other) | Q(chair=union.other, reviewed_person=union.kept)
    review = Review.objects.filter(both).exclude(state__in=Review.course.over).first()
    if review is not None:
        raise NotPossible(
            _("They stand on two sides of “%(meeting)s”. End that meeting first.") % {"meeting": review.title}
        )


uniting.register("reviews", _not_both_sides)
