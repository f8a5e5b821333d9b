"""After the day: who was heard and what they asked, who owes them the answer, and what they make of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import notify
from portal.actions.lifecycles import advance
from portal.community.models import Area, Person, User
from portal.community.selectors import accounts_of, person_of, signature
from portal.deliberation.models import Topic
from portal.deliberation.services import topics
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.surveys.models import Booking, BookingTrace, Done, NoteKind, NoteTrace, VisitNote
from portal.surveys.reception.events import HANDED_ON, HEARD, NOT_HEARD, PASSED, REOPENED
from portal.surveys.reception.naming import require_nameless
from portal.surveys.reception.permissions import BOOKINGS
from portal.surveys.reception.services import notes
from portal.surveys.reception.services.days import tell
from portal.surveys.reception.wording import ANSWER, SHEET
from portal.surveys.states import BookingState, NoteState


@transaction.atomic
def hear(user: User, pk: int, *, asked: str, building: Area | None = None) -> Booking:
    """Write down what somebody asked who came; whoever heard it owes the answer, and the person is told so.

    NotPossible before the day, or where the words tell who asked.
    """
    booking = BOOKINGS.take(user, pk, "hear")
    _begun(booking)
    advance(booking, BookingState.HEARD)
    made = notes.write(
        user,
        booking.neighbourhood,
        asked=asked,
        building=building,
        kind=NoteKind.RECEPTION,
        heard_on=clock.day_of(booking.day.starts_at),
        booking=booking,
    )
    _promise(user, booking, made)
    return booking


@transaction.atomic
def miss(user: User, pk: int) -> Booking:
    """Nobody came. It can be put right by saying what was asked."""
    booking = BOOKINGS.take(user, pk, "miss")
    _begun(booking)
    advance(booking, BookingState.MISSED)
    _all_said(user, booking)
    return booking


@transaction.atomic
def mistaken(user: User, pk: int, *, reason: str, came: Booking | None = None) -> Booking:
    """This person had not said it: no answer is owed to them any more, and they are told so.

    `came`: whose time of the same day it was; the answer is owed to them instead, anew. Else the note stays without a
    time, and the answer to it is owed by the day that was promised. `after_all` takes it back. Raises NotPossible once
    it was answered or taken up (opened again, it can be done), and where the reason tells who asked.
    """
    booking = BOOKINGS.take(user, pk, "mistaken")
    require_nameless(reason, booking.neighbourhood)
    note = _standing(booking)
    duty = owed(booking)
    duties.drop(booking, ANSWER)
    still = not clock.passed(booking.day.ends_at)
    advance(booking, BookingState.BOOKED if still else BookingState.MISSED)
    by = signature(user, booking.neighbourhood).name
    BookingTrace.objects.create(booking=booking, note=note, by=by, reason=reason)
    tell(NOT_HEARD, booking, said_on=clock.day_of(booking.day.starts_at).isoformat())
    if note is not None:
        NoteTrace.objects.create(note=note, by=by, what=Done.DETACHED, reason=reason)
        _pass(user, note, came, duty)
    return booking


@transaction.atomic
def after_all(user: User, pk: int, *, reason: str) -> Booking:
    """It had been theirs after all: the note taken from them is theirs again, owed by the day that was promised.

    Raises NotPossible where that note has a time, was answered, taken up or erased, or the reason tells who asked.
    """
    booking = BOOKINGS.take(user, pk, "after_all")
    require_nameless(reason, booking.neighbourhood)
    note = taken_from(booking, lock=True)
    if note is None:
        raise NotPossible(_("The note is somebody else's now, or done with. Please look at the notes."))
    duty = owed(note)
    duties.drop(note, ANSWER)
    advance(booking, BookingState.HEARD)
    note.booking = booking
    note.save(update_fields=["booking"])
    by = signature(user, booking.neighbourhood).name
    NoteTrace.objects.create(note=note, by=by, what=Done.GIVEN_BACK, reason=reason)
    _promise(user, booking, note, duty)
    return booking


@transaction.atomic
def hand_on(user: User, pk: int, *, to: Person) -> Booking:
    """Somebody else owes the answer from now on; its day stays. Both who came and who owes it are told."""
    booking = BOOKINGS.take(user, pk, "hand_on")
    duty = owed(booking)
    if duty is None or duty.person_id == to.pk:
        raise NotPossible(_("There is nothing to hand on to this person."))
    duty.person, duty.post, duty.area = to, "", None
    duty.save(update_fields=["person", "post", "area"])
    note, due = booking.note, notes.last_day(duty)
    by = signature(user, booking.neighbourhood).name
    NoteTrace.objects.create(note=note, by=by, what="handed_on", reason=to.public_name)
    occasion = f"{key(booking)}:{clock.now().isoformat()}"
    notify(HANDED_ON, booking, accounts_of(to.pk), once_per=occasion, due_on=due)
    tell(PASSED, booking, said_on=note.heard_on.isoformat(), who=to.public_name, due_on=due)
    return booking


@transaction.atomic
def raise_topic(user: User, pk: int) -> Topic:
    """Whoever came makes a topic of it: a draft of their own, begun with what was written down."""
    booking = BOOKINGS.take(user, pk, "raise_topic")
    note = _note(booking)
    if note.state == NoteState.TAKEN_UP:
        raise NotPossible(_("It is a topic already."))
    if note.state == NoteState.ANSWERED:
        notes.open_again(note)
    draft = topics.propose(user, booking.neighbourhood, {"title": note.asked[:60], "problem": note.asked})
    notes.take(note, draft, user)
    return draft


@transaction.atomic
def not_answered(user: User, pk: int, *, reason: str) -> Booking:
    """Whoever came is not content: an answer is owed anew by whoever gave the last one, or by the host."""
    booking = BOOKINGS.take(user, pk, "not_answered")
    note = _note(booking)
    if note.state != NoteState.ANSWERED:
        raise NotPossible(_("It waits for its answer."))
    last = Duty.objects.about(key(booking)).filter(kind=ANSWER, done_at__isnull=False).order_by("-done_at")
    done = last.select_related("person").first()
    NoteTrace.objects.create(note=note, by="", what="reopened", was=note.answer, reason=reason)
    notes.open_again(note)
    person = done.person if done and done.person else booking.day.host
    duty = notes.owe_answer(note, person)
    occasion = f"{key(booking)}:{clock.now().isoformat()}"
    due = notes.last_day(duty)
    # Why stands with the note alone: what is erased there must not be kept in a notice.
    url = note.get_absolute_url()
    notify(REOPENED, booking, accounts_of(person.pk), once_per=occasion, url=url, due_on=due)
    return booking


def may_have_come(booking: Booking) -> QuerySet[Booking]:
    """Who else of the same day may have said it: those not noted as heard yet."""
    waiting = booking.day.bookings.filter(state__in=[BookingState.BOOKED, BookingState.MISSED])
    return waiting.exclude(pk=booking.pk).select_related("person", "day").order_by("number", "pk")


def taken_from(booking: Booking, *, lock: bool = False) -> VisitNote | None:
    """The note that was last taken from a time, while it is nobody's and waits for its answer."""
    last = BookingTrace.objects.filter(booking=booking, note__isnull=False).values("note")[:1]
    found = VisitNote.objects.filter(pk__in=last, booking=None, state=NoteState.NOTED)
    if lock:
        found = found.select_for_update(of=("self",), no_key=True)
    return found.select_related("neighbourhood").first()


