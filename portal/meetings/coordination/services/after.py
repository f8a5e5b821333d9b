"""After the talks, and besides: the return visit, closing the file, who mediates, who carries it out."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Person, User
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS
from portal.meetings.coordination.selectors import clerks
from portal.meetings.coordination.services.endings import CLOSE, VISIT, owe_closing
from portal.meetings.models import Coordination
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.services import key


@transaction.atomic
def note_visit(user: User, pk: int, *, on: date, text: str) -> Coordination:
    """Note the return visit: when, and how the parties get on. Once carried out, the file is to be closed next."""
    meeting = COORDINATIONS.take(user, pk, "note_visit")
    if on > clock.today():
        raise NotPossible(_("That day has not come yet."))
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
    """Let somebody else mediate, who is told. Raises NotPossible for somebody on a side."""
    meeting = COORDINATIONS.take(user, pk, "name_mediator")
    _check_no_side(meeting, chair)
    meeting.chair = chair
    meeting.save(update_fields=["chair"])
    announce(events.CHAIR, meeting, to=accounts_of(chair.pk).exclude(pk=user.pk))
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


def pass_on(meeting: Coordination, to: Person) -> None:
    """Let somebody else be in charge of a locked meeting, and mediate where the former did both."""
    _check_no_side(meeting, to)
    former = meeting.in_charge
    meeting.chair = to if meeting.chair_id == former.pk else meeting.chair
    meeting.in_charge = to
    meeting.save(update_fields=["in_charge", "chair"])
    Duty.objects.active().filter(subject=key(meeting), person=former).update(person=to)
    announce(events.HANDED, meeting, to=accounts_of(to.pk))


def _check_no_side(meeting: Coordination, person: Person) -> None:
    if meeting.participants.sitting().filter(person=person).exists():
        raise NotPossible(_("Who is on a side cannot mediate, or carry the meeting out."))
