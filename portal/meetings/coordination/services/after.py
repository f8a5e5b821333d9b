"""After the talks, and besides: the return visit, closing the file, who mediates, who carries it out."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.doors import whole
from portal.actions.events import announce
from portal.community.models import Person, Post, User
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS
from portal.meetings.coordination.selectors import accounts, clerks, least_busy
from portal.meetings.coordination.services.endings import CLOSE, VISIT, owe_closing
from portal.meetings.models import Coordination
from portal.meetings.services.attending import require_past
from portal.meetings.services.transitions import in_working_days
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.services import key

MEDIATOR, PARTY_LEFT, NOBODY = "coordination.mediator", "coordination.party_left", "coordination.nobody"


@transaction.atomic
def note_visit(user: User, pk: int, *, on: date, text: str) -> Coordination:
    """Note the return visit: when, and how the parties get on. Once carried out, the file is to be closed next."""
    meeting = COORDINATIONS.take(user, pk, "note_visit")
    require_past(on)
    meeting.visited_on, meeting.visit = on, text
    meeting.save(update_fields=["visited_on", "visit"])
    duties.close(VISIT, meeting, by=user)
    if meeting.state == C.PERFORMED and meeting.closed_at is None:
        owe_closing(meeting)
    return meeting


@transaction.atomic
def close_file(user: User, pk: int, *, report: str) -> Coordination:
    """Close the file with a report. Raises NotPossible before the return visit that follows what was carried out."""
    meeting = COORDINATIONS.take(user, pk, "close_file")
    if meeting.state == C.PERFORMED and meeting.visited_on is None:
        raise NotPossible(_("Please visit the parties again first, and note how they get on."))
    meeting.closing, meeting.closed_at = report, clock.now()
    meeting.save(update_fields=["closing", "closed_at"])
    duties.close(CLOSE, meeting, by=user)
    return meeting


@transaction.atomic
def name_mediator(user: User, pk: int, *, chair: Person) -> Coordination:
    """Let somebody else mediate, who is told; or say, after a mediator left, that who is in charge does.

    Raises NotPossible for somebody on a side.
    """
    meeting = COORDINATIONS.take(user, pk, "name_mediator")
    _check_no_side(meeting, chair)
    meeting.chair = chair
    meeting.save(update_fields=["chair"])
    duties.close(MEDIATOR, meeting, by=user)
    announce(events.CHAIR, meeting, to=accounts_of(chair.pk).exclude(pk=user.pk))
    return meeting


@transaction.atomic
def note_stays(user: User, pk: int) -> Coordination:
    """Note that a party which has left goes on with the meeting: it was asked. Where it does not, it is ended."""
    meeting = COORDINATIONS.take(user, pk, "note_stays")
    if not duties.close(PARTY_LEFT, meeting, by=user):
        raise NotPossible(_("No party has left since you last asked."))
    return meeting


@transaction.atomic
def hand_over(user: User, pk: int, *, to: Person) -> Coordination:
    """Give the file to a colleague, with all that is owed.

    Raises NotPossible for somebody who holds no such post, or is on a side.
    """
    meeting = COORDINATIONS.take(user, pk, "hand_over")
    if to.pk not in {one.person_id for one in clerks(meeting.neighbourhood)}:
        raise NotPossible(_("Only a worker or the director of the committee can carry it out."))
    pass_on(meeting, to)
    return meeting


def mediator_left(meeting: Coordination) -> None:
    """Who is in charge mediates a locked meeting from now on, and says by a day who does; the parties are told."""
    meeting.chair = meeting.in_charge
    meeting.save(update_fields=["chair"])
    due = in_working_days(meeting, "coordination.step_working_days")
    duties.open_duty(MEDIATOR, meeting, due=due, person=meeting.in_charge)
    announce(events.UNMEDIATED, meeting, to=accounts_of(meeting.in_charge_id))
    if meeting.state != C.APPLIED:
        announce(events.UNMEDIATED, meeting, to=accounts(meeting))


def party_left(meeting: Coordination) -> None:
    """A party, or its agent, has left: who is in charge asks by a day whether it goes on, through whom, or is ended."""
    due = in_working_days(meeting, "coordination.step_working_days")
    duties.open_duty(PARTY_LEFT, meeting, due=due, person=meeting.in_charge)
    announce(events.LEFT, meeting, to=accounts_of(meeting.in_charge_id))


def find_for(pk: int) -> None:
    """Somebody of the committee for a file whose worker holds no post any more; else the director owes finding one."""
    found = Coordination.objects.select_for_update(of=whole(Coordination), no_key=True)
    meeting = found.select_related("neighbourhood", "in_charge").get(pk=pk)
    if meeting.in_charge_id in {one.person_id for one in clerks(meeting.neighbourhood)}:
        return
    sides = set(meeting.participants.sitting().values_list("person", flat=True))
    if clerks(meeting.neighbourhood, sides):
        pass_on(meeting, least_busy(meeting.neighbourhood, sides))
        return
    due = in_working_days(meeting, "coordination.step_working_days")
    duties.open_duty(NOBODY, meeting, due=due, post=Post.DIRECTOR)


def pass_on(meeting: Coordination, to: Person) -> None:
    """Let somebody else be in charge of a locked meeting, and mediate where the former did both."""
    _check_no_side(meeting, to)
    former = meeting.in_charge
    meeting.chair = to if meeting.chair_id == former.pk else meeting.chair
    meeting.in_charge = to
    meeting.save(update_fields=["in_charge", "chair"])
    Duty.objects.active().filter(subject=key(meeting), person=former).update(person=to)
    duties.close(NOBODY, meeting)
    announce(events.HANDED, meeting, to=accounts_of(to.pk))


def _check_no_side(meeting: Coordination, person: Person) -> None:
    if meeting.participants.sitting().filter(person=person).exists():
        raise NotPossible(_("Who is on a side cannot mediate, or carry the meeting out."))
