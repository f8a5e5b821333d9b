"""Hours: from the list or a claim, verified by another, corrected as a new version, rejected, revoked.

Domain 13.7. What time does to a record (public notice, booking) is in `booking`, what neighbours say against one in
`disputes`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.models import Person, Upload, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.notifications.services import Kind
from portal.volunteers import spans
from portal.volunteers.models import Attendance, HourRecord, Shift, Signup, Source
from portal.volunteers.news import HOURS_CORRECTED, HOURS_REJECTED, HOURS_REVOKED
from portal.volunteers.permissions import need, record_for, shift_for
from portal.volunteers.services import hour_records as work
from portal.volunteers.services.booking import book_due, owe_lists, post_verified, settle_due
from portal.volunteers.spans import Span
from portal.volunteers.states import LIVE, HourState

__all__ = [
    "book_due",
    "claim",
    "close_list",
    "correct",
    "enter",
    "owe_lists",
    "post_verified",
    "reject",
    "revoke",
    "settle_due",
    "verify",
    "without_record",
]


@transaction.atomic
def close_list(user: User, shift_pk: int) -> list[HourRecord]:
    """Close the list of a shift that is over; whoever came and went gets a record of the time inside the shift.

    Nobody gets one whose check-out is missing, whose time is less than a step, or who has one already (see
    `without_record`). Where nobody came the shift is settled at once. Raises NotPossible before the end and
    for a list that is closed; PermissionDenied for others than those who keep hours.
    """
    shift = _over(shift_for(user, shift_pk, "record", lock=True))
    by = work.person_behind(user)
    if shift.closed_at is not None:
        raise NotPossible(
            _("The list was already closed, %(when)s.") % {"when": wording.moment(shift.closed_at)}
        )
    made = [record for came in _unrecorded(shift) if (record := _from_list(shift, came, by))]
    shift.closed_at, shift.closed_by = clock.now(), user
    shift.save(update_fields=["closed_at", "closed_by"])
    duties.close(work.CLOSE, shift, by=user)
    work.note(shift, "hours.entered", user, work.counted(made))
    work.follow(shift, user)
    return made


def without_record(shift: Shift) -> list[tuple[Attendance, str]]:
    """Who came but has no record, with the reason in words. For the desk of the shift, once its list is closed."""
    return [(came, _why_none(shift, came)) for came in _unrecorded(shift)]


@transaction.atomic
def claim(
    user: User, shift_pk: int, span: Span, remark: str = "", evidence: Upload | None = None
) -> HourRecord:
    """The own hours of a shift, for a recorder to verify. Until rule hours.claim_days after the shift.

    Raises NotPossible for a time that cannot be, a second record and a claim that comes too late.
    """
    shift = _over(shift_for(user, shift_pk, "sign_up", lock=True))
    person = work.person_behind(user)
    last = calendar_days(shift.ends_at, int(rule("hours.claim_days", shift.activity.neighbourhood)))
    if clock.now() >= last.at:
        raise NotPossible(
            _(
                "Hours of this activity could be claimed until %(when)s. A recorder can still enter them for you."
            )
            % {"when": wording.deadline(last.at)}
        )
    record = work.make(
        shift,
        person,
        _minutes(span),
        by=person,
        source=Source.CLAIM,
        state=HourState.CLAIMED,
        signup=_signup(shift, person),
        remark=remark.strip(),
        evidence=evidence,
    )
    work.follow(shift)
    return record


@transaction.atomic
def enter(user: User, shift_pk: int, person: Person, span: Span, remark: str = "") -> HourRecord:
    """Hours of somebody else, by hand; another keeper verifies them. Raises NotPossible as `claim`, and for own."""
    shift = _over(shift_for(user, shift_pk, "record", lock=True))
    by = work.person_behind(user)
    if person.pk == by.pk:
        raise NotPossible(
            _("Your own hours you claim on the page of the activity; somebody else verifies them.")
        )
    record = work.make(
        shift,
        person,
        _minutes(span),
        by=by,
        source=Source.LEDGER,
        state=HourState.ENTERED,
        signup=_signup(shift, person),
        remark=remark.strip(),
    )
    work.note(shift, "hours.entered", user, work.counted([record]))
    work.follow(shift, user)
    return record


@transaction.atomic
def verify(user: User, pks: Iterable[int]) -> list[HourRecord]:
    """A recorder says that the hours are right: all of them, or none where one cannot be verified.

    Raises NotPossible, naming the record, for own hours, for what the same person typed in without a list, for
    what was decided meanwhile, and where the volunteer's time overlaps another record.
    """
    wanted = sorted(set(pks))
    if not wanted:
        raise NotPossible(_("Choose at least one record."))
    found = _locked(wanted)
    if len(found) != len(wanted):
        raise Http404
    for team in {record.team for record in found}:
        need(user, "record", team)
    for record in found:
        _verify(user, record, several=len(found) > 1)
    for shift in {record.shift for record in found}:
        mine = [record for record in found if record.shift_id == shift.pk]
        work.note(shift, "hours.verified", user, work.counted(mine))
        work.follow(shift, user)
    return found


@transaction.atomic
def reject(user: User, pk: int, why: str) -> HourRecord:
    """Hours that were not served, before they are verified. The volunteer is told why."""
    return _strike(record_for(user, pk, "record", lock=True), user, "reject", HourState.REJECTED, why)


@transaction.atomic
def correct(user: User, pk: int, span: Span, why: str) -> HourRecord:
    """Another time for a record that waits or is booked: a new version, verified by another person. Returns it.

    The old version is kept and counts no more; certificates that count it are voided. Raises NotPossible for own
    hours, between verifying and booking (there it is disputed), and for a time that cannot be.
    """
    record = record_for(user, pk, "record", lock=True)
    by = work.another(user, record)
    work.must_be(record, "correct")
    new = work.replace(record, _minutes(span), by=by, why=why, state=HourState.ENTERED)
    work.note(
        record.shift,
        "hours.corrected",
        user,
        {"records": 1, "before": record.minutes, "minutes": new.minutes},
    )
    _tell(HOURS_CORRECTED, record, new, why)
    work.follow(record.shift, user)
    return new


@transaction.atomic
def revoke(user: User, pk: int, why: str) -> HourRecord:
    """Take a false record back that was booked: by the leader or the director, with a reason. Sums follow at once."""
    return _strike(record_for(user, pk, "revoke", lock=True), user, "revoke", HourState.REVOKED, why)


STRUCK = {HourState.REJECTED: HOURS_REJECTED, HourState.REVOKED: HOURS_REVOKED}


def _strike(record: HourRecord, user: User, verb: str, state: HourState, why: str) -> HourRecord:
    """End a locked record of somebody else for good; the record and the volunteer are told."""
    by = work.another(user, record)
    work.must_be(record, verb)
    work.end(record, state, by, why)
    work.note(record.shift, f"hours.{state.value}", user, work.counted([record]))
    _tell(STRUCK[state], record, record, why)
    work.follow(record.shift, user)
    return record


# --- the list ---


def _over(shift: Shift) -> Shift:
    """Hours are of shifts that were held."""
    if shift.cancelled_at is not None or shift.activity.cancelled_at is not None:
        raise NotPossible(_("This was called off: there are no hours of it."))
    if shift.activity.approved_at is None:
        raise NotPossible(_("The activity was never posted: there are no hours of it."))
    if clock.now() < shift.ends_at:
        raise NotPossible(
            _("Hours are entered once it is over, %(when)s.") % {"when": wording.moment(shift.ends_at)}
        )
    return shift


def _unrecorded(shift: Shift) -> QuerySet[Attendance]:
    """Who came and has no record that stands or may come to stand."""
    recorded = HourRecord.objects.filter(shift=shift, state__in=sorted(LIVE)).values("person")
    came = Attendance.objects.filter(signup__shift=shift).exclude(signup__person__in=recorded)
    return came.select_related("signup__person").order_by("in_at", "pk")


def _from_list(shift: Shift, came: Attendance, by: Person) -> HourRecord | None:
    span = _span_of(shift, came)
    if span is None or not spans.credited(span.length, work.step_in(shift)):
        return None
    return work.make(
        shift,
        came.signup.person,
        span,
        by=by,
        source=Source.ATTENDANCE,
        state=HourState.ENTERED,
        signup=came.signup,
    )


def _span_of(shift: Shift, came: Attendance) -> Span | None:
    """The time somebody was there, inside the shift; None without a check-out."""
    if came.out_at is None:
        return None
    return spans.within(_minutes(Span(came.in_at, came.out_at)), shift.span)


def _why_none(shift: Shift, came: Attendance) -> str:
    span, step = _span_of(shift, came), work.step_in(shift)
    if span is None:
        return _("no check-out: nobody knows until when. Enter the time by hand.")
    if spans.credited(span.length, step) == 0:
        return ngettext(
            "there for less than %(step)d minute: nothing to enter",
            "there for less than %(step)d minutes: nothing to enter",
            step,
        ) % {"step": step}
    return _("the record was rejected, or nobody has entered one")


# --- deciding ---


def _locked(pks: list[int]) -> list[HourRecord]:
    """Records for one change at a time: their shifts first, then they themselves, in the order of their numbers."""
    Shift.objects.filter(hours__in=pks).lock()
    found = HourRecord.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
    return list(found.select_related("person", "team__neighbourhood", "shift__activity__team__neighbourhood"))


def _verify(user: User, record: HourRecord, *, several: bool) -> None:
    try:
        by = work.another(user, record)
        work.must_be(record, "verify")
        if not work.can_verify(by.pk, record):
            raise NotPossible(
                _("You typed this in yourself, without a list. It is verified by %(others)s.")
                % {"others": work.others_than(record.team, by)}
            )
        work.no_overlap(record)
    except NotPossible as refusal:
        if not several:
            raise
        raise NotPossible(
            _("%(person)s: %(reason)s Nothing was verified.")
            % {"person": record.person.real_name, "reason": refusal}
        ) from refusal
    record.state, record.recorder, record.verified_at = HourState.VERIFIED, by, clock.now()
    record.save(update_fields=["state", "recorder", "verified_at"])


def _tell(kind: Kind, old: HourRecord, new: HourRecord, why: str) -> None:
    work.tell(
        kind,
        [old.person_id],
        old.shift,
        old,
        work.page_of(new),
        why=why.strip()[:300],
        before=old.minutes,
        after=new.minutes,
    )


def _minutes(span: Span) -> Span:
    return Span(spans.whole_minute(span.starts_at), spans.whole_minute(span.ends_at))


def _signup(shift: Shift, person: Person) -> Signup | None:
    return Signup.objects.accepted().filter(shift=shift, person=person).first()
