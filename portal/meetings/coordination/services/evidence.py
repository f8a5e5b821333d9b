"""What the file rests on: what parties hand in, and what the mediator finds out by asking people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community import uploads
from portal.community.models import User
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS, retractable
from portal.meetings.coordination.selectors import accounts, chosen_of, party_of
from portal.meetings.models import Coordination, Evidence, Inquiry, Party, Read
from portal.meetings.services.attending import require_past
from portal.meetings.services.transitions import in_working_days
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.services import key
from portal.voting.models import Channel

READ_BACK = "coordination.read_back"
# So much a file holds of each: nobody reads more before the talks, and nobody buries the other side in paper.
MOST = 60
File = UploadedFile[Any]


@transaction.atomic
def hand_in(user: User, pk: int, *, title: str, text: str, file: File | None = None) -> Evidence:
    """A party, or its agent, hands in words, a file, or both. The other side and who mediates are told.

    Raises NotPossible for neither, and for a file that cannot be taken.
    """
    meeting = COORDINATIONS.take(user, pk, "hand_in")
    party = party_of(meeting, user.person_id)
    if party is None:
        raise NotPossible(_("Only a party hands something in."))
    return _keep(user, meeting, party, title, text, file, Channel.ONLINE)


@transaction.atomic
def hand_in_for(
    user: User,
    pk: int,
    *,
    party: int,
    title: str,
    text: str,
    file: File | None = None,
    channel: Channel | str = Channel.PAPER,
) -> Evidence:
    """Enter what a party brought on paper or to the counter. Raises NotPossible as `hand_in` does."""
    meeting = COORDINATIONS.take(user, pk, "hand_in_for")
    return _keep(user, meeting, chosen_of(meeting, [party])[0], title, text, file, channel)


@transaction.atomic
def take_back(user: User, pk: int, *, number: int) -> Evidence:
    """A party takes back what it handed in, until the talks to which it came begin. Its line stays in the register.

    Raises NotPossible for what is another's, or was before the talks already.
    """
    meeting = COORDINATIONS.take(user, pk, "take_back")
    party = party_of(meeting, user.person_id)
    found = retractable(meeting, party).filter(number=number).first() if party else None
    if found is None:
        raise NotPossible(_("Only what you handed in for the coming talks can be taken back."))
    return _remove(found, user)


@transaction.atomic
def remove_evidence(user: User, pk: int, *, number: int, reason: str) -> Evidence:
    """Remove something that does not belong into the file; words and file are deleted, line and reason stay.

    Its party is told. Raises NotPossible for what was removed already.
    """
    meeting = COORDINATIONS.take(user, pk, "remove_evidence")
    found = meeting.evidence.standing().whole().filter(number=number).first()
    if found is None:
        raise NotPossible(_("It was removed already."))
    _remove(found, user, reason)
    once = f"{key(meeting)}:removed:{number}"
    announce(events.REMOVED, meeting, to=accounts_of(found.party.participant.person_id), once_per=once)
    return found


@transaction.atomic
def note_inquiry(
    user: User, pk: int, *, asked: str, relation: str, on: date, place: str, text: str
) -> Inquiry:
    """Note what somebody who was asked said; reading it back to them is owed. Raises NotPossible for a day to come."""
    meeting = COORDINATIONS.take(user, pk, "note_inquiry")
    require_past(on)
    number = _next(meeting.inquiries.count())
    said = {"asked": asked, "relation": relation, "on": on, "place": place, "text": text}
    made = Inquiry.objects.create(meeting=meeting, number=number, by=person_of(user), **said)
    due = in_working_days(meeting, "coordination.step_working_days")
    duties.open_duty(READ_BACK, meeting, due=due, person=meeting.in_charge)
    return made


@transaction.atomic
def read_back(
    user: User, pk: int, *, number: int, read: Read | str, on: date, correction: str = ""
) -> Inquiry:
    """Note that a note was read back to whom was asked, and what they said. The parties are told that it is there.

    Raises NotPossible for a note read back already, a day before it was written, and a correction without words.
    """
    meeting = COORDINATIONS.take(user, pk, "read_back")
    require_past(on)
    note = meeting.inquiries.filter(number=number, read="").first()
    if note is None or on < note.on:
        raise NotPossible(
            _("Please choose a note that was not read back yet, and a day after it was written.")
        )
    note.read, note.read_on, note.correction = Read(read), on, correction if read == Read.CORRECTED else ""
    if note.read == Read.CORRECTED and not correction:
        raise NotPossible(_("Please write down the correction."))
    note.save(update_fields=["read", "read_on", "correction"])
    if not meeting.inquiries.filter(read="").exists():
        duties.close(READ_BACK, meeting, by=user)
    once = f"{key(meeting)}:inquiry:{note.number}"
    announce(events.INQUIRED, meeting, to=accounts(meeting, but=user), once_per=once)
    return note


def _keep(
    user: User,
    meeting: Coordination,
    party: Party,
    title: str,
    text: str,
    file: File | None,
    how: Channel | str,
) -> Evidence:
    if not text and file is None:
        raise NotPossible(_("Please write it in words, or choose a file."))
    online = how == Channel.ONLINE
    made = Evidence.objects.create(
        meeting=meeting,
        number=_next(meeting.evidence.count()),
        party=party,
        title=title,
        text=text,
        file=uploads.accept(user, meeting.neighbourhood, file, alt=title, closed=True) if file else None,
        round=meeting.round,
        channel=how,
        entered_by=None if online else person_of(user),
    )
    once = f"{key(meeting)}:evidence:{made.number}"
    announce(events.EVIDENCE, meeting, to=_concerned(meeting).exclude(pk=user.pk), once_per=once)
    return made


def _concerned(meeting: Coordination) -> QuerySet[User]:
    """Who mediates, and the parties; until it is taken up the other side does not hear of it."""
    people = {meeting.in_charge_id, meeting.chair_id}
    if meeting.state != C.APPLIED:
        people |= set(accounts(meeting).values_list("person", flat=True))
    return User.objects.filter(is_active=True, person__in=people)


def _next(count: int) -> int:
    if count >= MOST:
        raise NotPossible(
            _("The file holds %(n)d of them already. Please talk to who mediates.") % {"n": MOST}
        )
    return count + 1


def _remove(found: Evidence, by: User, reason: str = "") -> Evidence:
    file = found.file
    found.file, found.text = None, ""
    found.removed_at, found.removed_by, found.removed_why = clock.now(), person_of(by), reason
    found.save(update_fields=["file", "text", "removed_at", "removed_by", "removed_why"])
    if file:
        uploads.forget(file)
    return found
