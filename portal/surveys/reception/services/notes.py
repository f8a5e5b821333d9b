"""Notes of what was asked: written, answered, taken up as a topic, corrected, removed; and looked through each week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community.models import Area, Kind, Person, Post, User
from portal.community.rules import rule, rule_once
from portal.community.selectors import accounts_of, person_of, signature
from portal.deliberation.models import Topic
from portal.deliberation.services import topics
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import kept_day
from portal.record.fragments import stir
from portal.record.services import key
from portal.surveys.models import Done, NoteKind, NoteTrace, VisitNote
from portal.surveys.reception.events import ANSWERED, JOINED, OPEN_AGAIN, TAKEN_UP
from portal.surveys.reception.naming import require_nameless
from portal.surveys.reception.permissions import NOTES, PLACE
from portal.surveys.reception.services.days import tell
from portal.surveys.reception.wording import ANSWER
from portal.surveys.reception.wording import NOTES as GO_THROUGH
from portal.surveys.states import NoteState

# So many notes are joined at once: as many as a page shows.
MOST_JOINED = 50


@transaction.atomic
def note(
    user: User,
    slug: str,
    *,
    asked: str,
    building: Area | None = None,
    kind: str = NoteKind.VISIT,
    heard_on: date | None = None,
) -> VisitNote:
    """Write down what was asked; NotPossible where the words tell who asked."""
    here = PLACE.get(user, slug, "notes")
    return write(user, here, asked=asked, building=building, kind=kind, heard_on=heard_on)


def write(user: User, here: Area, *, asked: str, building: Area | None, **more: Any) -> VisitNote:
    """A note, whoever lets it be written."""
    require_nameless(asked, here)
    if building is not None and not (building.kind == Kind.BUILDING and building.within(here)):
        raise NotPossible(_("This building is not in the neighbourhood."))
    more["heard_on"] = more.get("heard_on") or clock.today()
    if more["heard_on"] > clock.today():
        raise NotPossible(_("This day is still to come."))
    return VisitNote.objects.create(
        neighbourhood=here, building=building, asked=asked, written_by=person_of(user), **more
    )


@transaction.atomic
def answer(user: User, pk: int, *, answer: str) -> VisitNote:
    """Answer in words; whoever came for it on a reception day is told them."""
    found = NOTES.take(user, pk, "answer")
    require_nameless(answer, found.neighbourhood)
    advance(found, NoteState.ANSWERED, answer=answer)
    duties.close(ANSWER, found.booking or found, by=user)
    if found.booking:
        tell(ANSWERED, found.booking, said_on=found.heard_on.isoformat(), answer=answer)
    settle(found.neighbourhood)
    return found


@transaction.atomic
def correct(user: User, pk: int, *, asked: str, building: Area | None) -> VisitNote:
    """Say it better; the older words are kept with the note."""
    found = NOTES.take(user, pk, "correct")
    require_nameless(asked, found.neighbourhood)
    _trace(user, found, "corrected", was=found.asked)
    found.asked, found.building = asked, building
    found.save(update_fields=["asked", "building"])
    return found


@transaction.atomic
def remove(user: User, pk: int, *, reason: str) -> VisitNote:
    """Erase what a note says, its older words and reasons too; that it was removed, by whom and why, stays.

    NotPossible while somebody waits for the answer to it.
    """
    found = NOTES.take(user, pk, "remove")
    if found.booking and found.state == NoteState.NOTED:
        raise NotPossible(
            _("Somebody waits for the answer to it. Please correct its words, or answer first.")
        )
    require_nameless(reason, found.neighbourhood)
    # Who it was handed on to is an office; all other words are somebody's own.
    found.traces.exclude(what=Done.HANDED_ON).update(was="", reason="")
    found.building = None
    advance(found, NoteState.REMOVED, asked="", answer="", subject="", also=["building"])
    _trace(user, found, "removed", reason=reason)
    duties.drop(found, ANSWER)
    settle(found.neighbourhood)
    return found


@transaction.atomic
def reopen(user: User, pk: int, *, reason: str) -> VisitNote:
    """It is not done with: it stands open again, and what was promised an answer is promised one anew."""
    found = NOTES.take(user, pk, "reopen")
    _trace(user, found, "reopened", was=found.answer, reason=reason)
    open_again(found)
    if not found.booking and _was_promised(found):
        owe_answer(found, person_of(user))
    if found.booking:
        duty = owe_answer(found, person_of(user))
        tell(OPEN_AGAIN, found.booking, said_on=found.heard_on.isoformat(), due_on=last_day(duty))
    return found


@transaction.atomic
def take_up(
    user: User, slug: str, *, notes: Sequence[int], topic: Topic | None = None, title: str = ""
) -> Topic:
    """Let open notes become a topic: joined to one that runs, or a new draft of whoever takes them up.

    Raises NotPossible where one is not open any more, where there are none or too many.
    """
    here = PLACE.get(user, slug, "notes")
    chosen = _open(here, notes)
    if topic is None:
        problem = "\n".join(f"· {one.asked}" for one in chosen)
        topic = topics.propose(user, here, {"title": title[:60], "problem": problem[:2000]})
    else:
        if topic.neighbourhood_id != here.pk or not Topic.objects.public().current().filter(pk=topic.pk):
            raise PermissionDenied("take_up")
        log(JOINED, topic, by=user)
    for one in chosen:
        take(one, topic, user)
    settle(here)
    stir(here.slug)
    return topic


def take(note: VisitNote, topic: Topic, by: User) -> None:
    """A locked note becomes part of a topic; whoever came for it is told."""
    advance(note, NoteState.TAKEN_UP, subject=key(topic))
    duties.close(ANSWER, note.booking or note, by=by)
    if note.booking and by.person_id != note.booking.person_id:
        tell(TAKEN_UP, note.booking, said_on=note.heard_on.isoformat(), topic=topic.title)


def open_again(note: VisitNote) -> None:
    """A locked note stands open."""
    advance(note, NoteState.NOTED, answer="", subject="")


def owe_answer(note: VisitNote, person: Person, due: Deadline | None = None) -> Duty:
    """Whoever heard it owes the answer, until it is handed on (首问负责).

    `due`: the day that was promised already. Of a note that is nobody's the committee owes it where `person` does not
    work for it, and so cannot open the note any more.
    """
    days = int(rule("surveys.reception_answer_working_days", note.neighbourhood))
    due = due or add_working_days(clock.now(), days)
    if note.booking:
        title = note.booking.day.record_title
        return duties.open_duty(ANSWER, note.booking, due=due, person=person, title=title)
    # What was asked stands in the note alone.
    title = kept_day(note.heard_on)
    if any(NOTES.may(user, "read", note) for user in accounts_of(person.pk)):
        return duties.open_duty(ANSWER, note, due=due, person=person, title=title)
    return duties.open_duty(ANSWER, note, due=due, post=Post.WORKER, title=title)


def day_of(duty: Duty | None) -> Deadline | None:
    """The moment of a promise, to promise it anew."""
    return duty.deadline if duty else None


def last_day(duty: Duty) -> str:
    """The last day of a promise, as notices take it."""
    return Deadline(duty.due_at).last_day.isoformat()


def late_before(here: Area) -> date:
    """Notes heard before this day and still open are late."""
    return clock.today() - timedelta(days=int(rule_once("surveys.note_days", here)))


def late(here: Area) -> Any:
    """Open notes that are late."""
    standing = VisitNote.objects.filter(neighbourhood=here, state=NoteState.NOTED, booking=None)
    return standing.filter(heard_on__lt=late_before(here))


def settle(here: Area) -> None:
    """The desk owes nothing more once no open note is late."""
    if not late(here).exists():
        duties.close(GO_THROUGH, here)


def go_through() -> None:
    """Where open notes are late the desk has one duty a neighbourhood to go through them. Idempotent."""
    for here in Area.objects.filter(kind=Kind.NEIGHBOURHOOD).order_by("pk").iterator():
        if late(here).exists():
            due = add_working_days(clock.now(), int(rule("surveys.notes_working_days", here)))
            duties.open_duty(
                GO_THROUGH,
                here,
                due=due,
                post=Post.WORKER,
                neighbourhood=here,
                title=here.name,
                url=_url(here),
            )


def _was_promised(note: VisitNote) -> bool:
    return Duty.objects.about(key(note)).filter(kind=ANSWER).exists()


def _url(here: Area) -> str:
    return f"{reverse('surveys:notes', args=[here.slug])}?state={NoteState.NOTED}&late=on"


def _open(here: Area, notes: Iterable[int]) -> list[VisitNote]:
    wanted = sorted(set(notes))
    if not 0 < len(wanted) <= MOST_JOINED:
        raise NotPossible(_("Please tick from 1 to %(most)d notes.") % {"most": MOST_JOINED})
    known = VisitNote.objects.filter(pk__in=wanted, neighbourhood=here).select_related(
        "neighbourhood", "booking__day__neighbourhood", "booking__person"
    )
    found = list(known.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if len(found) < len(wanted) or any(one.state != NoteState.NOTED for one in found):
        raise NotPossible(_("One of the notes is not open any more. Please look at the list again."))
    return found


def _trace(user: User, note: VisitNote, what: str, *, was: str = "", reason: str = "") -> None:
    by = signature(user, note.neighbourhood).name
    NoteTrace.objects.create(note=note, by=by, what=what, was=was, reason=reason)
