"""Asking again: what became of each that did not answer, reminders, and those who came after the opening."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.actions.events import SYSTEM, log, notify
from portal.community.models import User
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.periodic import in_time
from portal.notifications.audiences import Audience
from portal.record.services import key
from portal.surveys.course import events, frame
from portal.surveys.course.audiences import of_reminded, unanswered, with_account
from portal.surveys.course.permissions import SURVEYS
from portal.surveys.models import Disposition, FrameUnit, Survey
from portal.surveys.states import RUNNING, SurveyState


@transaction.atomic
def mark(user: User, pk: int, units: Iterable[FrameUnit], disposition: str) -> int:
    """Note of several at once what became of asking them; returns how many. Those who handed in meanwhile stay out.

    With Disposition.NONE what was noted is taken back.

    Raises NotPossible where nobody was chosen who can be noted.
    """
    survey = SURVEYS.take(user, pk, "mark")
    chosen = survey.units.filter(pk__in=[unit.pk for unit in units], handed_in_on=None)
    noted = chosen.update(disposition=Disposition(disposition), disposition_by=user)
    if not noted:
        raise NotPossible(_("Please choose those it is about. Whoever has handed in is not noted."))
    return noted


@transaction.atomic
def remind(user: User, pk: int) -> int:
    """Remind the accounts of those who handed nothing in; returns how many units. NotPossible if nobody is left."""
    survey = SURVEYS.take(user, pk, "remind")
    if not (reminded := _remind(survey)):
        raise NotPossible(
            _("Nobody can be reminded now: all were, often enough or only some days ago, or have no account.")
        )
    return reminded


def remind_before_end() -> int:
    """Some days before the end remind those who can still be reminded; returns how many."""
    now = clock.now()
    running = Survey.objects.running().filter(closes_at__lte=now + timedelta(days=90))
    return sum(_last_reminder(survey.pk) for survey in in_time(running.select_related("neighbourhood")))


def to_remind(survey: Survey) -> QuerySet[FrameUnit]:
    """Those with an account who were reminded less than the most, and not in the last days."""
    here = survey.neighbourhood
    gap = timedelta(days=rule("surveys.reminder_gap_days", here))
    rested = Q(reminded_at=None) | Q(reminded_at__lte=clock.now() - gap)
    most = rule("surveys.most_reminders", here)
    return unanswered(survey).filter(rested, with_account(survey), reminders__lt=most)


@transaction.atomic
def add(user: User, pk: int) -> int:
    """Ask those, too, who came since the opening; returns how many. NotPossible where nobody came."""
    survey = SURVEYS.take(user, pk, "add")
    if not (added := _grow(survey, user)):
        raise NotPossible(_("Everybody who lives here is asked already, or a sample was drawn."))
    return added


def follow_register() -> None:
    """Flats and adults that came are asked, too; flats that are no more are noted as empty."""
    for pk in in_time(list(Survey.objects.filter(state__in=RUNNING).values_list("pk", flat=True))):
        _follow_one(pk)


@transaction.atomic
def _follow_one(pk: int) -> None:
    survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
    if survey.state in RUNNING:
        _grow(survey, SYSTEM)
        if gone := frame.shrink(survey):
            log(events.SHRANK, survey, data={"count": gone})


def _grow(survey: Survey, by: User | str) -> int:
    if added := len(frame.grow(survey)):
        log(events.GREW, survey, by=by, data={"count": added})
    return added


@transaction.atomic
def _last_reminder(pk: int) -> int:
    """Once: in the days before the end, those who were not reminded in these days."""
    survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
    days = timedelta(days=rule("surveys.last_reminder_days", survey.neighbourhood))
    if survey.state != SurveyState.OPEN or not survey.closes_at or survey.closes_at - days > clock.now():
        return 0
    return _remind(survey, since=survey.closes_at - days)


def _remind(survey: Survey, since: object = None) -> int:
    now, chosen = clock.now(), to_remind(survey)
    if since is not None:
        chosen = chosen.filter(Q(reminded_at=None) | Q(reminded_at__lt=since))
    units = list(chosen.values_list("pk", flat=True))
    for start in range(0, len(units), frame.BATCH):
        some = survey.units.filter(pk__in=units[start : start + frame.BATCH])
        some.update(reminders=F("reminders") + 1, reminded_at=now)
    if units:
        moment = now.isoformat()
        to = Audience("survey.reminded", (survey.pk, moment), of_reminded(survey.pk, moment).count())
        closes_at = survey.closes_at.isoformat() if survey.closes_at else ""
        notify(events.REMINDER, survey, to, once_per=f"{key(survey)}:{moment}", closes_at=closes_at)
    return len(units)


def reminded(count: int) -> str:
    """What is said after reminding."""
    return ngettext(
        "%(n)s that handed nothing in was reminded.", "%(n)s that handed nothing in were reminded.", count
    ) % {"n": count}
