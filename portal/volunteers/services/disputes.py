"""Somebody says that an hour record is wrong: one recorder finds, a second person confirms, the writer is told."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.community.models import Person, User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers.models import Finding, HourDispute, HourRecord
from portal.volunteers.news import DISPUTE_ANSWERED, HOURS_DISPUTED
from portal.volunteers.permissions import record_for
from portal.volunteers.services import hour_records as work
from portal.volunteers.services.booking import owe_answer
from portal.volunteers.spans import Span
from portal.volunteers.states import HourState


@transaction.atomic
def dispute(user: User, pk: int, text: str) -> HourDispute:
    """Say what is wrong with a record on notice or booked: the volunteer, or anybody who lives or owns here.

    Until it is answered the record counts nowhere. Raises NotPossible for records in other states.
    """
    record = record_for(user, pk, "dispute", lock=True)
    by = work.person_behind(user)
    work.must_be(record, "dispute")
    was, record.state = record.state, HourState.DISPUTED
    record.save(update_fields=["state"])
    made = HourDispute.objects.create(record=record, by=by, text=text.strip(), was=was, at=clock.now())
    # Who objects is not in the public record: it would name the volunteer where that is the same person.
    work.note(record.shift, "hours.disputed", work.A_NEIGHBOUR, work.counted([record]))
    owe_answer(record, but=(by.pk,))
    if by.pk != record.person_id:
        page = work.page_of(record)
        work.tell(HOURS_DISPUTED, [record.person_id], record.shift, made, page, text=made.text)
    work.follow(record.shift)
    return made


@transaction.atomic
def find(
    user: User, dispute_pk: int, finding: Finding | str, answer: str, span: Span | None = None
) -> HourDispute:
    """A recorder's finding with the answer to whoever objected. It takes effect when a second person confirms it.

    `span` is the right time where the finding corrects. Raises NotPossible for the volunteer, for who objected,
    for a dispute in which somebody else has found, and where a record that stands would overlap another.
    """
    made, record = _locked(user, dispute_pk, "find")
    by = _judge(user, made, record)
    if made.found_by_id not in {None, by.pk}:
        raise NotPossible(
            _("Somebody else has already written a finding. Confirm it, or ask that person to change it.")
        )
    made.finding, made.answer = Finding(finding), answer.strip()
    made.starts_at, made.ends_at = (span.starts_at, span.ends_at) if span else (None, None)
    _can_take_effect(made, record)
    made.found_by, made.found_at = by, clock.now()
    made.save()
    duties.close(work.ANSWER, record, by=user)
    ower = work.keeper_for(record.team, [], but=(record.person_id, made.by_id, by.pk))
    work.open_duty(work.CONFIRM, record, record.shift, ower, work.page_of(record), "hours.dispute_days")
    return made


@transaction.atomic
def confirm(user: User, dispute_pk: int) -> HourRecord:
    """The second person agrees, and the finding takes effect. Returns the record that stands or was struck out.

    Raises NotPossible for the volunteer, who objected and who found; and before there is a finding.
    """
    made, record = _locked(user, dispute_pk, "confirm")
    by = _judge(user, made, record)
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
    made.confirmed_by, made.confirmed_at = by, clock.now()
    made.save(update_fields=["confirmed_by", "confirmed_at"])
    standing = _take_effect(made, record, made.found_by)
    duties.close(work.CONFIRM, record, by=user)
    data = {"finding": made.finding, "records": 1, "before": record.minutes, "minutes": standing.minutes}
    work.note(record.shift, "hours.dispute_answered", user, data)
    _tell(made, record, standing)
    work.follow(record.shift, user)
    return standing


def open_dispute(record: HourRecord) -> HourDispute | None:
    """The dispute that waits for its answer."""
    return record.disputes.filter(confirmed_at=None).select_related("by", "found_by").first()


def _locked(user: User, pk: int, verb: str) -> tuple[HourDispute, HourRecord]:
    found = HourDispute.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    record = record_for(user, found.record_id, "record", lock=True)
    # Read again behind the lock: somebody may have found or confirmed while we waited.
    found = HourDispute.objects.select_related("found_by").get(pk=pk)
    if found.confirmed_at is not None:
        raise NotPossible(_("This dispute was already answered."))
    work.must_be(record, verb)
    return found, record


def _judge(user: User, made: HourDispute, record: HourRecord) -> Person:
    by = work.another(user, record)
    if by.pk == made.by_id:
        raise NotPossible(
            _("You objected yourself, so others decide. You can ask %(others)s.")
            % {"others": work.others_than(record.team, by)}
        )
    return by


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
    if other := work.overlapping(record.person_id, span, but=record.pk):
        raise NotPossible(work.overlap_words(other))


def _take_effect(made: HourDispute, record: HourRecord, finder: Person) -> HourRecord:
    if made.finding == Finding.STANDS:
        return _stands(record, HourState(made.was))
    if made.finding == Finding.REJECTED:
        work.end(record, HourState.REJECTED, finder, made.answer)
        return record
    span = _span(made)
    assert span is not None  # noqa: S101 - _can_take_effect has seen it
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


def _stands(record: HourRecord, was: HourState) -> HourRecord:
    record.state = was
    try:
        with transaction.atomic():
            record.save(update_fields=["state"])
    except IntegrityError as error:
        if "hours_never_overlap" not in str(error):
            raise
        raise NotPossible(
            _("Meanwhile another record of the same time was booked. Correct or strike out one of them.")
        ) from error
    return record


def _span(made: HourDispute) -> Span | None:
    return Span(made.starts_at, made.ends_at) if made.starts_at and made.ends_at else None


def _tell(made: HourDispute, record: HourRecord, standing: HourRecord) -> None:
    """Whoever objected, and the volunteer, read the answer. Others' records are not opened to who objected."""
    words = {"finding": made.finding, "answer": made.answer}
    page = work.page_of(standing)
    work.tell(DISPUTE_ANSWERED, [record.person_id], record.shift, made, page, **words)
    if made.by_id not in {None, record.person_id} and record.notice is not None:
        work.tell(DISPUTE_ANSWERED, [made.by_id], record.shift, made, record.notice.url, **words)
