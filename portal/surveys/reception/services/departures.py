"""Somebody leaves: their times are free again; whoever would have heard is replaced, and the desk owes that."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.community.leaving import Item, Leaving
from portal.community.models import Post
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.surveys.models import Booking, ReceptionDay
from portal.surveys.reception.wording import HOST
from portal.surveys.states import BookingState


def times_of(leaving: Leaving) -> QuerySet[Booking]:
    """The times ahead that somebody booked where nothing ties them any more, or anywhere with their account."""
    ahead = Booking.objects.filter(
        leaving.within("day__neighbourhood", leaving.left),
        person=leaving.person,
        state=BookingState.BOOKED,
        day__starts_at__gt=clock.now(),
    )
    return ahead.select_related("day__neighbourhood").order_by("day__starts_at", "pk")


def time_shown(leaving: Leaving, booking: Booking) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(booking.title, _("is given back"), booking.day.get_absolute_url())


def free_times(leaving: Leaving, held: list[Booking]) -> None:
    """Somebody else can have them."""
    for booking in held:
        advance(booking, BookingState.GIVEN_BACK)


def days_of(leaving: Leaving) -> QuerySet[ReceptionDay]:
    """The days ahead on which somebody would have heard by the post that ends, or by any with the account."""
    ahead = ReceptionDay.objects.filter(host=leaving.person, called_off_at=None, starts_at__gt=clock.now())
    if leaving.post is not None:
        ahead = ahead.filter(neighbourhood__path__startswith=leaving.post.area.path)
    elif not leaving.closes_account:
        ahead = ahead.none()
    return ahead.select_related("neighbourhood").order_by("starts_at", "pk")


def day_shown(leaving: Leaving, day: ReceptionDay) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(
        day.title, _("the committee finds somebody else to hear, or calls it off"), day.get_absolute_url()
    )


def let_committee_hear(leaving: Leaving, held: list[ReceptionDay]) -> None:
    """The desk owes each day somebody else to hear on it, before it begins."""
    for day in held:
        due = Deadline(day.starts_at)
        duties.open_duty(HOST, day, due=due, post=Post.WORKER, title=day.record_title)
