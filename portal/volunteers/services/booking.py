"""What time does to hours: the list is owed, verified hours are posted, booked after the notice, shifts settled."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.models import Post
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import PublicNotice
from portal.kit import clock, wording
from portal.record.services import key
from portal.volunteers.models import HourDispute, HourRecord, Membership, Shift, TeamRole
from portal.volunteers.news import HOURS_BOOKED, HOURS_DISPUTED, HOURS_ON_NOTICE
from portal.volunteers.services import hour_records as work
from portal.volunteers.services import places
from portal.volunteers.states import HourState

PURPOSE = "hours"


def owe_lists() -> int:
    """Of every shift that is over somebody owes the list: the team's leader, else the committee. Returns how many."""
    over = Shift.objects.posted().filter(ends_at__lte=clock.now(), closed_at=None)
    return sum(_owe_list(shift) for shift in over.select_related("activity__team", "activity__neighbourhood"))


def post_verified() -> int:
    """One public notice for what was verified of each shift. Returns how many notices."""
    waiting = HourRecord.objects.filter(state=HourState.VERIFIED).order_by("shift")
    return sum(_post(pk) for pk in list(waiting.values_list("shift", flat=True).distinct()))


def book_due() -> int:
    """Book what was on notice long enough. Returns how many records; what overlaps then is disputed instead."""
    over = HourRecord.objects.filter(state=HourState.ON_NOTICE, notice__ends_at__lte=clock.now())
    return sum(_book(pk) for pk in list(over.order_by("shift").values_list("shift", flat=True).distinct()))


def settle_due() -> int:
    """Settle every shift whose list is closed and whose records are all decided. Returns how many."""
    waiting = HourRecord.objects.filter(shift=OuterRef("pk"), state__in=sorted(work.UNDECIDED))
    decided = Shift.objects.filter(~Exists(waiting), closed_at__isnull=False, settled_at=None)
    return decided.update(settled_at=clock.now())


def _owe_list(shift: Shift) -> bool:
    here = shift.activity.neighbourhood
    leaders = Membership.objects.active().filter(team=shift.activity.team_id, role=TeamRole.LEADER)
    leader = leaders.select_related("person").order_by("pk").first()
    duties.open_duty(
        work.CLOSE,
        shift,
        neighbourhood=here,
        title=work.title_of(shift),
        url=reverse("volunteers:hours_desk", args=[shift.pk]),
        due=add_working_days(shift.ends_at, int(rule("hours.verify_days", here))),
        person=leader.person if leader else None,
        post="" if leader else Post.WORKER,
    )
    return True


@transaction.atomic
def _post(shift_pk: int) -> int:
    shift = places.locked(shift_pk)
    verified = HourRecord.objects.select_for_update(of=("self",), no_key=True).filter(
        shift=shift, state=HourState.VERIFIED
    )
    records = list(verified.order_by("pk"))
    if not records:
        return 0
    notice = _announce(shift, records)
    HourRecord.objects.filter(pk__in=[record.pk for record in records]).update(
        state=HourState.ON_NOTICE, notice=notice
    )
    work.note(
        shift, "hours.posted", work.SYSTEM, {**work.counted(records), "ends_at": notice.ends_at.isoformat()}
    )
    work.tell(
        HOURS_ON_NOTICE,
        [record.person_id for record in records],
        shift,
        notice,
        reverse("volunteers:my_hours"),
        ends_at=notice.ends_at.isoformat(),
    )
    return 1


def _announce(shift: Shift, records: list[HourRecord]) -> PublicNotice:
    """The notice of rule hours.public_notice working days; its address shows its lines."""
    here, minutes = shift.activity.neighbourhood, sum(record.minutes for record in records)
    body = ngettext(
        "%(number)d volunteer, %(hours)s together. The lines are one page further, without full names. "
        "Whoever finds one wrong objects to that line there.",
        "%(number)d volunteers, %(hours)s together. The lines are one page further, without full names. "
        "Whoever finds one wrong objects to that line there.",
        len(records),
    )
    notice = duties.post_notice(
        key(shift),
        PURPOSE,
        neighbourhood=here,
        title=_("Volunteer hours: %(title)s") % {"title": work.title_of(shift)},
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
    due = HourRecord.objects.select_for_update(of=("self",), no_key=True).filter(
        shift=shift, state=HourState.ON_NOTICE, notice__ends_at__lte=clock.now()
    )
    booked = [record for record in due.order_by("person", "pk") if _booked(record)]
    if booked:
        work.note(shift, "hours.booked", work.SYSTEM, work.counted(booked))
    for notice in {record.notice_id for record in booked}:
        people = [record.person_id for record in booked if record.notice_id == notice]
        work.tell(HOURS_BOOKED, people, shift, PublicNotice(pk=notice), reverse("volunteers:my_hours"))
    work.follow(shift)
    return len(booked)


def _booked(record: HourRecord) -> bool:
    """Book one, in a savepoint of its own: the database refuses what overlaps, whoever booked that meanwhile."""
    record.state, record.booked_at = HourState.BOOKED, clock.now()
    try:
        with transaction.atomic():
            record.save(update_fields=["state", "booked_at"])
    except IntegrityError as error:
        if "hours_never_overlap" not in str(error):
            raise
        _dispute(record)
        return False
    return True


def _dispute(record: HourRecord) -> None:
    other = work.overlapping(record.person_id, record.span, but=record.pk, among=[HourState.BOOKED])
    record.state, record.booked_at = HourState.DISPUTED, None
    record.save(update_fields=["state", "booked_at"])
    dispute = HourDispute.objects.create(
        record=record,
        text=work.overlap_words(other) if other else _("It overlaps another record."),
        was=HourState.ON_NOTICE,
        at=clock.now(),
    )
    work.note(record.shift, "hours.disputed", work.SYSTEM, work.counted([record]))
    owe_answer(record)
    work.tell(
        HOURS_DISPUTED, [record.person_id], record.shift, dispute, work.page_of(record), text=dispute.text
    )


def owe_answer(record: HourRecord, but: tuple[int | None, ...] = ()) -> None:
    """A keeper, not the volunteer nor who objected, owes a finding within rule hours.dispute_days working days."""
    ower = work.keeper_for(record.team, [], but=(record.person_id, *but))
    work.open_duty(work.ANSWER, record, record.shift, ower, work.page_of(record), "hours.dispute_days")
