"""One queue for the hall and for phones: asking, withdrawing, calling, ending."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community.models import Person, User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.meetings.live.boards import order_of, turns_of
from portal.meetings.live.floor import note
from portal.meetings.live.permissions import FLOORS
from portal.meetings.models import Attendance, Floor, Participant, Turn, Way
from portal.meetings.states.live import Queue


@transaction.atomic
def set_queue(user: User, pk: int, *, queue: str) -> Floor:
    """Open the queue, say that it closes soon, or close it; who waits already stays in it."""
    floor = FLOORS.take(user, pk, "set_queue")
    floor.queue = Queue(queue)
    note(floor, "queue", state=str(floor.queue))
    return floor


@transaction.atomic
def ask_turn(user: User, pk: int) -> Turn:
    """Line up to speak, by phone. NotPossible: the queue is closed, or one waits or speaks already."""
    floor = FLOORS.take(user, pk, "ask_turn")
    if floor.queue == Queue.CLOSED:
        raise NotPossible(_("The queue is closed at the moment. The screen says when it opens again."))
    return _line_up(floor, person_of(user), Way.PHONE)


@transaction.atomic
def enter_turn(user: User, pk: int, *, participant: int | None = None, name: str = "") -> Turn:
    """Line somebody in the hall up: a seat of the meeting, or a name; the clerk may do so while the queue is closed."""
    floor = FLOORS.take(user, pk, "enter_turn")
    if participant:
        seat = floor.meeting.participants.sitting().filter(pk=participant).first()
        if seat is None:
            raise NotPossible(_("Somebody else has this seat now. Please choose again."))
        return _line_up(floor, seat.person, Way.HALL, seat=seat, by=person_of(user))
    if blank(name):
        raise NotPossible(_("Please say who wants to speak."))
    return _line_up(floor, None, Way.HALL, name=name.strip(), by=person_of(user))


@transaction.atomic
def withdraw_turn(user: User, pk: int) -> Turn:
    """Give one's place in the queue up again."""
    floor = FLOORS.take(user, pk, "withdraw_turn")
    turn = Turn.objects.filter(meeting_id=pk, person=person_of(user)).waiting().first()
    if turn is None:
        raise NotPossible(_("You are not in the queue, or it is your turn already."))
    return _gone(floor, turn, "withdrew")


@transaction.atomic
def strike_turn(user: User, pk: int, *, turn: int) -> Turn:
    """Take somebody off the queue who went home; asking again is open to everybody."""
    floor = FLOORS.take(user, pk, "strike_turn")
    return _gone(floor, _waiting(floor, turn), "struck")


@transaction.atomic
def call_next(user: User, pk: int) -> Turn:
    """Give the floor to whoever comes first by the rule of the queue; whoever speaks has ended."""
    floor = FLOORS.take(user, pk, "call_next")
    following = turns_of(order_of(floor)[:1])
    if not following:
        raise NotPossible(_("Nobody waits in the queue."))
    return _call(floor, following[0])


@transaction.atomic
def call_turn(user: User, pk: int, *, turn: int) -> Turn:
    """Give the floor to somebody out of the order of the queue, as the chair says."""
    floor = FLOORS.take(user, pk, "call_turn")
    return _call(floor, _waiting(floor, turn))


@transaction.atomic
def end_turn(user: User, pk: int) -> Turn:
    """The speaker has ended, or is asked to: after the time of a turn the log says so."""
    floor = FLOORS.take(user, pk, "end_turn")
    turn = _speaking(floor)
    if turn is None:
        raise NotPossible(_("Nobody has the floor."))
    return end(floor, turn)


@transaction.atomic
def put_back(user: User, pk: int) -> Turn:
    """Somebody was called by mistake: the same place in the queue again."""
    floor = FLOORS.take(user, pk, "put_back")
    turn = _speaking(floor)
    if turn is None:
        raise NotPossible(_("Nobody has the floor."))
    turn.began_at = None
    turn.save(update_fields=["began_at"])
    note(floor, "put_back", who=turn.shown)
    return turn


def end(floor: Floor, turn: Turn) -> Turn:
    """End a turn on a locked floor."""
    turn.ended_at = clock.now()
    turn.cut = turn.took > turn.seconds
    turn.save(update_fields=["ended_at", "cut"])
    note(floor, "cut" if turn.cut else "spoke", who=turn.shown, group=turn.group, seconds=turn.took)
    return turn


def end_running(floor: Floor) -> None:
    """End whatever turn runs on a locked floor."""
    if turn := _speaking(floor):
        end(floor, turn)


def leave(floor: Floor, left: Sequence[Attendance]) -> None:
    """On a locked floor: whoever left waits no longer, and who was speaking has ended."""
    if not left:
        return
    seats = [row.participant_id for row in left if row.participant_id]
    people = [row.person_id for row in left if row.person_id]
    gone = Turn.objects.filter(Q(participant__in=seats) | Q(person__in=people), meeting_id=floor.pk)
    for turn in gone.filter(ended_at=None, withdrawn_at=None).select_related("person"):
        if turn.began_at:
            end(floor, turn)
        else:
            _gone(floor, turn, "went")


def _line_up(
    floor: Floor,
    person: Person | None,
    way: Way,
    *,
    name: str = "",
    seat: Participant | None = None,
    by: Person | None = None,
) -> Turn:
    seat = seat or _seat_of(floor, person)
    named = name or (seat.name if seat else "")
    if _stands(floor, person, seat, named):
        raise NotPossible(_("Whoever waits or speaks has one place in the queue; it is taken already."))
    turn = Turn.objects.create(
        meeting_id=floor.pk,
        participant=seat,
        person=person,
        name="" if person else named,
        group=seat.group if seat else "",
        channel=way,
        round=floor.meeting.round,
        seconds=floor.seconds,
        entered_by=by,
    )
    note(floor, "asked", who=turn.shown, group=turn.group, channel=str(way))
    return turn


def _seat_of(floor: Floor, person: Person | None) -> Participant | None:
    return floor.meeting.participants.sitting().filter(person=person).first() if person else None


def _stands(floor: Floor, person: Person | None, seat: Participant | None, name: str) -> bool:
    there = Turn.objects.filter(meeting_id=floor.pk, ended_at=None, withdrawn_at=None)
    if person:
        return there.filter(person=person).exists()
    return there.filter(participant=seat, name=name, person=None).exists()


def _call(floor: Floor, turn: Turn) -> Turn:
    end_running(floor)
    turn.began_at, turn.seconds = clock.now(), floor.seconds
    turn.save(update_fields=["began_at", "seconds"])
    note(floor, "called", who=turn.shown, group=turn.group)
    return turn


def _gone(floor: Floor, turn: Turn, how: str) -> Turn:
    turn.withdrawn_at = clock.now()
    turn.save(update_fields=["withdrawn_at"])
    note(floor, how, who=turn.shown)
    return turn


def _waiting(floor: Floor, key: int) -> Turn:
    turn = Turn.objects.filter(meeting_id=floor.pk, pk=key).waiting().first()
    if turn is None:
        raise NotPossible(_("No longer in the queue: it was called, or given up."))
    return turn


def _speaking(floor: Floor) -> Turn | None:
    return Turn.objects.filter(meeting_id=floor.pk).speaking().first()
