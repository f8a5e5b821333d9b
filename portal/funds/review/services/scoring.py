"""Scores by criterion with their reasons: changed freely until all are in, and read by nobody else before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import User
from portal.duties import services as duties
from portal.funds.applying.traces import trace
from portal.funds.models import MOST_POINTS, Application, Criterion, Review, Score
from portal.funds.review import events, ranking, selectors
from portal.funds.review.owing import owe_next
from portal.funds.review.permissions import APPLICATIONS
from portal.funds.review.wording import SCORES
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank


class Given(NamedTuple):
    """Points from 0 to 10 for a criterion, and why."""

    points: int
    why: str


@transaction.atomic
def hand_in_scores(user: User, pk: int, given: Mapping[str, Given], comment: str = "") -> Review:
    """Hand in the scores of an application, by the keys of the criteria; until all are in they can be handed in anew.

    NotPossible where a criterion, or a reason, is missing, points are not from 0 to 10, or all scores are in.
    """
    application = APPLICATIONS.take(user, pk, "score")
    review = _own(user, application)
    criteria = list(application.call.criteria.all())
    for criterion in criteria:
        _require(criterion, given.get(criterion.key))
    review.scores.all().delete()
    Score.objects.bulk_create(
        Score(review=review, criterion=one, points=given[one.key].points, why=given[one.key].why.strip())
        for one in criteria
    )
    review.comment, review.handed_in_at = comment.strip(), clock.now()
    review.save(update_fields=["comment", "handed_in_at"])
    _finish(review, application, user)
    return review


def _own(user: User, application: Application) -> Review:
    own = Review.objects.standing().filter(application=application, reviewer__person=user.person_id)
    review = own.select_related("reviewer__call", "reviewer__person").first()
    if review is None:
        raise NotPossible(_("You do not score this application."))
    if review.handed_in_at and selectors.all_in(application.call):
        raise NotPossible(_("All scores are in and can be read. They do not change any more."))
    return review


def _require(criterion: Criterion, given: Given | None) -> None:
    if given is None or not 0 <= given.points <= MOST_POINTS:
        raise NotPossible(_("“%(label)s”: please give 0 to 10 points.") % {"label": criterion.label})
    if blank(given.why):
        raise NotPossible(_("“%(label)s”: please say why.") % {"label": criterion.label})


def _finish(review: Review, application: Application, user: User) -> None:
    """What was owed is done; once all are in, each application gets its score, and the shortlist is owed."""
    if not Review.objects.pending().filter(reviewer=review.reviewer).exists():
        duties.close(SCORES, review.reviewer, by=user)
    if selectors.all_in(application.call):
        for row in ranking.of(application.call):
            row.application.score = row.hundredths
            row.application.save(update_fields=["score"])
            trace(row.application, "scored")
        log(events.SCORED, application.call)
    owe_next(application.call)
