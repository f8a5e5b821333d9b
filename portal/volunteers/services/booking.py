"""What time does to hours: the list is owed, verified hours are posted, booked after the notice, shifts settled."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.actions.events import Event, announce, each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import PublicNotice
from portal.kit import clock, wording
from portal.kit.periodic import counts_from
from portal.volunteers.events import HOURS_BOOKED, HOURS_ON_NOTICE, HOURS_POSTED
from portal.volunteers.models import HourQuerySet, HourRecord, Membership, Shift, TeamRole
from portal.volunteers.services import hour_records as work
from portal.volunteers.services import places
from portal.volunteers.services.disputes import object_to
from portal.volunteers.states import HourState

PURPOSE = "hours"


def owe_lists() -> int:
    """Of every shift that is over somebody owes the list: the team's leader, else the committee. Returns how many."""
    over = Shift.objects.posted().filter(ends_at__lte=clock.now(), closed_at=None)
    waiting = list(over.select_related("activity__team", "activity__neighbourhood"))
    for shift in waiting:
        leading = Membership.objects.active().filter(team=shift.activity.team_id, role=TeamRole.LEADER)
        leader = leading.select_related("person").order_by("pk").first()
        since = counts_from(shift.ends_at, clock.now())
        work.open_duty(work.CLOSE, shift, leader.person if leader else None, since=since)
    return len(waiting)


def post_verified() -> int:
    """One public notice for what was verified of each shift. Returns how many notices."""
    return sum(_post(pk) for pk in _shifts_of(HourRecord.objects.filter(state=HourState.VERIFIED)))


def book_due() -> int:
    """Book what was on notice long enough. Returns how many records; what overlaps then is disputed instead."""
    return sum(_book(pk) for pk in _shifts_of(_due()))


def settle_due() -> int:
    """Settle every shift whose list is closed and whose records are all decided. Returns how many."""
    waiting = HourRecord.objects.filter(shift=OuterRef("pk"), state__in=sorted(work.UNDECIDED))
    decided = Shift.objects.filter(~Exists(waiting), closed_at__isnull=False, settled_at=None)
    return sum(_settle(pk) for pk in list(decided.order_by("pk").values_list("pk", flat=True)))


def _shifts_of(records: HourQuerySet) -> list[int]:
    return list(records.order_by("shift_id").values_list("shift_id", flat=True).distinct())


def _due() -> HourQuerySet:
    return HourRecord.objects.filter(state=HourState.ON_NOTICE, notice__ends_at__lte=clock.now())


def _locked(records: HourQuerySet) -> HourQuerySet:
    """Records of a locked shift, in the order of their numbers."""
    return records.select_for_update(of=("self",), no_key=True).order_by("pk")


@transaction.atomic
def _post(shift_pk: int) -> int:
    shift = places.locked(shift_pk)
    records = list(_locked(HourRecord.objects.filter(shift=shift, state=HourState.VERIFIED)))
    if not records:
        return 0
    notice = _post_notice(shift, records)
    for record in records:
        advance(record, HourState.ON_NOTICE, notice=notice)
    ends_at = notice.ends_at.isoformat()
    announce(HOURS_POSTED, shift, data={**work.counted(records), "ends_at": ends_at})
    _tell(HOURS_ON_NOTICE, records, title=shift.dated_title, ends_at=ends_at)
    return 1


def _tell(event: Event, records: Iterable[HourRecord], **said: str) -> None:
    """Everybody of the own record alone, where it can be objected to; once, for its state moved under the lock."""
    for record in records:
        notify(event, record, accounts_of(record.person_id), once_per=each_time(record), **said)


def _post_notice(shift: Shift, records: list[HourRecord]) -> PublicNotice:
    """The notice of rule hours.public_notice working days; its address shows its lines."""
    here, minutes = shift.neighbourhood, sum(record.minutes for record in records)
    body = ngettext(
        "%(number)d volunteer, %(hours)s together. The lines are one page further, without full names. "
        "Whoever finds one wrong objects to that line there.",
        "%(number)d volunteers, %(hours)s together. The lines are one page further, without full names. "
        "Whoever finds one wrong objects to that line there.",
        len(records),
    )
    notice = duties.post_notice(
        shift,
        PURPOSE,
        neighbourhood=here,
        title=_("Volunteer hours: %(title)s") % {"title": shift.record_title},
        body=body % {"number": len(records), "hours": wording.hours(minutes)},
        url="",
        ends_at=add_working_days(clock.now(), int(rule("hours.public_notice", here))).at,
    )
    notice.url = reverse("volunteers:hours_notice", args=[notice.pk])
    notice.save(update_fields=["url"])
    return notice


@transaction.atomic
def _book(shift_pk: int) -> int:
    shift = places.locked(shift_pk)
    due = sorted(_locked(_due().filter(shift=shift)), key=lambda record: record.person_id)
    booked: list[HourRecord] = []
    overlapping: list[HourRecord] = []
    for record in due:
        stands = work.counts_again(record, HourState.BOOKED, booked_at=clock.now())
        (booked if stands else overlapping).append(record)
    # Only now: whoever has the public record's lock must not wait for a booking that waits for that lock.
    for record in overlapping:
        record.shift = shift
        object_to(record, _overlap(record))
    if booked:
        log(HOURS_BOOKED, shift, data=work.counted(booked))
        _tell(HOURS_BOOKED, booked, title=shift.dated_title)
    work.follow(shift)
    return len(booked)


def _overlap(record: HourRecord) -> str:
    other = work.overlapping(record.person_id, record.span, but=record.pk, among=[HourState.BOOKED])
    return work.overlap_words(other) if other else _("It overlaps another record.")


@transaction.atomic
def _settle(shift_pk: int) -> int:
    shift = places.locked(shift_pk)
    before = shift.settled_at
    work.follow(shift)
    return int(shift.settled_at != before)
