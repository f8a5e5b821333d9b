"""The yearly review of the committee (Shanghai's regulation on residents' committees, art. 18): owed by itself."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Kind, Post
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.meetings.models import Review, Reviewed
from portal.meetings.reviews.services.owing import YEARLY
from portal.meetings.states.review import ReviewState as R
from portal.record.services import key

MONTH = timedelta(days=365) / 12


def missing() -> list[Area]:
    """The neighbourhoods with a committee whose yearly review comes near and is not under way."""
    return [here for here in _with_committee() if _near(here)]


def owe(here: Area) -> None:
    """Let the committee owe its review until a year after the last one, or the end of the year. Idempotent."""
    duties.open_duty(
        YEARLY,
        key(here),
        due=Deadline(clock.end_of(due_on(here))),
        post=Post.WORKER,
        neighbourhood=here,
        title=_("Yearly review of the committee"),
        url=reverse("meetings:review_plan", args=[here.slug]),
    )


def due_on(here: Area) -> date:
    """The day until which the committee has to be reviewed: a year after the last time; the first one this year."""
    last = _held(here).order_by("-starts_at").values_list("starts_at", flat=True).first()
    if last is None:
        return date(clock.today().year, 12, 31)
    return clock.day_of(last) + MONTH * int(rule("review.yearly_months", here))


def _near(here: Area) -> bool:
    running = _of(here).exclude(state__in=[R.CLOSED, R.CANCELLED]).exists()
    ahead = timedelta(days=rule("review.ahead_days", here))
    return not running and due_on(here) - ahead <= clock.today()


def _of(here: Area) -> QuerySet[Review]:
    return Review.objects.filter(neighbourhood=here, reviewed=Reviewed.COMMITTEE)


def _held(here: Area) -> QuerySet[Review]:
    return _of(here).filter(vote__isnull=False, starts_at__isnull=False).exclude(state=R.CANCELLED)


def _with_committee() -> QuerySet[Area]:
    today = clock.today()
    held = Appointment.objects.on(today).filter(post=Post.DIRECTOR, area=OuterRef("pk"))
    return Area.objects.filter(Exists(held), kind=Kind.NEIGHBOURHOOD, retired_on=None).order_by("pk")
