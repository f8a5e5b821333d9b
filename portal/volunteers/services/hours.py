"""Hours: from the list or a claim, verified by another, corrected as a new version, rejected, revoked.

Domain 13.7. What time does to a record (public notice, booking) is in `booking`, what neighbours say against one in
`disputes`. Every verb takes locks in one order: the shifts by number, their records by number, then certificates
and the public record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.actions.events import Event, announce
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Person, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.volunteers import events, spans
from portal.volunteers.models import Attendance, HourRecord, Shift, Signup, Source
from portal.volunteers.permissions import RECORDS, SHIFTS, TEAMS
from portal.volunteers.services import hour_records as work
from portal.volunteers.services.booking import book_due, owe_lists, post_verified, settle_due
from portal.volunteers.spans import Span
from portal.volunteers.states import LIVE, HourState, Phase, Stage

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
    "verify_ticked",
    "without_record",
]


@transaction.atomic
def close_list(user: User, shift_pk: int) -> list[HourRecord]:
    """Close the list of a shift that is over; whoever came and went gets a record of the time inside the shift.

    Nobody gets one whose check-out is missing, whose time is less than a step, or who has one already (see
    `without_record`). Where nobody came the shift is settled at once. Raises NotPossible before the end and
    for a list that is closed; PermissionDenied for others than those who keep hours.
    """
    shift, by = _held(SHIFTS.take(user, shift_pk, "close_list")), person_of(user)
    made = [record for came in _unrecorded(shift) if (record := _from_list(shift, came, by))]
    advance(shift, Phase.HOURS_ENTERED, closed_at=clock.now(), closed_by=user)
    duties.close(work.CLOSE, shift, by=user)
    announce(events.HOURS_ENTERED, shift, by=user, data=work.counted(made))
    work.follow(shift, user)
    return made


def without_record(shift: Shift) -> list[tuple[Attendance, str]]:
    """Who came but has no record, with the reason in words. For the desk of the shift, once its list is closed."""
    return [(came, _why_none(shift, came)) for came in _unrecorded(shift)]


@transaction.atomic
def claim(
    user: User, shift_pk: int, span: Span, remark: str = "", evidence: Sequence[UploadedFile[Any]] = ()
) -> HourRecord:
    """The own hours of a shift, for a recorder to verify. Until rule hours.claim_days after the shift.

    `evidence`: one photo or paper, or none. Raises NotPossible for a time that cannot be, a second record and a
    claim that comes too late.
    """
    shift, person = _held(SHIFTS.take(user, shift_pk, "claim")), person_of(user)
    _require_in_time(shift)
    record = work.make(
        shift,
        person,
        _minutes(span),
        by=person,
        source=Source.CLAIM,
        state=HourState.CLAIMED,
        signup=_signup(shift, person),
        remark=remark.strip(),
        evidence=next((uploads.accept(user, shift.neighbourhood, file) for file in evidence), None),
    )
    work.follow(shift)
    return record


@transaction.atomic
def enter(user: User, shift_pk: int, person: Person, span: Span, remark: str = "") -> HourRecord:
    """Hours of somebody else, by hand; another keeper verifies them. Raises NotPossible as `claim`, and for own."""
    shift, by = _held(SHIFTS.take(user, shift_pk, "enter")), person_of(user)
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
    announce(events.HOURS_ENTERED, shift, by=user, data=work.counted([record]))
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
    for team in {record.team_id for record in found}:
        TEAMS.get(user, team, "keep_hours")
    for record in found:
        _verify(user, record, several=len(found) > 1)
    for shift in {record.shift for record in found}:
        mine = [record for record in found if record.shift_id == shift.pk]
        announce(events.HOURS_VERIFIED, shift, by=user, data=work.counted(mine))
        work.follow(shift, user)
    return found


@transaction.atomic
def verify_ticked(user: User, shift_pk: int, pks: Iterable[int]) -> list[HourRecord]:
    """Verify records of one shift, as its list shows them. Raises as `verify`."""
    shift = SHIFTS.take(user, shift_pk, "verify_hours")
    return verify(user, HourRecord.objects.filter(shift=shift, pk__in=pks).values_list("pk", flat=True))


@transaction.atomic
def reject(user: User, pk: int, why: str) -> HourRecord:
    """Hours that were not served, before they are verified. The volunteer is told why."""
    record = RECORDS.take(user, pk, "reject")
    return _strike(record, user, HourState.REJECTED, events.HOURS_REJECTED, why)


@transaction.atomic
def correct(user: User, pk: int, span: Span, why: str) -> HourRecord:
    """Another time for a record that waits or is booked: a new version, verified by another person. Returns it.

    The old version is kept and counts no more; certificates that count it are voided. Raises NotPossible for own
    hours, between verifying and booking (there it is disputed), and for a time that cannot be.
    """
    record = RECORDS.take(user, pk, "correct")
    by = work.another(user, record)
    new = work.replace(record, _minutes(span), by=by, why=why, state=HourState.ENTERED)
    times = {"before": record.minutes, "minutes": new.minutes}
    _notify(events.HOURS_CORRECTED, record, user, why, {"records": 1, **times}, new)
    work.follow(record.shift, user)
    return new


@transaction.atomic
def revoke(user: User, pk: int, why: str) -> HourRecord:
    """Take a false record back that was booked: by the leader or the director, with a reason. Sums follow at once."""
    record = RECORDS.take(user, pk, "revoke")
    return _strike(record, user, HourState.REVOKED, events.HOURS_REVOKED, why)


def _strike(record: HourRecord, user: User, state: HourState, event: Event, why: str) -> HourRecord:
    """End a locked record of somebody else for good; the record and the volunteer are told."""
    work.end(record, state, work.another(user, record), why)
    _notify(event, record, user, why, work.counted([record]), record)
    work.follow(record.shift, user)
    return record


# --- the list ---


def _held(shift: Shift) -> Shift:
    """Hours are of activities that were posted, and not called off as a whole."""
    if shift.activity.stage is not Stage.POSTED:
        raise NotPossible(_("The activity was never posted, or called off: there are no hours of it."))
    return shift


def _require_in_time(shift: Shift) -> None:
    last = calendar_days(shift.ends_at, int(rule("hours.claim_days", shift.neighbourhood)))
    if clock.now() >= last.at:
        raise NotPossible(
            _(
                "Hours of this activity could be claimed until %(when)s. A recorder can still enter them for you."
            )
            % {"when": wording.deadline(last.at)}
        )


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
        RECORDS.require("verify", record)
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
    advance(record, HourState.VERIFIED, recorder=by, verified_at=clock.now())


def _notify(
    event: Event, record: HourRecord, user: User, why: str, data: dict[str, int], new: HourRecord
) -> None:
    """The public record reads how much, the volunteer why; the notice leads to the version that stands now."""
    announce(
        event,
        record,
        by=user,
        to=accounts_of(record.person_id),
        data=data,
        url=new.get_absolute_url(),
        reason=why.strip()[:300],
        before=record.minutes,
        after=new.minutes,
    )


def _minutes(span: Span) -> Span:
    return Span(spans.whole_minute(span.starts_at), spans.whole_minute(span.ends_at))


def _signup(shift: Shift, person: Person) -> Signup | None:
    return Signup.objects.accepted().filter(shift=shift, person=person).first()
