"""The day of a review: who came, with quorum or without, the secret ballot, and its count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.doors import whole
from portal.actions.events import announce
from portal.community.models import Person, User
from portal.community.rules import rule
from portal.duties import calendar
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import rules as shares
from portal.meetings.live.services import presence
from portal.meetings.models import Review
from portal.meetings.reviews import events
from portal.meetings.reviews.permissions import REVIEWS
from portal.meetings.reviews.rules import leading
from portal.meetings.reviews.selectors import affected, came_to, counts_of, invited, panel, staff_of
from portal.meetings.reviews.services.owing import move
from portal.meetings.services.attending import require_day, require_hour, still_here
from portal.meetings.states.review import ReviewState as R
from portal.record.services import key
from portal.voting.matters import Question
from portal.voting.models import Electorate, Method
from portal.voting.selectors import voters
from portal.voting.services.calling import call_vote


@transaction.atomic
def take_attendance(user: User, pk: int, *, present: Collection[int]) -> Review:
    """Note which delegates are here in this round, by their participants' keys. May be corrected while it runs."""
    review = REVIEWS.take(user, pk, "take_attendance")
    members, here = list(review.participants.select_related("person")), set(present)
    if not here <= {member.pk for member in members}:
        raise NotPossible(_("Only those who were invited can be marked as present."))
    require_day(review)
    if review.state == R.IN_SESSION and not _enough(review, _judging(review, here)):
        raise NotPossible(_("Without its quorum the meeting cannot go on."))
    presence.ticked(review, members, here, by=user)
    announce(events.ATTENDANCE, review, by=user, data=_came(review))
    return review


@transaction.atomic
def begin(user: User, pk: int) -> Review:
    """Open the meeting: its hour has come, and two thirds of the delegates are here (rule review.quorum)."""
    review = REVIEWS.take(user, pk, "begin")
    require_hour(review)
    require_quorum(review)
    move(review, R.IN_SESSION, by=user)
    announce(events.IN_SESSION, review, by=user, data=_came(review))
    return review


def require_quorum(review: Review) -> None:
    """Refuse to open a review to which too few delegates came."""
    came = _came(review)
    if not _enough(review, came["came"]):
        raise NotPossible(
            _("%(came)d of %(invited)d delegates are here; %(need)d are needed.")
            % {**came, "need": _need(review)}
        )


def require_too_few(review: Review) -> None:
    """Refuse to note that too few came where enough delegates are here."""
    if _enough(review, _came(review)["came"]):
        raise NotPossible(_("Enough delegates are here: open the meeting."))


@transaction.atomic
def no_quorum(user: User, pk: int) -> Review:
    """Note that too few came; the committee announces another day. Not before the hour, nor where enough are here."""
    review = REVIEWS.take(user, pk, "no_quorum")
    require_hour(review)
    require_too_few(review)
    came = _came(review)
    was = review.starts_at
    move(review, R.NO_QUORUM, by=user, starts_at=None, was_at=was)
    numbers: dict[str, Any] = {**came, "need": _need(review)}
    announce(
        events.NO_QUORUM, review, by=user, to=affected(review) | invited(review), data=numbers, **numbers
    )
    return review


@transaction.atomic
def open_ballot(user: User, pk: int, *, minutes: int) -> Review:
    """Open the secret ballot for the delegates who are here, for so many minutes; it is counted at once afterwards.

    Nobody who works for whom is reviewed stands on its roll. Raises NotPossible where so few are left that one could
    see who chose what (rule review.least_voters).
    """
    review = REVIEWS.take(user, pk, "open_ballot")
    people = judges(review)
    least = rule("review.least_voters", review.neighbourhood)
    if len(people) < least:
        raise NotPossible(
            _("Only %(n)d could vote; a secret ballot needs %(least)d.") % {"n": len(people), "least": least}
        )
    now = clock.now()
    with translation.override(settings.LANGUAGE_CODE):
        labels = tuple(str(level.label) for level in review.scale)
        title = _("How do you judge the work of %(name)s?") % {"name": review.reviewed_name}
    vote = call_vote(
        user,
        neighbourhood=review.neighbourhood,
        scope=review.neighbourhood,
        subject=key(review),
        subject_url=review.get_absolute_url(),
        title=title,
        explanation=review.title,
        electorate=Electorate.PANEL,
        matter="review_meeting",
        opens_at=now,
        closes_at=now + timedelta(minutes=minutes),
        question=Question(Method.CHOICE, options=labels, secret=True),
        people=people,
    )
    move(review, R.BALLOTING, by=user, vote=vote, level="")
    announce(events.BALLOTING, review, by=user, data={"vote": key(vote), "voters": len(people)})
    return review


@transaction.atomic
def settle(pk: int) -> Review:
    """Take a review where its ballot leads: counted; or once more, where it was called off or annulled. Idempotent."""
    reviews = Review.objects.select_for_update(of=whole(Review), no_key=True)
    review = reviews.select_related("neighbourhood", "vote", "reviewed_person").get(pk=pk)
    vote = review.vote
    if vote is None or review.state not in {R.BALLOTING, R.COUNTED}:
        return review
    if vote.aborted_at is not None or vote.annulled_at is not None:
        move(review, R.IN_SESSION, by=None, level="")
        announce(events.BALLOT_VOID, review, to=voters(vote), data={"vote": key(vote)}, reason=vote.ended_why)
    elif vote.counted_at is not None and review.state == R.BALLOTING:
        counts = counts_of(vote, review.scale)
        move(review, R.COUNTED, by=None, level=leading(review.scale, counts) or "")
        with translation.override(settings.LANGUAGE_CODE):
            said = "、".join(f"{level.label} {number}" for level, number in counts.items())
        announce(events.COUNTED, review, data={"vote": key(vote), "counts": said})
    return review


@transaction.atomic
def publish(user: User, pk: int) -> Review:
    """Publish the result by a public notice that stays up as long as the rule says; neighbours are told."""
    review = REVIEWS.take(user, pk, "publish")
    until = calendar.calendar_days(clock.now(), rule("review.posted_days", review.neighbourhood)).at
    with translation.override(settings.LANGUAGE_CODE):
        level = str(review.get_level_display()) or _("no ballot was valid")
        body = _("The delegates judged “%(name)s”: %(level)s.") % {
            "name": review.reviewed_name,
            "level": level,
        }
    notice = duties.post_notice(
        review,
        "review.result",
        neighbourhood=review.neighbourhood,
        title=review.title,
        body=body,
        url=review.get_absolute_url(),
        ends_at=until,
    )
    move(review, R.RESULT_PUBLISHED, by=user, result_notice=notice)
    told = affected(review) | invited(review)
    announce(events.PUBLISHED, review, by=user, to=told, data={"level": level}, level=level)
    return review


def judges(review: Review) -> list[Person]:
    """The delegates who are here in this round and do not work for whom is reviewed."""
    barred = staff_of(review)
    here = still_here(review, panel(review))
    return [member.person for member in here if member.person is not None and member.person_id not in barred]


def _judging(review: Review, present: set[int]) -> int:
    return panel(review).filter(pk__in=present).count()


def _enough(review: Review, came: int) -> bool:
    return shares.has_quorum(came, panel(review).count(), review.quorum)


def _need(review: Review) -> int:
    return shares.quorum_of(panel(review).count(), review.quorum)


def _came(review: Review) -> dict[str, int]:
    came, everybody = came_to(review)
    return {"round": review.round, "came": came, "invited": everybody}
