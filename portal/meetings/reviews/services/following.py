"""What follows from a review: the opinion, the plan and its measures, the check of what was put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.actions.doors import whole
from portal.actions.events import SYSTEM, announce
from portal.community.models import Post, User
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Review, ReviewMeasure
from portal.meetings.reviews import events
from portal.meetings.reviews.permissions import REVIEWS
from portal.meetings.reviews.selectors import affected, answering, invited
from portal.meetings.reviews.services.owing import MEASURE, RECEIVE, move, owe_late_plan, plan_duty
from portal.meetings.services.transitions import in_working_days, iso
from portal.meetings.states.review import ReviewState as R
from portal.record.services import key


@transaction.atomic
def send_opinion(user: User, pk: int, *, opinion: str, asks_plan: bool) -> Review:
    """Send what the residents said to whom it concerns; with a plan asked for, or without."""
    review = REVIEWS.take(user, pk, "send_opinion")
    due = move(review, R.OPINION_SENT, by=user, opinion=opinion, asks_plan=asks_plan)
    told, until = answering(review), iso(due.at if due else None)
    announce(events.OPINION_SENT, review, by=user, to=told, due_at=until)
    return review


@transaction.atomic
def receive(user: User, pk: int) -> Review:
    """The opinion was received: from now on the plan is due (rule review.plan_working_days)."""
    review = REVIEWS.take(user, pk, "receive")
    if not review.asks_plan:
        raise NotPossible(_("No plan was asked for."))
    return _received(review, user)


@transaction.atomic
def file_plan(
    user: User,
    pk: int,
    *,
    targets: str,
    head: str,
    listener: str,
    measures: Sequence[tuple[str, date]],
) -> Review:
    """File the plan: targets, measures each with its day, signed by the head's name. Not without a measure."""
    review = REVIEWS.take(user, pk, "file_plan")
    if not measures:
        raise NotPossible(_("A plan names at least one measure with its day."))
    if any(day < clock.today() for _text, day in measures):
        raise NotPossible(_("A measure lies ahead. Please check the days."))
    review.measures.all().delete()
    ReviewMeasure.objects.bulk_create(
        ReviewMeasure(review=review, number=number, text=text, due_on=day)
        for number, (text, day) in enumerate(measures, start=1)
    )
    plan = {"plan": targets, "plan_head": head, "listener": listener, "plan_filed_at": clock.now()}
    due = move(review, R.PLAN_FILED, by=user, **plan)
    told, data = post_users(Post.OVERSIGHT, review.neighbourhood), {"measures": len(measures)}
    announce(events.PLAN_FILED, review, by=user, to=told, data=data, due_at=iso(due.at if due else None))
    return review


@transaction.atomic
def return_plan(user: User, pk: int, *, reason: str) -> Review:
    """Give a plan back with the reason; it is due again, with the whole time for it."""
    review = REVIEWS.take(user, pk, "return_plan")
    move(review, R.PLAN_DUE, by=user, received_at=clock.now(), reason=reason, late_at=None)
    announce(
        events.PLAN_RETURNED,
        review,
        by=user,
        to=answering(review),
        data={"reason": reason},
        reason=reason,
    )
    return review


@transaction.atomic
def accept_plan(user: User, pk: int) -> Review:
    """Accept the plan: each of its measures is owed until its day."""
    review = REVIEWS.take(user, pk, "accept_plan")
    move(review, R.RECTIFYING, by=user, reason="")
    data = {"measures": review.measures.count()}
    announce(events.RECTIFYING, review, by=user, to=answering(review), data=data)
    return review


@transaction.atomic
def measure_done(user: User, pk: int, *, measure: int, note: str) -> Review:
    """Say how a measure was carried out. Raises NotPossible for one that is done, or of another plan."""
    review = REVIEWS.take(user, pk, "measure_done")
    found = review.measures.standing().filter(pk=measure).first()
    if found is None:
        raise NotPossible(_("This measure is noted as done already."))
    found.done_at, found.note = clock.now(), note
    found.save(update_fields=["done_at", "note"])
    duties.close(MEASURE, found, by=user)
    said = {"measure": found.text, "note": note}
    told = post_users(Post.OVERSIGHT, review.neighbourhood)
    announce(events.MEASURE_DONE, review, by=user, to=told, data=said, url=found.get_absolute_url(), **said)
    return review


@transaction.atomic
def re_check(user: User, pk: int, *, found: str) -> Review:
    """The oversight member has looked at what was put right. Raises NotPossible while a measure is not reported."""
    review = REVIEWS.take(user, pk, "re_check")
    if review.measures.standing().exists():
        raise NotPossible(_("Not every measure is reported yet. Ask for what is missing first."))
    move(review, R.RE_CHECKED, by=user, recheck=found)
    announce(events.RE_CHECKED, review, by=user)
    return review


@transaction.atomic
def more(user: User, pk: int, *, measure: str, due_on: date) -> Review:
    """What was found is not enough: one more measure, with its day."""
    review = REVIEWS.take(user, pk, "more")
    last = review.measures.aggregate(last=Max("number"))["last"] or 0
    review.measures.create(number=last + 1, text=measure, due_on=due_on)
    move(review, R.RECTIFYING, by=user)
    said = {"measure": measure, "due_on": due_on.isoformat()}
    announce(events.MORE, review, by=user, to=answering(review), data=said, **said)
    return review


@transaction.atomic
def close(user: User, pk: int) -> Review:
    """Close the review: what was put right was checked, or no plan was asked for. Those who judged are told."""
    review = REVIEWS.take(user, pk, "close")
    if review.state == R.OPINION_SENT and review.asks_plan:
        raise NotPossible(_("A plan was asked for; it has to come first."))
    move(review, R.CLOSED, by=user)
    announce(events.CLOSED, review, by=user, to=affected(review) | invited(review))
    return review


@transaction.atomic
def take_as_received(pk: int) -> bool:
    """An opinion that nobody confirmed counts as received once its time is over. Returns whether it did so now."""
    review = _locked(pk)
    if review.state != R.OPINION_SENT or not review.asks_plan or not clock.passed(_receipt_due(review)):
        return False
    _received(review, None)
    return True


@transaction.atomic
def note_late_plan(pk: int) -> bool:
    """A plan that did not come in time is the subdistrict's matter. Once a plan; returns whether it was noted now."""
    review = _locked(pk)
    duty = plan_duty(review)
    if review.state != R.PLAN_DUE or review.late_at or duty is None or not clock.passed(duty.due_at):
        return False
    review.late_at = clock.now()
    review.save(update_fields=["late_at"])
    owe_late_plan(review, in_working_days(review, "review.step_working_days"))
    told = post_users(Post.OFFICER, review.neighbourhood)
    announce(events.LATE, review, to=told, due_at=iso(duty.due_at))
    return True


def _received(review: Review, by: User | None) -> Review:
    due = move(review, R.PLAN_DUE, by=by, received_at=clock.now(), late_at=None)
    until = iso(due.at if due else None)
    announce(events.RECEIVED, review, by=by or SYSTEM, to=answering(review), due_at=until)
    return review


def _locked(pk: int) -> Review:
    reviews = Review.objects.select_for_update(of=whole(Review), no_key=True)
    return reviews.select_related("neighbourhood", "reviewed_person").get(pk=pk)


def _receipt_due(review: Review) -> datetime:
    standing = Duty.objects.active().filter(subject=key(review), kind=RECEIVE).first()
    return standing.due_at if standing else clock.now()
