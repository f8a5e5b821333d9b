"""A review up to its day: planned, announced, the body's own report handed in and checked; called off and back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce as announce_event
from portal.actions.events import notify
from portal.community.models import Area, Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import person_of, post_users
from portal.duties import calendar
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.meetings.hooks import Subject, to_review
from portal.meetings.models import Part, Review, Reviewed
from portal.meetings.reviews import events
from portal.meetings.reviews.permissions import PLACES, REVIEWS
from portal.meetings.reviews.selectors import affected, answering, delegates_of, invited, panel, staff_of
from portal.meetings.reviews.services.owing import MATTER, YEARLY, move, owe_matter, report_day
from portal.meetings.services.papers import add_papers
from portal.meetings.services.transitions import (
    call_off,
    cancelled_for_good_at,
    iso,
    open_next_duty,
    when_and_where,
)
from portal.meetings.states.review import ReviewState as R
from portal.record.services import key
from portal.search import services as search


@dataclass(frozen=True)
class Invitation:
    """What a review is announced with. `starts_at` is aware; `notice_days` calendar days.

    `works_for`: delegates who work for whom is reviewed, by their persons' keys; they come, and have no ballot.
    """

    place: str
    starts_at: datetime
    agenda: str
    notice_days: int
    bring: str = ""
    works_for: Collection[int] = ()
    papers: Sequence[UploadedFile[Any]] = ()
    posted_at: str = ""


@transaction.atomic
def plan_review(
    user: User,
    slug: str,
    *,
    title: str,
    reviewed: str,
    name: str,
    chair: Person,
    person: Person | None = None,
    about: str = "",
) -> Review:
    """Plan a review of somebody; `about`: the key of a finished topic or project it is about, such as "topic:12".

    Raises NotPossible where nobody could check the report, where whoever is reviewed would chair, and where a review
    of the committee, or of the same matter, is under way already; what the matter's kind raises (hooks.to_review).
    """
    here = PLACES.take(user, slug, "plan_review")
    subject = _matter(user, here, about, reviewed)
    _check_plan(here, reviewed, chair, person)
    review = Review.objects.create(
        neighbourhood=here,
        area=subject.area if subject else here,
        subject=about if subject else "",
        subject_number=subject.number if subject else "",
        subject_title=subject.title if subject else "",
        title=title,
        reviewed=reviewed,
        reviewed_name=name,
        reviewed_person=person,
        called_by=person_of(user),
        chair=chair,
        quorum=rule("review.quorum", here),
    )
    search.index(review)
    if reviewed == Reviewed.COMMITTEE:
        duties.close(YEARLY, key(here), by=user)
    if subject:
        duties.close(MATTER, about, by=user)
    told = answering(review)
    announce_event(events.PLANNED, review, by=user, to=told, data={"name": name}, name=name)
    open_next_duty(review)
    return review


@transaction.atomic
def announce(user: User, pk: int, invitation: Invitation) -> Review:
    """Announce the day by a public notice and invite the delegates; whoever is reviewed owes a report before it.

    Announced again because too few had come, it stands where its report stands. Raises NotPossible for a day before
    the end of the notice, and where too few delegates could judge in secret.
    """
    review = REVIEWS.take(user, pk, "announce")
    until = calendar.calendar_days(clock.now(), _notice_days(review, invitation.notice_days)).at
    if invitation.starts_at < until:
        raise NotPossible(
            _("The notice runs until %(until)s. Choose a later time, or a shorter notice.")
            % {"until": deadline(until)}
        )
    _invite(review, invitation.works_for)
    add_papers(user, review, invitation.papers)
    again = review.state == R.NO_QUORUM
    review.starts_at = invitation.starts_at
    report_day(review, rule("review.report_days", review.neighbourhood))
    notice = duties.post_notice(
        review,
        "review",
        neighbourhood=review.neighbourhood,
        title=review.title,
        body=invitation.agenda,
        url=review.get_absolute_url(),
        ends_at=until,
        places=invitation.posted_at,
    )
    due = move(
        review,
        _announced_to(review),
        by=user,
        place=invitation.place,
        starts_at=invitation.starts_at,
        agenda=invitation.agenda,
        bring=invitation.bring,
        was_at=None,
        report_due_on=review.report_due_on,
        round=review.round + again,
        reason="",
        notice=notice,
    )
    when, count = when_and_where(review), panel(review).count()
    told = affected(review) | invited(review)
    announce_event(
        events.ANNOUNCED, review, by=user, to=told, data={**when, "delegates": count}, delegates=count, **when
    )
    if review.state == R.ANNOUNCED and due is not None:
        notify(events.REPORT_ASKED, review, answering(review), once_per=_round(review), due_at=iso(due.at))
    return review


@transaction.atomic
def report(
    user: User, pk: int, *, text: str, papers: Sequence[UploadedFile[Any]] = (), on_paper: bool = False
) -> Review:
    """Hand in the report of who is reviewed, or what they brought on paper; anew until it was checked."""
    review = REVIEWS.take(user, pk, "report_on_paper" if on_paper else "report")
    add_papers(user, review, papers)
    given = {"report": text, "reported_at": clock.now(), "report_on_paper": on_paper}
    if review.state == R.SELF_REPORT_IN:
        for name, value in given.items():
            setattr(review, name, value)
        review.save(update_fields=list(given))
        announce_event(events.REPORT_CHANGED, review, by=user)
        return review
    due = move(review, R.SELF_REPORT_IN, by=user, **given)
    announce_event(events.REPORTED, review, by=user)
    checkers = post_users(Post.OVERSIGHT, review.neighbourhood)
    notify(events.CHECK_ASKED, review, checkers, once_per=_round(review), due_at=iso(due.at if due else None))
    return review


@transaction.atomic
def report_on_paper(user: User, pk: int, *, text: str, papers: Sequence[UploadedFile[Any]] = ()) -> Review:
    """Enter the report that whoever is reviewed brought on paper."""
    return report(user, pk, text=text, papers=papers, on_paper=True)


@transaction.atomic
def check(user: User, pk: int, *, remarks: str) -> Review:
    """The oversight member has checked the report; the remarks are published with it. Not for one's own report."""
    review = REVIEWS.take(user, pk, "check")
    if user.person_id == review.reviewed_person_id and review.reviewed_person_id:
        raise NotPossible(_("Your own report is checked by somebody else."))
    checked = {"remarks": remarks, "checked_at": clock.now(), "checked_by": person_of(user)}
    move(review, R.CHECKED, by=user, **checked)
    announce_event(events.CHECKED, review, by=user)
    return review


