"""Somebody says that an hour record is wrong: one recorder finds, a second person confirms, the writer is told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce, notify
from portal.actions.lifecycles import advance
from portal.community.models import Person, User
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.volunteers.events import DISPUTE_ANSWERED, HOURS_DISPUTED
from portal.volunteers.models import Finding, HourDispute, HourRecord
from portal.volunteers.permissions import RECORDS
from portal.volunteers.services import hour_records as work
from portal.volunteers.spans import Span
from portal.volunteers.states import DisputeState, HourState

# Who objects is not in the public record: it would name the volunteer where that is the same person.
A_NEIGHBOUR = "居民"


@transaction.atomic
def dispute(user: User, pk: int, text: str) -> HourDispute:
    """Say what is wrong with a record on notice or booked: the volunteer, or anybody who lives or owns here.

    Until it is answered the record counts nowhere. Raises NotPossible for records in other states.
    """
    record = RECORDS.take(user, pk, "dispute")
    made = object_to(record, text.strip(), person_of(user))
    work.follow(record.shift)
    return made


def object_to(record: HourRecord, text: str, by: Person | None = None) -> HourDispute:
    """Dispute a locked record; `by` None: the portal found it. A keeper, not the volunteer nor who objected, owes
    a finding within rule hours.dispute_days working days.
    """
    was, objector = advance(record, HourState.DISPUTED), by.pk if by else None
    made = HourDispute.objects.create(record=record, by=by, text=text, was=was, at=clock.now())
    work.open_duty(work.ANSWER, record, work.keeper_for(record.team, [], but=(record.person_id, objector)))
    announce(
        HOURS_DISPUTED,
        record,
        by=A_NEIGHBOUR if by else SYSTEM,
        to=accounts_of(record.person_id if objector != record.person_id else None),
        data=work.counted([record]),
        text=text,
    )
    return made


@transaction.atomic
def find(user: User, pk: int, finding: Finding | str, answer: str, span: Span | None = None) -> HourDispute:
    """A recorder's finding about a disputed record, with the answer to whoever objected. A second person confirms it.

    `span` is the right time where the finding corrects. Raises NotPossible for the volunteer, for who objected,
    for a dispute in which somebody else has found, and where a record that stands would overlap another.
    """
    record = RECORDS.take(user, pk, "find")
    made, by = _judged(user, record)
    if made.found_by_id not in {None, by.pk}:
        raise NotPossible(
            _("Somebody else has already written a finding. Confirm it, or ask that person to change it.")
        )
    made.finding, made.answer = Finding(finding), answer.strip()
    right = span if made.finding == Finding.CORRECTED else None
    made.starts_at, made.ends_at = (right.starts_at, right.ends_at) if right else (None, None)
    _can_take_effect(made, record)
    written = ("finding", "answer", "starts_at", "ends_at")
    advance(made, DisputeState.FOUND, also=written, found_by=by, found_at=clock.now())
    duties.close(work.ANSWER, record, by=user)
    others = (record.person_id, made.by_id, by.pk)
    work.open_duty(work.CONFIRM, record, work.keeper_for(record.team, [], but=others))
    return made


@transaction.atomic
def confirm(user: User, pk: int) -> HourRecord:
    """The second person agrees, and the finding takes effect. Returns the record that stands or was struck out.

    Raises NotPossible for the volunteer, who objected and who found; and before there is a finding.
    """
    record = RECORDS.take(user, pk, "confirm")
    made, by = _judged(user, record)
    if made.found_by is None:
        raise NotPossible(
            _("Nobody has written a finding yet. Write it first; then another person confirms it.")
        )
    if made.found_by_id == by.pk:
        raise NotPossible(
            _("A second person confirms what you found. You can ask %(others)s.")
            % {"others": work.others_than(record.team, by)}
        )
    _can_take_effect(made, record)
    advance(made, DisputeState.ANSWERED, confirmed_by=by, confirmed_at=clock.now())
    stands = _take_effect(made, record, made.found_by)
    duties.close(work.CONFIRM, record, by=user)
    _notify(user, made, record, stands)
    work.follow(record.shift, user)
    return stands


def open_dispute(record: HourRecord) -> HourDispute | None:
    """The dispute that waits for its answer."""
    return record.disputes.filter(confirmed_at=None).select_related("by", "found_by").first()


def _judged(user: User, record: HourRecord) -> tuple[HourDispute, Person]:
    """The open dispute of a disputed record, and who is about to judge it: neither the volunteer nor who objected."""
    by, made = work.another(user, record), record.disputes.select_related("found_by").get(confirmed_at=None)
    if by.pk == made.by_id:
        raise NotPossible(
            _("You objected yourself, so others decide. You can ask %(others)s.")
            % {"others": work.others_than(record.team, by)}
        )
    return made, by


def _can_take_effect(made: HourDispute, record: HourRecord) -> None:
    """Refuse a finding that could not be carried out."""
    if made.finding == Finding.STANDS:
        work.no_overlap(record)
    if made.finding != Finding.CORRECTED:
        return
    span = _span(made)
    if span is None:
        raise NotPossible(_("Give the right time, from and to."))
    if span == record.span:
        raise NotPossible(_("The time is the same as before: there is nothing to correct."))
    work.minutes_in(span, record.shift)
    work.no_overlap(record, span)


def _take_effect(made: HourDispute, record: HourRecord, finder: Person) -> HourRecord:
    if made.finding == Finding.REJECTED:
        work.end(record, HourState.REJECTED, finder, made.answer)
        return record
    if span := _span(made):
        # Two people have looked at it: the new version goes on notice as it is.
        return work.replace(
            record,
            span,
            by=finder,
            why=made.answer,
            state=HourState.VERIFIED,
            recorder=finder,
            verified_at=clock.now(),
        )
    if not work.counts_again(record, HourState(made.was)):
        raise NotPossible(
            _("Meanwhile another record of the same time was booked. Correct or strike out one of them.")
        )
    return record


def _span(made: HourDispute) -> Span | None:
    """The right time, of a finding that corrects."""
    return Span(made.starts_at, made.ends_at) if made.starts_at and made.ends_at else None


def _notify(user: User, made: HourDispute, record: HourRecord, stands: HourRecord) -> None:
    """Whoever objected, and the volunteer, read the answer. Others' records are not opened to who objected."""
    data = {"finding": made.finding, "records": 1, "before": record.minutes, "minutes": stands.minutes}
    said = {"finding": made.finding, "answer": made.answer}
    to, page = accounts_of(record.person_id), stands.get_absolute_url()
    announce(DISPUTE_ANSWERED, record, by=user, to=to, data=data, once_per=key(made), url=page, **said)
    if made.by_id != record.person_id and record.notice is not None:
        page = record.notice.url
        notify(DISPUTE_ANSWERED, record, accounts_of(made.by_id), once_per=key(made), url=page, **said)
