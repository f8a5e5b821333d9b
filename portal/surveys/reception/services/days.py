"""Reception days: planning one or a series, moving, calling off, booking a time and giving it back, reminding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.actions.lifecycles import advance
from portal.community.models import Area, Person, Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days, is_working_day
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.record.services import key
from portal.search import services as search
from portal.surveys.models import Booking, ReceptionDay
from portal.surveys.reception import series
from portal.surveys.reception.events import (
    BOOKED_FOR,
    CALLED_OFF,
    GIVEN_BACK,
    MOVED,
    PLANNED,
    REMINDER,
    TAKEN_AWAY,
)
from portal.surveys.reception.permissions import BOOKINGS, DAYS, PLACE
from portal.surveys.reception.wording import CALL, HOST, SHEET
from portal.surveys.states import BookingState

# So many times a day: whoever plans 24 hours of five minutes made a mistake.
MOST_TIMES = 60


@transaction.atomic
def plan(  # noqa: PLR0913 - what a reception day is made of
    user: User,
    slug: str,
    *,
    host: Person,
    first: date,
    begins: time,
    ends: time,
    place: str,
    about: str = "",
    minutes: int = 20,
    repeat: str = series.ONCE,
    number: int = 1,
) -> list[ReceptionDay]:
    """Plan a day, or a series by rule from `first` on; a series leaves out the days nobody works.

    Raises PermissionDenied, and NotPossible where the first day is over, or holds no time or too many.
    """
    here = PLACE.take(user, slug, "plan")
    days = series.days_of(repeat, first, number)
    if is_working_day(first):
        days = [day for day in days if is_working_day(day)]
    made = [
        ReceptionDay(
            neighbourhood=here,
            host=host,
            starts_at=_at(day, begins),
            ends_at=_at(day, ends),
            place=place,
            about=about,
            minutes=minutes,
            made_by=user,
        )
        for day in days
    ]
    for day in made:
        _fits(day)
        day.save()
        search.index(day)
    log(PLANNED, made[0], by=user, data={"number": len(made)})
    return made


@transaction.atomic
def move(
    user: User, pk: int, *, host: Person, on: date, begins: time, ends: time, place: str
) -> ReceptionDay:
    """Another day, time, place or host; whoever booked keeps their place in the order and is told.

    NotPossible where a booked time would be lost, or where nothing would change.
    """
    day = DAYS.take(user, pk, "move")
    booked = list(day.bookings.standing().filter(state=BookingState.BOOKED).order_by("number"))
    was = (day.host_id, day.starts_at, day.ends_at, day.place)
    day.host, day.starts_at, day.ends_at, day.place = host, _at(on, begins), _at(on, ends), place
    _fits(day)
    if was == (day.host_id, day.starts_at, day.ends_at, day.place):
        raise NotPossible(_("Nothing would change."))
    if booked and booked[-1].number >= day.times:
        raise NotPossible(_("Times that are booked would be lost. Please leave enough time for them."))
    day.save()
    search.index(day)
    duties.close(HOST, day, by=user)
    log(MOVED, day, by=user)
    for booking in booked:
        booking.day = day
        _tell(MOVED, booking, place=place)
    return day


@transaction.atomic
def call_off(user: User, pk: int, *, reason: str) -> ReceptionDay:
    """Call a day off; all booked are told, and led to the next days."""
    day = DAYS.take(user, pk, "call_off")
    booked = list(_locked(day.bookings.filter(state=BookingState.BOOKED)))
    day.called_off_at, day.reason = clock.now(), reason
    day.save(update_fields=["called_off_at", "reason"])
    search.index(day)
    duties.drop(day)
    log(CALLED_OFF, day, by=user, data={"reason": reason})
    for booking in booked:
        booking.day = day
        advance(booking, BookingState.GIVEN_BACK)
        _tell(CALLED_OFF, booking, reason=reason, url=day.get_absolute_url())
    return day


@transaction.atomic
def book(user: User, pk: int, *, number: int, matter: str) -> Booking:
    """Book a time for oneself: one a day. NotPossible where somebody was faster, or it is not to come any more."""
    day = DAYS.take(user, pk, "book")
    moment = day.time_of(number)
    if moment is None or clock.passed(moment):
        raise NotPossible(_("This time is not to be had. Please choose another."))
    return _booked(user, day, person_of(user), number, matter)


@transaction.atomic
def book_for(user: User, pk: int, *, person: Person, number: int, matter: str) -> Booking:
    """Book for somebody who calls, or take in whoever walks in: `number` of a time, or `day.times` for none."""
    day = DAYS.take(user, pk, "book_for")
    if number >= day.times:
        if clock.day_of(day.starts_at) != clock.today():
            raise NotPossible(_("Whoever comes without a time is taken in on the day itself."))
        last = day.bookings.order_by("-number").values_list("number", flat=True).first() or 0
        number = max(day.times, last + 1)
    made = _booked(user, day, person, number, matter)
    if made.starts_at and not clock.passed(made.starts_at):
        _tell(BOOKED_FOR, made, called=False)
    return made


@transaction.atomic
def give_back(user: User, pk: int) -> Booking:
    """Free a time: by whoever booked it, or by the committee for them. The other side is told."""
    booking = BOOKINGS.take(user, pk, "give_back")
    advance(booking, BookingState.GIVEN_BACK)
    duties.drop(booking, CALL)
    if user.person_id == booking.person_id:
        notify(GIVEN_BACK, booking, accounts_of(booking.day.host_id), once_per=key(booking), **_when(booking))
    else:
        _tell(TAKEN_AWAY, booking)
    stir(_slug(booking.day))
    return booking


@transaction.atomic
def told(user: User, pk: int) -> Booking:
    """Somebody without an account was called."""
    booking = BOOKINGS.take(user, pk, "told")
    duties.close(CALL, booking, by=user)
    return booking


def free_numbers(day: ReceptionDay) -> list[int]:
    """The times that can still be booked, by their numbers."""
    taken = set(day.bookings.standing().values_list("number", flat=True))
    now = clock.now()
    return [
        number
        for number in range(day.times)
        if number not in taken and (moment := day.time_of(number)) and moment > now
    ]


def remind() -> None:
    """The day before, everybody who booked is reminded once. Idempotent, by the occasion of the notice."""
    tomorrow = clock.today() + timedelta(days=1)
    booked = _expected().filter(
        day__starts_at__gte=clock.at_time(tomorrow, 0), day__starts_at__lt=clock.end_of(tomorrow)
    )
    for booking in booked:
        occasion = f"{key(booking)}:{booking.day.starts_at.isoformat()}"
        notify(
            REMINDER,
            booking,
            accounts_of(booking.person_id),
            once_per=occasion,
            place=booking.day.place,
            **_when(booking),
        )


def owe_sheets() -> None:
    """After a day its host says who was heard; asked again it stays one duty, and it ends when all is said."""
    over = ReceptionDay.objects.filter(called_off_at=None, ends_at__lte=clock.now())
    waiting = over.filter(bookings__state=BookingState.BOOKED).select_related("neighbourhood", "host")
    for day in waiting.distinct():
        due = add_working_days(day.ends_at, int(rule("surveys.sheet_working_days", day.neighbourhood)))
        duties.open_duty(SHEET, day, due=due, person=day.host, title=day.record_title)


def tell(event: Any, booking: Booking, *, once_per: str = "", url: str = "", **params: Any) -> None:
    """Tell whoever came; somebody without an account is called by the desk, which owes that for a working day."""
    _tell(event, booking, once_per=once_per, url=url, **params)


def _tell(
    event: Any, booking: Booking, *, called: bool = True, once_per: str = "", url: str = "", **params: Any
) -> None:
    to = accounts_of(booking.person_id)
    if to.exists():
        occasion = once_per or f"{key(booking)}:{clock.now().isoformat()}"
        notify(event, booking, to, once_per=occasion, url=url, **_when(booking), **params)
    elif called:
        due: Deadline = add_working_days(clock.now(), 1)
        duties.open_duty(CALL, booking, due=due, post=Post.WORKER, title=booking.day.record_title)


def _booked(user: User, day: ReceptionDay, person: Person, number: int, matter: str) -> Booking:
    """The constraints hold it, whoever asks at the same moment; what is asked before is for the words."""
    standing = day.bookings.standing()
    if standing.filter(person=person).exists():
        raise NotPossible(_("There is a time booked on this day already; one a day for each."))
    if standing.filter(number=number).exists():
        raise _faster()
    try:
        with transaction.atomic():
            made = Booking.objects.create(
                day=day, number=number, person=person, matter=matter, booked_by=user
            )
    except IntegrityError as error:
        raise _faster() from error
    stir(_slug(day))
    return made


def _faster() -> NotPossible:
    return NotPossible(_("Somebody else was faster: this time is taken. Please choose another."))


def _fits(day: ReceptionDay) -> None:
    if day.ends_at <= day.starts_at:
        raise NotPossible(_("It would end before it begins."))
    if clock.passed(day.starts_at):
        raise NotPossible(_("This moment is past. Please choose a later one."))
    if not 0 < day.times <= MOST_TIMES:
        raise NotPossible(
            _("That makes %(number)d times. Please choose from 1 to %(most)d.")
            % {"number": day.times, "most": MOST_TIMES}
        )


def _expected() -> Any:
    booked = Booking.objects.filter(state=BookingState.BOOKED, day__called_off_at=None)
    return booked.select_related("day__neighbourhood", "person").order_by("pk")


def _locked(rows: Any) -> Iterable[Booking]:
    locked: Iterable[Booking] = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return locked


def _at(day: date, hour: time) -> datetime:
    return clock.at_time(day, hour.hour, hour.minute)


def _when(booking: Booking) -> dict[str, Any]:
    return {"starts_at": (booking.starts_at or booking.day.starts_at).isoformat()}


def _slug(day: ReceptionDay) -> str:
    here: Area = day.neighbourhood
    return here.slug
