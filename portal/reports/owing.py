"""Beginning the report of the month that ended: owed by the committee's worker until somebody begins it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Kind, Post, User
from portal.community.rules import rule
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.services import promises
from portal.duties.trends import Month, last_months
from portal.kit import clock
from portal.record.services import key
from portal.reports.models import MonthlyReport

BEGIN, DAYS = "report.begin", "figures.report_working_days"


def missing() -> list[Area]:
    """The neighbourhoods with a committee since before the last month ended, whose report of it nobody has begun."""
    month = _ended()
    held = Appointment.objects.filter(post=Post.DIRECTOR, area=OuterRef("pk"))
    last_day = month.after - timedelta(days=1)
    begun = MonthlyReport.objects.filter(neighbourhood=OuterRef("pk"), first=month.first)
    here = Area.objects.filter(Exists(held.on(clock.today())), Exists(held.on(last_day)), ~Exists(begun))
    return list(here.filter(kind=Kind.NEIGHBOURHOOD, retired_on=None).order_by("pk"))


def owe(here: Area) -> None:
    """Let the worker owe the beginning, by the day on which the report is due. Idempotent."""
    promises.open_duty(
        BEGIN,
        key(here),
        due=due_of(here, _ended()),
        post=Post.WORKER,
        neighbourhood=here,
        title=_("Monthly report"),
        url=reverse("reports:begin", args=[here.slug]),
    )


def begun(report: MonthlyReport, by: User) -> None:
    """Nobody owes the beginning any more, once it is that of the month that ended."""
    if report.month == _ended():
        promises.close(BEGIN, key(report.neighbourhood), by=by)


def due_of(here: Area, month: Month) -> Deadline:
    """So many working days after the month, or from now on where that is later."""
    return add_working_days(max(month.ends, clock.now()), rule(DAYS, here))


def _ended() -> Month:
    return last_months()[-2]
