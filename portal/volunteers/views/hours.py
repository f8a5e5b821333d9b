"""The desks of those who keep hours: of one time, and of a team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.community.web import account, signed_in
from portal.kit import clock
from portal.kit.paging import paged
from portal.volunteers import sums
from portal.volunteers.actions.hours import SHIFT_ACTIONS
from portal.volunteers.forms.hours import YearForm
from portal.volunteers.models import HourRecord, Shift, Team
from portal.volunteers.permissions import PENDING, SHIFTS, TEAMS
from portal.volunteers.services import hour_records
from portal.volunteers.services import hours as services
from portal.volunteers.states import HELD, LIVE, HourState


@dataclass(frozen=True)
class Waiting:
    """A record that waits to be verified, as its desk shows it. `day_minutes`: of that day, where it is much."""

    record: HourRecord
    mine: bool
    typed: bool
    day_minutes: int

    @property
    def ready(self) -> bool:
        """Whether the reader may verify it."""
        return not self.mine and not self.typed


@require_safe
@signed_in
def hours_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of one shift: its list is closed, records are entered and verified."""
    shift, reader = SHIFTS.open(request, pk, "keep_hours"), person_of(account(request))
    found = HourRecord.objects.filter(shift=shift).select_related("person", "recorder", "shift__activity")
    records = list(found.order_by("person", "pk"))
    pending = [record for record in records if record.state in PENDING]
    came = shift.signups.filter(attendance__isnull=False)
    context = {
        "shift": shift,
        "team": shift.activity.team,
        "over": shift.phase in HELD,
        "offers": {
            offer.name: offer
            for offer in offers(request, SHIFTS, SHIFT_ACTIONS, shift, "volunteers:shift_act")
        },
        "waiting": _waiting(reader.pk, pending),
        "others": [record for record in records if record.state not in PENDING],
        "without": services.without_record(shift) if shift.closed_at else [],
        "came": came.count(),
        "no_end": came.filter(attendance__out_at=None).count(),
        "keepers": hour_records.others_than(shift.activity.team, reader),
        "soft": rule("hours.daily_soft", shift.neighbourhood),
        "minutes": sum(record.minutes for record in records if record.state in LIVE),
    }
    return render(request, "volunteers/hours_desk.html", context)


@require_safe
@signed_in
def team_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """All that waits for a team's keepers, and the team's year."""
    team = TEAMS.open(request, pk, "keep_hours")
    form = YearForm(sums.years_of(HourRecord.objects.filter(team=team)), request.GET or None)
    disputed = HourRecord.objects.filter(team=team, state=HourState.DISPUTED)
    context = {
        "team": team,
        "form": form,
        "year": form.chosen(),
        "sums": sums.of_team(team, form.chosen()),
        "page": paged(request, _members(team, form.chosen())),
        "to_close": paged(request, _to_close(team), param="to_close"),
        "to_verify": paged(request, _to_verify(team), param="to_verify"),
        "disputed": paged(request, disputed.select_related("person", "activity", "shift"), param="disputed"),
        "may_export": TEAMS.may(request.user, "export", team),
    }
    return render(request, "volunteers/team_hours.html", context)


def _waiting(reader: int, pending: list[HourRecord]) -> list[Waiting]:
    """Each record with whether the reader may verify it, and the day's minutes where they are above the soft limit."""
    if not pending:
        return []
    soft = int(rule("hours.daily_soft", pending[0].shift.neighbourhood))
    days = HourRecord.objects.filter(
        person__in={record.person_id for record in pending},
        day__in={record.day for record in pending},
        state__in=sorted(LIVE),
    )
    served = {
        (person, day): minutes
        for person, day, minutes in days.order_by().values_list("person", "day").annotate(Sum("minutes"))
    }
    return [
        Waiting(
            record,
            mine=record.person_id == reader,
            typed=not hour_records.can_verify(reader, record) and record.person_id != reader,
            day_minutes=much if (much := served.get((record.person_id, record.day), 0)) > soft else 0,
        )
        for record in pending
    ]


# --- the desk of a team ---


def _to_close(team: Team) -> QuerySet[Shift]:
    over = Shift.objects.posted().filter(activity__team=team, ends_at__lte=clock.now(), closed_at=None)
    return over.select_related("activity").order_by("ends_at", "pk")


def _to_verify(team: Team) -> QuerySet[Any]:
    waiting = Q(hours__state__in=sorted(PENDING))
    found = Shift.objects.filter(activity__team=team).annotate(
        waiting=Count("hours", filter=waiting), minutes=Sum("hours__minutes", filter=waiting)
    )
    return found.filter(waiting__gt=0).select_related("activity").order_by("ends_at", "pk")


def _members(team: Team, year: int) -> QuerySet[HourRecord, tuple[str, int]]:
    """Who served how long for the team in a year, for those who keep its hours."""
    counted = sums.in_year(HourRecord.objects.counted(), year).filter(team=team).order_by()
    rows = counted.values("person__real_name", "person").annotate(sum=Sum("minutes"))
    return rows.order_by("-sum", "person").values_list("person__real_name", "sum")