def owed(about: Booking | VisitNote) -> Duty | None:
    """The promise of an answer that stands, of a time or of a note that is nobody's, with whose it is."""
    standing = Duty.objects.active().about(key(about)).filter(kind=ANSWER)
    return standing.select_related("person", "area", "neighbourhood").first()


def _standing(booking: Booking) -> VisitNote | None:
    """The note of a time, locked, while it waits for its answer; None where it was erased."""
    found = VisitNote.objects.filter(booking=booking).select_related("neighbourhood")
    note = found.select_for_update(of=("self",), no_key=True).first()
    if note is not None and note.state in {NoteState.ANSWERED, NoteState.TAKEN_UP}:
        raise NotPossible(_("It was answered or taken up already. Please open it again first."))
    return note


def _pass(user: User, note: VisitNote, came: Booking | None, duty: Duty | None) -> None:
    """A note leaves the time of somebody who had not said it, for that of whoever did; nobody's keeps its day."""
    note.booking = None
    if came is not None and note.state == NoteState.NOTED:
        right = BOOKINGS.take(user, came.pk, "hear")
        advance(right, BookingState.HEARD)
        note.booking = right
    note.save(update_fields=["booking"])
    if note.booking is not None:
        _promise(user, note.booking, note, duty, anew=True)
    elif note.state == NoteState.NOTED:
        notes.owe_answer(note, _owes(user, duty), notes.day_of(duty))


def _promise(
    user: User, booking: Booking, note: VisitNote, was: Duty | None = None, *, anew: bool = False
) -> None:
    """Whoever came is told by when they get the answer, and who owes it: as in the promise that was, or anew."""
    owes = _owes(user, was)
    duty = notes.owe_answer(note, owes, None if anew else notes.day_of(was))
    who = signature(user, booking.neighbourhood).name if owes == person_of(user) else owes.public_name
    tell(HEARD, booking, said_on=note.heard_on.isoformat(), due_on=notes.last_day(duty), who=who)
    _all_said(user, booking)


def _owes(user: User, was: Duty | None) -> Person:
    """Who owed it before; else whoever acts."""
    return was.person if was and was.person else person_of(user)


def _note(booking: Booking) -> VisitNote:
    found = VisitNote.objects.filter(booking=booking).select_related("neighbourhood", "booking")
    note = found.select_for_update(of=("self",), no_key=True).first()
    if note is None or note.state == NoteState.REMOVED:
        raise NotPossible(_("There is nothing written down."))
    note.booking = booking
    return note


def _begun(booking: Booking) -> None:
    if clock.day_of(booking.day.starts_at) > clock.today():
        raise NotPossible(_("The day is still to come."))


def _all_said(user: User, booking: Booking) -> None:
    if not booking.day.bookings.filter(state=BookingState.BOOKED).exists():
        duties.close(SHEET, booking.day, by=user)
