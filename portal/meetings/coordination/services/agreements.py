"""The result: an agreement that is signed and carried out by its days, or none; and the other routes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.coordination import events
from portal.meetings.coordination.permissions import COORDINATIONS
from portal.meetings.coordination.selectors import accounts, chosen_of, parties, party_of
from portal.meetings.coordination.services.endings import VISIT, WATCH, end, named
from portal.meetings.models import Coordination, Obligation, PaperMark, Party
from portal.meetings.services.attending import require_past
from portal.meetings.services.transitions import in_working_days, iso, step
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.hashing import digest
from portal.voting.models import Channel

SIGN, DO = "coordination.sign", "coordination.do"


@dataclass(frozen=True)
class Promise:
    """What a party (its key) does until the end of a day."""

    party: int
    text: str
    due_on: date


@transaction.atomic
def agree(user: User, pk: int, *, text: str, promises: Sequence[Promise], oral: bool = False) -> Coordination:
    """Write down what the parties agreed on, and lay it before them to sign. A change asks all of them again.

    `oral`: agreed by word of mouth, entered in the register of oral agreements (《人民调解法》第28条).
    Raises NotPossible for a promise of nobody, or one whose day is past.
    """
    meeting = COORDINATIONS.take(user, pk, "agree")
    sides = parties(meeting)
    _lay_down(meeting, sides, promises)
    meeting.agreement, meeting.oral = text, oral
    meeting.agreement_hash = digest(body(meeting))
    meeting.save(update_fields=["agreement", "oral", "agreement_hash"])
    _take_back(sides)
    if meeting.state != C.AGREED:
        step(meeting, C.AGREED, by=user)
    due = in_working_days(meeting, "coordination.step_working_days")
    for side in sides:
        if side.participant.person:
            duties.open_duty(SIGN, meeting, due=due, person=side.participant.person)
    announce(events.AGREEMENT, meeting, to=accounts(meeting), due_at=iso(due.at))
    return meeting


@transaction.atomic
def sign(user: User, pk: int, *, text_hash: str) -> Coordination:
    """A party, or its agent, signs the text it read. Raises NotPossible where that was changed meanwhile."""
    meeting = COORDINATIONS.take(user, pk, "sign")
    side = party_of(meeting, user.person_id)
    if side is None:
        raise NotPossible(_("Only a party signs the agreement."))
    if text_hash != meeting.agreement_hash:
        raise NotPossible(_("The text was changed meanwhile. Please read it again."))
    _sign(meeting, side, user, Channel.ONLINE)
    return meeting


@transaction.atomic
def sign_on_paper(user: User, pk: int, *, who: Collection[int]) -> Coordination:
    """Enter which parties signed the printed agreement (or, of an oral one, confirmed it before the mediator)."""
    meeting = COORDINATIONS.take(user, pk, "sign_on_paper")
    for side in chosen_of(meeting, who):
        if not side.signed_at:
            _sign(meeting, side, user, Channel.PAPER)
    return meeting


@transaction.atomic
def seal(user: User, pk: int) -> Coordination:
    """The mediator signs, the committee seals: the agreement takes effect (《人民调解法》第29条).

    Raises NotPossible while a party has not signed this text.
    """
    meeting = COORDINATIONS.take(user, pk, "seal")
    if missing := [side.name for side in parties(meeting) if side.signed_hash != meeting.agreement_hash]:
        raise NotPossible(_("Not yet signed by: %(names)s") % {"names": "、".join(missing)})
    duties.drop(meeting, SIGN)
    step(meeting, C.AGREEMENT_SIGNED, by=user, sealed_at=clock.now(), outcome_on=clock.today())
    until = meeting.confirm_until
    announce(events.SEALED, meeting, to=accounts(meeting), until_on=until.isoformat() if until else "")
    return meeting


@transaction.atomic
def not_agree(user: User, pk: int, *, text: str) -> Coordination:
    """Note that there is no agreement, and why, for the statement the parties sign."""
    meeting = COORDINATIONS.take(user, pk, "not_agree")
    duties.drop(meeting, SIGN)
    step(meeting, C.NOT_AGREED, by=user, no_agreement=text, outcome_on=clock.today())
    announce(events.NOT_AGREED, meeting, to=accounts(meeting))
    return meeting


@transaction.atomic
def refer(
    user: User, pk: int, *, on: date, marks: Mapping[int, PaperMark | str] | None = None
) -> Coordination:
    """Note that the parties were told of arbitration, the authorities and the court (《人民调解法》第26条).

    `marks`: of each party whether it signed the statement that there is no agreement, or refused to. Raises
    NotPossible where one is missing, or for a day to come.
    """
    meeting = COORDINATIONS.take(user, pk, "refer")
    require_past(on)
    if meeting.state == C.NOT_AGREED:
        _note_marks(parties(meeting), marks or {})
    end(meeting, C.REFERRED, by=user, routes_told_on=on)
    announce(events.REFERRED, meeting, to=accounts(meeting))
    return meeting


@transaction.atomic
def perform(user: User, pk: int) -> Coordination:
    """Watch that it is carried out: what was promised is owed by its day, the worker watches until the last."""
    meeting = COORDINATIONS.take(user, pk, "perform")
    step(meeting, C.PERFORMING, by=user)
    owed = list(meeting.obligations.filter(done_on=None).select_related("party__participant__person"))
    for one in owed:
        _owe(one)
    last = max((one.due_on for one in owed), default=clock.today())
    due = Deadline(clock.end_of(last), provisional=False)
    duties.open_duty(WATCH, meeting, due=due, person=meeting.in_charge)
    return meeting


@transaction.atomic
def note_receipt(user: User, pk: int, *, number: int, on: date, receipt: str) -> Coordination:
    """Note that one promise was kept: on which day, and by what it is proved."""
    meeting = COORDINATIONS.take(user, pk, "note_receipt")
    one = meeting.obligations.filter(number=number, done_on=None).first()
    if one is None or on > clock.today():
        raise NotPossible(_("Please choose what is still to be done, and a day that has come."))
    one.done_on, one.receipt, one.noted_by = on, receipt, person_of(user)
    one.save(update_fields=["done_on", "receipt", "noted_by"])
    duties.close(DO, one, by=user)
    return meeting


@transaction.atomic
def finish(user: User, pk: int) -> Coordination:
    """All was done: the agreement is carried out, and the parties are visited once more by a day."""
    meeting = COORDINATIONS.take(user, pk, "finish")
    if left := meeting.obligations.filter(done_on=None).count():
        raise NotPossible(_("Still to be done: %(n)d. Note the receipts first.") % {"n": left})
    duties.close(WATCH, meeting, by=user)
    step(meeting, C.PERFORMED, by=user, outcome_on=clock.today())
    due = in_working_days(meeting, "coordination.visit_working_days")
    duties.open_duty(VISIT, meeting, due=due, person=meeting.in_charge, **named(meeting))
    announce(events.PERFORMED, meeting, to=accounts(meeting))
    return meeting


@transaction.atomic
def breach(user: User, pk: int, *, reason: str) -> Coordination:
    """A promise was not kept; the parties are told, and the other routes are owed."""
    meeting = COORDINATIONS.take(user, pk, "breach")
    for one in meeting.obligations.filter(done_on=None):
        duties.drop(one)
    duties.drop(meeting, WATCH)
    step(meeting, C.BREACHED, by=user, reason=reason, outcome_on=clock.today())
    announce(events.BREACHED, meeting, to=accounts(meeting))
    return meeting


def body(meeting: Coordination) -> dict[str, Any]:
    """What the parties sign: the text, and what each does by when."""
    promised = meeting.obligations.order_by("number").values_list("number", "party", "text", "due_on")
    return {
        "number": meeting.number,
        "text": meeting.agreement,
        "oral": meeting.oral,
        "promises": [[number, party, text, due.isoformat()] for number, party, text, due in promised],
    }


def _lay_down(meeting: Coordination, sides: Sequence[Party], promises: Sequence[Promise]) -> None:
    known = {side.pk: side for side in sides}
    if any(one.party not in known for one in promises):
        raise NotPossible(_("Please choose among the parties of this meeting."))
    if any(one.due_on < clock.today() for one in promises):
        raise NotPossible(_("That day is past. Choose one that can be kept."))
    meeting.obligations.all().delete()
    Obligation.objects.bulk_create(
        Obligation(meeting=meeting, number=n, party=known[one.party], text=one.text, due_on=one.due_on)
        for n, one in enumerate(promises, start=1)
    )


def _take_back(sides: Sequence[Party]) -> None:
    for side in sides:
        side.signed_at, side.signed_hash, side.signed_by, side.signed_entered = None, "", "", None
        side.save(update_fields=["signed_at", "signed_hash", "signed_by", "signed_entered"])


def _sign(meeting: Coordination, side: Party, user: User, channel: Channel) -> None:
    side.signed_at, side.signed_hash, side.signed_by = clock.now(), meeting.agreement_hash, channel
    side.signed_entered = person_of(user) if channel == Channel.PAPER else None
    side.save(update_fields=["signed_at", "signed_hash", "signed_by", "signed_entered"])
    if side.participant.person:
        duties.close(SIGN, meeting, by=user, person=side.participant.person)


def _note_marks(sides: Sequence[Party], marks: Mapping[int, PaperMark | str]) -> None:
    if any(side.pk not in marks for side in sides):
        raise NotPossible(_("Of each party: did it sign the statement, or refuse to?"))
    for side in sides:
        side.statement = PaperMark(marks[side.pk])
        side.save(update_fields=["statement"])


def _owe(one: Obligation) -> None:
    due = Deadline(clock.end_of(one.due_on), provisional=False)
    person = one.party.participant.person
    if person:
        duties.open_duty(DO, one, due=due, person=person)
        announce(events.PERFORM, one, to=accounts_of(person.pk), due_on=one.due_on.isoformat())
