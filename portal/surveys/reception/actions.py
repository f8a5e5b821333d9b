"""What can be done with a reception day, a booked time and a note, as their pages offer it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.models import User
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.surveys.models import Booking, ReceptionDay, VisitNote
from portal.surveys.reception import forms
from portal.surveys.reception.services import days, hearing, notes
from portal.surveys.reception.wording import CALL
from portal.surveys.states import NoteState


def _bookable(day: ReceptionDay, user: User) -> bool:
    if day.bookings.standing().filter(person=user.person_id).exists():
        return False
    return bool(days.free_numbers(day))


def _begun(booking: Booking, user: User) -> bool:
    return clock.day_of(booking.day.starts_at) <= clock.today()


def _open(booking: Booking, user: User) -> bool:
    note = getattr(booking, "note", None)
    return note is not None and note.state == NoteState.NOTED


def _waits(booking: Booking, user: User) -> bool:
    note = getattr(booking, "note", None)
    return note is None or note.state in {NoteState.NOTED, NoteState.REMOVED}


def _was_taken(booking: Booking, user: User) -> bool:
    return hearing.taken_from(booking) is not None


def _hers_to_raise(booking: Booking, user: User) -> bool:
    note = getattr(booking, "note", None)
    return note is not None and note.state in {NoteState.NOTED, NoteState.ANSWERED}


def _answered(booking: Booking, user: User) -> bool:
    note = getattr(booking, "note", None)
    return note is not None and note.state == NoteState.ANSWERED


def _to_be_called(booking: Booking, user: User) -> bool:
    return Duty.objects.active().about(key(booking)).filter(kind=CALL).exists()


def _removable(note: VisitNote, user: User) -> bool:
    return not (note.booking_id and note.state == NoteState.NOTED)


def _home(thing: ReceptionDay | Booking, user: User) -> Home:
    return Home(thing.title, thing.get_absolute_url())


def _to_draft(_booking: Any, topic: Any) -> str:
    return reverse("deliberation:draft", args=[topic.pk, 1])


def _to_booking(_day: ReceptionDay, booking: Booking) -> str:
    return booking.get_absolute_url()


def _to_note_or_booking(note: VisitNote, _result: Any) -> str:
    return note.booking.get_absolute_url() if note.booking else note.get_absolute_url()


DAY_ACTIONS = {
    "book": Action(
        _("Book a time"),
        days.book,
        forms.BookForm,
        done=_("The time is yours. The day before you are reminded."),
        main=True,
        ready=_bookable,
        then=_to_booking,
        not_ready=_("There is no free time, or you have one on this day already."),
        effect=None,
    ),
    "book_for": Action(
        _("Book for somebody, or take in who is here"),
        days.book_for,
        forms.BookForForm,
        text=_(
            "For whoever calls, and on the day for whoever walks in. The person is told, if they are here with us."
        ),
        done=_("Written down."),
        then=_to_booking,
        effect=None,
    ),
    "move": Action(
        _("Move it, or let somebody else hear"),
        days.move,
        forms.MoveForm,
        text=_("Everybody who booked is told, and keeps their place in the order."),
        done=_("Moved to another time."),
        tells=True,
        effect=Effect.REPLACES,
        way_back=WayBack("move"),
    ),
    "call_off": Action(
        _("Call the reception off"),
        days.call_off,
        forms.CallOffForm,
        text=_("Everybody who booked is told why, and led to the next days."),
        done=_("Called off."),
        tells=True,
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("There is no way back: those who booked are told at once. Another day can be planned."),
    ),
}
BOOKING_ACTIONS = {
    "hear": Action(
        _("Heard: write down what was asked"),
        hearing.hear,
        forms.HearForm,
        text=_("Whoever came reads this note. You owe the answer, with a date, until you hand it on."),
        done=_("Written down. You owe the answer now."),
        main=True,
        ready=_begun,
        not_ready=_("The day is still to come."),
        effect=None,
    ),
    "mistaken": Action(
        _("Not heard: it was noted by mistake"),
        hearing.mistaken,
        forms.MistakenForm,
        text=_(
            "No answer is owed to this person any more, and they are told that it was a mistake. What was said stays "
            "owed: to whoever said it, whom you choose here, and from whose time it can be given back the same way; "
            "or as a note of nobody, by the day that was promised."
        ),
        done=_("Put right."),
        tells=True,
        tone="quiet",
        ready=_waits,
        not_ready=_("It was answered or taken up already. Please open it again first."),
        effect=Effect.ENDS,
        way_back=WayBack("after_all"),
    ),
    "after_all": Action(
        _("It was theirs after all"),
        hearing.after_all,
        forms.AfterAllForm,
        text=_(
            "The note that was taken from this time belongs to it again. The person is told, and gets the answer by "
            "the day that was promised."
        ),
        done=_("It is theirs again."),
        tells=True,
        tone="quiet",
        ready=_was_taken,
        not_ready=_("The note is somebody else's now, or done with. Please look at the notes."),
        effect=Effect.REPLACES,
        way_back=WayBack("mistaken"),
    ),
    "miss": Action(
        _("Nobody came"),
        hearing.miss,
        text=_("The time counts as missed."),
        done=_("Noted."),
        tone="quiet",
        ready=_begun,
        not_ready=_("The day is still to come."),
        effect=Effect.COUNTS,
        way_back=WayBack("hear"),
    ),
    "told": Action(
        _("I called them"),
        days.told,
        done=_("Noted."),
        direct=True,
        ready=_to_be_called,
        effect=None,
    ),
    "hand_on": Action(
        _("Hand the answer on"),
        hearing.hand_on,
        forms.HandOnForm,
        text=_("Somebody else owes the answer then; its day stays, and whoever came is told."),
        done=_("Handed on."),
        ready=_open,
        effect=None,
    ),
    "raise_topic": Action(
        _("Make a topic of it"),
        hearing.raise_topic,
        text=_(
            "A draft of your own begins with these words. Neighbours second it, and it gets its answer in the open; "
            "the committee owes you none besides."
        ),
        done=_("Your draft has begun. Nobody sees it until you send it."),
        ready=_hers_to_raise,
        then=_to_draft,
        effect=Effect.ENDS,
        way_back=_("The draft can be given up; the committee can open what you said again."),
    ),
    "not_answered": Action(
        _("This does not answer it"),
        hearing.not_answered,
        forms.NotAnsweredForm,
        done=_("It stands open again, with a new date."),
        ready=_answered,
        effect=None,
    ),
    "give_back": Action(
        _("Give the time back"),
        days.give_back,
        text=_("Somebody else can have it at once."),
        done=_("Given back."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("There is no way back to this very time if somebody takes it. Another one can be booked."),
    ),
}
NOTE_ACTIONS = {
    "answer": Action(
        _("Answer in words"),
        notes.answer,
        forms.AnswerForm,
        text=_("Whoever came for it on a reception day reads the answer at once."),
        done=_("Answered."),
        main=True,
        then=_to_note_or_booking,
        effect=Effect.ENDS,
        way_back=WayBack("reopen"),
    ),
    "correct": Action(
        _("Correct it"),
        notes.correct,
        forms.CorrectForm,
        text=_("The older words are kept with the note."),
        done=_("Corrected."),
        effect=Effect.REPLACES,
        way_back=_("A mistake is put right by correcting it again."),
    ),
    "reopen": Action(
        _("Open it again"),
        notes.reopen,
        forms.NoteReasonForm,
        text=_("It is not done with. Whoever came for it is told, and gets an answer with a new date."),
        done=_("It stands open."),
        effect=None,
    ),
    "remove": Action(
        _("Remove what it says"),
        notes.remove,
        forms.NoteReasonForm,
        text=_(
            "For a note that tells who asked: its words are erased, older ones and reasons too. That it was removed "
            "stays."
        ),
        done=_("Erased."),
        tone="danger",
        ready=_removable,
        not_ready=_("Somebody waits for the answer to it. Please correct its words, or answer first."),
        effect=Effect.ENDS,
        way_back=_("There is no way back: what is erased is gone."),
    ),
}
