"""The only writer of monthly reports: begun, written, handed in, given back, published, corrected."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties.calendar import add_working_days
from portal.duties.services import promises
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.reports import owing
from portal.reports.counting import count
from portal.reports.events import CORRECTED, PUBLISHED, RETURNED
from portal.reports.models import MonthlyReport
from portal.reports.owing import DAYS
from portal.reports.permissions import PLACES, REPORTS
from portal.reports.states import ReportState

WRITE, SIGN = "report.write", "report.publish"


@transaction.atomic
def begin(user: User, slug: str, first: date) -> MonthlyReport:
    """Begin the report of the month that starts on `first`; the worker owes it after the month. NotPossible: begun."""
    here = PLACES.take(user, slug, "begin")
    if MonthlyReport.objects.filter(neighbourhood=here, first=first).exists():
        raise NotPossible(_("The report of this month is begun already. Please look at the list."))
    if first > clock.today():
        raise NotPossible(_("This month has not begun."))
    report = MonthlyReport.objects.create(neighbourhood=here, first=first, begun_by=user)
    owing.begun(report, user)
    promises.open_duty(WRITE, report, due=owing.due_of(here, report.month), post=Post.WORKER)
    return report


@transaction.atomic
def write(user: User, pk: int, text: str) -> MonthlyReport:
    """Keep what the committee says of the month."""
    report = REPORTS.take(user, pk, "write")
    report.text = text.strip()
    report.save(update_fields=["text"])
    return report


@transaction.atomic
def hand_in(user: User, pk: int) -> MonthlyReport:
    """Hand it to the director, who owes the answer. Raises NotPossible before the month is over, or without a text."""
    report = REPORTS.take(user, pk, "hand_in")
    require_whole(report)
    advance(report, ReportState.HANDED_IN, handed_in_at=clock.now())
    promises.close(WRITE, report, by=user)
    due = add_working_days(clock.now(), rule(DAYS, report.neighbourhood))
    promises.open_duty(SIGN, report, due=due, post=Post.DIRECTOR)
    return report


@transaction.atomic
def give_back(user: User, pk: int, reason: str) -> MonthlyReport:
    """Give it back to who began it, with a reason; it is owed again."""
    report = REPORTS.take(user, pk, "return")
    advance(report, ReportState.DRAFT, handed_in_at=None, sent_back=reason)
    promises.drop(report, SIGN)
    due = add_working_days(clock.now(), rule(DAYS, report.neighbourhood))
    promises.open_duty(WRITE, report, due=due, post=Post.WORKER)
    announce(RETURNED, report, by=user, to=[report.begun_by], reason=reason, title=report.title)
    return report


@transaction.atomic
def publish(user: User, pk: int) -> MonthlyReport:
    """Sign it off: figures are counted and fixed, everybody reads it. Raises NotPossible before the month is over."""
    report = REPORTS.take(user, pk, "publish")
    require_whole(report)
    _bring_out(report, user)
    promises.close(SIGN, report, by=user)
    log(PUBLISHED, report, by=user, data={"short": fingerprint(report)[:12]})
    return report


@transaction.atomic
def correct(user: User, pk: int, *, text: str, reason: str) -> MonthlyReport:
    """Publish another edition, counted anew, in place of one; both stay readable. NotPossible: corrected already."""
    former = REPORTS.take(user, pk, "correct")
    if MonthlyReport.objects.filter(corrects=former).exists():
        raise NotPossible(_("This was corrected already. Please correct what stands in its place."))
    report = MonthlyReport(
        neighbourhood=former.neighbourhood,
        first=former.first,
        edition=former.edition + 1,
        text=text.strip(),
        begun_by=user,
        handed_in_at=clock.now(),
        corrects=former,
        reason=reason,
    )
    _bring_out(report, user)
    log(CORRECTED, report, by=user, data={"short": fingerprint(report)[:12], "reason": reason})
    return report


def fingerprint(report: MonthlyReport) -> str:
    """SHA-256 over text and figures as they were published."""
    said = json.dumps([report.text, report.figures], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def require_whole(report: MonthlyReport) -> None:
    """Refuse to hand in or to publish a report before its month is over, or without its text: NotPossible."""
    if not report.month.over:
        raise NotPossible(_("This month is not over yet. Its figures are whole on the first day after it."))
    if not report.text:
        raise NotPossible(_("Please write first what the committee says of the month."))


def _bring_out(report: MonthlyReport, user: User) -> None:
    report.figures = count(report.neighbourhood, report.month)
    report.published_at, report.published_by = clock.now(), user
    report.save()
    stir(report.neighbourhood.slug)