@transaction.atomic
def cancel(user: User, pk: int, *, reason: str) -> Review:
    """Give the review up, with a published reason. Nobody owes anything about it any more."""
    review = REVIEWS.take(user, pk, "cancel")
    call_off(review, by=user, reason=reason)
    if review.subject:
        owe_matter(review)
    told = affected(review) | invited(review) if review.notice_id else answering(review)
    announce_event(events.CANCELLED, review, by=user, to=told, data={"reason": reason}, reason=reason)
    return review


@transaction.atomic
def reinstate(user: User, pk: int, *, reason: str) -> Review:
    """Take a cancelled review up where it stood. Raises NotPossible when its time has come."""
    review = REVIEWS.take(user, pk, "reinstate")
    if not review.cancelled_from or clock.passed(cancelled_for_good_at(review)):
        raise NotPossible(_("The time of this review has come. Please plan another one."))
    _check_matter(review.subject)
    move(review, R(review.cancelled_from), by=user, reason="", cancelled_from="", cancelled_at=None)
    if review.subject:
        duties.close(MATTER, review.subject, by=user)
    told = affected(review) | invited(review) if review.notice_id else answering(review)
    announce_event(events.REINSTATED, review, by=user, to=told, data={"reason": reason}, reason=reason)
    return review


def _check_plan(here: Area, reviewed: str, chair: Person, person: Person | None) -> None:
    if not holders(Post.OVERSIGHT, here):
        raise NotPossible(
            _("Nobody holds the post of oversight here, so nobody could check the report. Fill it first.")
        )
    if (reviewed == Reviewed.MEMBER) != (person is not None):
        raise NotPossible(_("Please choose the member of the committee who is reviewed."))
    if person is not None and person.pk == chair.pk:
        raise NotPossible(_("Whoever is reviewed cannot chair. Choose somebody else."))
    same = Review.objects.filter(neighbourhood=here, reviewed=Reviewed.COMMITTEE)
    if reviewed == Reviewed.COMMITTEE and same.exclude(state__in=[*Review.course.over]).exists():
        raise NotPossible(_("A review of the committee is under way already."))


def _matter(user: User, here: Area, about: str, reviewed: str) -> Subject | None:
    if not about:
        return None
    subject = to_review(user, about, lock=True)
    if subject.neighbourhood.pk != here.pk or reviewed != Reviewed.MATTER:
        raise NotPossible(_("This belongs to another neighbourhood, or is nothing that was carried out."))
    _check_matter(about)
    return subject


def _check_matter(about: str) -> None:
    held = Review.objects.filter(subject=about).exclude(state=R.CANCELLED)
    if about and held.exists():
        raise NotPossible(_("A review of it is under way, or was held, already."))


def _announced_to(review: Review) -> R:
    if review.checked_at:
        return R.CHECKED
    return R.SELF_REPORT_IN if review.reported_at else R.ANNOUNCED


def _invite(review: Review, works_for: Collection[int]) -> None:
    """All delegates take part; who works for whom is reviewed reports, and has no ballot."""
    people = delegates_of(review.neighbourhood)
    review.participants.filter(part=Part.REVIEWED).update(part=Part.DELEGATE)
    barred = staff_of(review) | set(works_for)
    least = rule("review.least_voters", review.neighbourhood)
    if len(set(people) - barred) < least:
        raise NotPossible(
            _("A secret ballot needs at least %(n)d delegates who do not work for whom is reviewed.")
            % {"n": least}
        )
    review.participants.filter(attended_at=None).exclude(person__in=people).delete()
    for pk, person in people.items():
        part = Part.REVIEWED if pk in barred else Part.DELEGATE
        review.participants.update_or_create(person=person, defaults={"part": part})


def _notice_days(review: Review, wanted: int) -> int:
    least = rule("review.notice_days", review.neighbourhood)["minimum"]
    if wanted < least:
        raise NotPossible(_("A review is announced for at least %(n)d days.") % {"n": least})
    return wanted


def _round(review: Review) -> str:
    return f"{key(review)}:{review.round}"
