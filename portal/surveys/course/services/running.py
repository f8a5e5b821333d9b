"""While a survey runs: opened, paused, extended, closed, opened again, called off."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.kit.periodic import in_time
from portal.record.services import key
from portal.surveys.building.services import freeze
from portal.surveys.course import events, figures, frame, promises, selectors
from portal.surveys.course.audiences import all_unanswered
from portal.surveys.course.permissions import SURVEYS
from portal.surveys.models import Reach, Survey
from portal.surveys.states import RUNNING, ResponseState, SurveyState


def require_times(survey: Survey) -> None:
    """Refuse to open a survey whose last day is over, or was never set: NotPossible."""
    if survey.closes_at is None or clock.passed(survey.closes_at):
        raise NotPossible(_("It would close before it opens. Please go back to the draft and set the times."))


@transaction.atomic
def open_survey(user: User, pk: int) -> Survey:
    """Freeze the questions and draw whom it asks. From now on it is public; those asked are told once it takes answers.

    Raises NotPossible where its times or its sample do not fit, where nobody can be asked, and for a question that
    is not complete (portal.surveys.building).
    """
    survey = SURVEYS.take(user, pk, "open")
    require_times(survey)
    now = clock.now()
    freeze(survey)
    opens_at = max(survey.opens_at or now, now)
    advance(
        survey,
        SurveyState.OPEN,
        opened_at=now,
        opens_at=opens_at,
        told_at=now if opens_at == now else None,
        lot=token_hex(16),
        salt=token_hex(32),
    )
    asked = _draw(survey, user)
    promises.follow(survey, user)
    log(events.OPENED, survey, by=user, data={"asked": asked})
    if survey.told_at is not None:
        _ask(survey)
    return survey


def ask_due() -> int:
    """Tell those asked that a survey takes answers, once its time has come. Returns how many surveys."""
    waiting = Survey.objects.running().filter(told_at=None).values_list("pk", flat=True)
    return sum(_ask_by_date(pk) for pk in in_time(list(waiting)))


@transaction.atomic
def _ask_by_date(pk: int) -> bool:
    waiting = Survey.objects.running().filter(told_at=None).select_for_update(no_key=True)
    survey = waiting.filter(pk=pk).first()
    if survey is None:
        return False
    survey.told_at = clock.now()
    survey.save(update_fields=["told_at"])
    _ask(survey)
    return True


def _ask(survey: Survey) -> None:
    notify(
        events.OPENED,
        survey,
        all_unanswered(survey),
        once_per=f"{key(survey)}:opened",
        closes_at=survey.closes_at.isoformat() if survey.closes_at else "",
        minutes=selectors.minutes(survey),
    )


@transaction.atomic
def pause(user: User, pk: int, reason: str) -> Survey:
    """Nobody answers until it goes on; what was begun is kept. Its last day stays."""
    survey = SURVEYS.take(user, pk, "pause")
    advance(survey, SurveyState.PAUSED, reason=reason)
    announce(events.PAUSED, survey, by=user, data={"reason": reason})
    return survey


@transaction.atomic
def resume(user: User, pk: int) -> Survey:
    """It goes on. NotPossible after its last day: it is extended first."""
    survey = SURVEYS.take(user, pk, "resume")
    _require_ahead(survey.closes_at)
    advance(survey, SurveyState.OPEN, reason="")
    announce(events.RESUMED, survey, by=user)
    return survey


@transaction.atomic
def extend(user: User, pk: int, closes_at: datetime, reason: str) -> Survey:
    """Give more time, for everybody to read why; those who have not answered are told. NotPossible for less time."""
    survey = SURVEYS.take(user, pk, "extend")
    was = survey.closes_at or clock.now()
    if closes_at <= was:
        raise NotPossible(_("It can only be given more time. To end it sooner, close it."))
    survey.closes_at = closes_at
    survey.save(update_fields=["closes_at"])
    promises.moved_end(survey)
    data = {"was_on": wording.deadline(was), "now_on": wording.deadline(closes_at), "reason": reason}
    announce(
        events.EXTENDED,
        survey,
        by=user,
        to=all_unanswered(survey),
        data=data,
        closes_at=closes_at.isoformat(),
    )
    return survey


@transaction.atomic
def close(user: User, pk: int, reason: str) -> Survey:
    """End it before its day, for everybody to read why."""
    survey = SURVEYS.take(user, pk, "close")
    _end(survey, reason=reason)
    promises.moved_end(survey)
    announce(events.CLOSED_EARLY, survey, by=user, data={"reason": reason})
    return survey


def close_due() -> int:
    """Close the surveys whose last day has passed; found late, it counts from its own time. Returns how many."""
    due = Survey.objects.filter(state__in=RUNNING, closes_at__lte=clock.now()).values_list("pk", flat=True)
    return sum(_close_one(pk) for pk in in_time(list(due)))


@transaction.atomic
def reopen(user: User, pk: int, closes_at: datetime, reason: str) -> Survey:
    """Take the end of a survey back for some days. NotPossible when undo.survey_days are over, and before it opens."""
    survey = SURVEYS.take(user, pk, "reopen")
    if clock.passed(reopen_until(survey)):
        raise NotPossible(_("The time in which it could be opened again is over."))
    _require_ahead(closes_at)
    if survey.opens_at and closes_at <= survey.opens_at:
        raise NotPossible(before_opening(survey.opens_at))
    advance(survey, SurveyState.OPEN, closed_at=None, closes_at=closes_at, reason="", odd_at=None)
    promises.moved_end(survey)
    announce(
        events.REOPENED,
        survey,
        by=user,
        to=all_unanswered(survey),
        data={"reason": reason},
        closes_at=closes_at.isoformat(),
    )
    return survey


def before_opening(opens_at: datetime) -> str:
    """Why an end is refused that lies before the opening, in words."""
    return _("It opens on %(when)s only. Please choose a later end.") % {"when": wording.moment(opens_at)}


def reopen_until(survey: Survey) -> datetime:
    """Until when a survey that was closed can be opened again."""
    days = timedelta(days=rule("undo.survey_days", survey.neighbourhood))
    return (survey.closed_at or clock.now()) + days


@transaction.atomic
def cancel(user: User, pk: int, reason: str) -> Survey:
    """Call it off. What was answered, begun or entered from paper is deleted: its purpose is gone.

    Who was asked stays as a list of numbers with the "handed in" mark, so that the record can be checked.
    """
    survey = SURVEYS.take(user, pk, "cancel")
    told = all_unanswered(survey) if survey.opened_at else accounts_of(survey.created_by_id)
    survey.papers.all().delete()
    survey.responses.all().delete()
    duties.drop(survey, promises.APPROVE.kind)
    advance(survey, SurveyState.CANCELLED, reason=reason)
    promises.follow(survey, user)
    if survey.opened_at:
        announce(events.CANCELLED, survey, by=user, to=told, data={"reason": reason}, reason=reason)
    else:
        announce(events.DISCARDED, survey, by=user, to=told, reason=reason)
    return survey


def clear_drafts(survey: Survey) -> int:
    """Delete what was begun and never handed in, and note its units as begun; returns how many."""
    begun = survey.responses.filter(state=ResponseState.DRAFT)
    survey.units.filter(handed_in_on=None, disposition__in=["", "not_reached"], responses__in=begun).update(
        disposition="partial"
    )
    return begun.delete()[1].get("surveys.Response", 0)


@transaction.atomic
def _close_one(pk: int) -> bool:
    survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
    if survey.state not in RUNNING or survey.closes_at is None or survey.closes_at > clock.now():
        return False
    _end(survey)
    promises.follow(survey)
    rate = figures.response_rate(survey)
    announce(events.CLOSED, survey, by=SYSTEM, data={"handed_in": rate.complete, "asked": rate.base})
    return True


def _end(survey: Survey, reason: str = "") -> None:
    """It is over, from its own time on where that has come."""
    ended = min(clock.now(), survey.closes_at or clock.now())
    advance(survey, SurveyState.CLOSED, closed_at=ended, reason=reason)


def _draw(survey: Survey, user: User) -> int:
    """Make the units, with a trace from which a sample can be drawn again. NotPossible where nobody can be asked."""
    everybody = frame.size(survey) if survey.reach == Reach.SAMPLE else 0
    asked = frame.draw(survey)
    if not asked:
        raise NotPossible(_("Nobody can be asked: no flat, or no adult, is registered here."))
    if survey.reach == Reach.SAMPLE:
        data = {"size": asked, "all": everybody, "lot": survey.lot}
        announce(events.DRAWN, survey, by=user, data=data)
    return asked


def _require_ahead(moment: datetime | None) -> None:
    if moment is None or moment <= clock.now():
        raise NotPossible(_("This moment is past. Please choose a later one."))
