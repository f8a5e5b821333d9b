"""After the end: answers that look odd are judged, the rest is counted; each step can be taken back with a reason."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.actions.events import Event, log
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys import indexing
from portal.surveys.course import events, promises, quality
from portal.surveys.course.permissions import RESPONSES, SURVEYS
from portal.surveys.course.services.running import clear_drafts
from portal.surveys.definition import definition_of
from portal.surveys.kept import require_kept
from portal.surveys.models import Because, Response, Survey
from portal.surveys.results.services import weigh
from portal.surveys.states import ResponseState, SurveyState


@transaction.atomic
def look(user: User, pk: int) -> int:
    """Look for answers that are odd; returns how many. Nothing is taken out by it."""
    survey = SURVEYS.take(user, pk, "look")
    odd = quality.flag(survey)
    survey.odd_at, survey.odd_of = clock.now(), _handed_in(survey)
    survey.save(update_fields=["odd_at", "odd_of"])
    return odd


@transaction.atomic
def remove(user: User, response_pk: object, because: str, reason: str) -> Response:
    """Leave an answer out of the count; what it says is kept. NotPossible once they were looked through."""
    response = RESPONSES.take(user, response_pk, "remove")
    _require_checking(response.survey)
    advance(
        response,
        ResponseState.REMOVED,
        removed_because=Because(because),
        removed_reason=reason,
        removed_by=user,
        removed_at=clock.now(),
    )
    indexing.drop(response)
    log(events.REMOVED, response.survey, by=user, data={"because": str(Because(because).label)})
    return response


@transaction.atomic
def put_back(user: User, response_pk: object, reason: str) -> Response:
    """Count an answer again that was left out. NotPossible once they were looked through."""
    response = RESPONSES.take(user, response_pk, "put_back")
    _require_checking(response.survey)
    advance(
        response,
        ResponseState.HANDED_IN,
        removed_because="",
        removed_reason="",
        removed_by=None,
        removed_at=None,
    )
    indexing.index(response, definition_of(response.survey))
    log(events.PUT_BACK, response.survey, by=user, data={"reason": reason})
    return response


@transaction.atomic
def clean(user: User, pk: int) -> Survey:
    """The answers were looked through: what counts now is published. What was begun and not handed in is deleted.

    NotPossible while questionnaires on paper wait for a second reader, or before odd answers were looked for.
    """
    survey = SURVEYS.take(user, pk, "clean")
    require_looked_through(survey)
    clear_drafts(survey)
    advance(survey, SurveyState.CLEANED)
    promises.follow(survey, user)
    log(events.CLEANED, survey, by=user, data=counted(survey))
    return survey


@transaction.atomic
def check_again(user: User, pk: int, reason: str) -> Survey:
    """Look through the answers again. What was deleted stays deleted."""
    return _back(user, pk, "check_again", SurveyState.CLOSED, events.CHECKED_AGAIN, reason)


@transaction.atomic
def analyse(user: User, pk: int) -> Survey:
    """Count it: the answers are weighted to who lives here, where that is known (portal.surveys.results)."""
    survey = SURVEYS.take(user, pk, "analyse")
    require_kept(survey)
    weigh(survey)
    advance(survey, SurveyState.ANALYSED)
    promises.follow(survey, user)
    log(events.ANALYSED, survey, by=user)
    return survey


@transaction.atomic
def count_again(user: User, pk: int, reason: str) -> Survey:
    """Count it anew before it is published."""
    return _back(user, pk, "count_again", SurveyState.CLEANED, events.COUNTED_AGAIN, reason)


@transaction.atomic
def archive(user: User, pk: int) -> Survey:
    """All demands are answered, or it asked for none, and it is over; everything stays to be read.

    NotPossible while its demands are still to be listed.
    """
    survey = SURVEYS.take(user, pk, "archive")
    require_answered(survey)
    advance(survey, SurveyState.ARCHIVED)
    promises.follow(survey, user)
    log(events.ARCHIVED, survey, by=user)
    return survey


def require_looked_through(survey: Survey) -> None:
    """Refuse while paper waits for a second reader, or before odd answers were looked for: NotPossible."""
    _require_settled(survey)
    if survey.odd_at is None:
        raise NotPossible(_("Please look for odd answers first."))
    if survey.odd_of != _handed_in(survey):
        raise NotPossible(_("Please look for odd answers first: some came since."))


def require_answered(survey: Survey) -> None:
    """Refuse while demands are still to be listed or answered: NotPossible."""
    if not survey.is_done:
        raise NotPossible(_("Its demands are to be listed and answered first."))


def counted(survey: Survey) -> dict[str, int]:
    """How many answers count, and how many were left out."""
    rows = survey.responses.exclude(state=ResponseState.DRAFT).order_by().values_list("state")
    found = dict(rows.annotate(n=Count("pk")))
    return {
        "valid": found.get(ResponseState.HANDED_IN.value, 0),
        "removed": found.get(ResponseState.REMOVED.value, 0),
    }


def _back(user: User, pk: int, verb: str, to: SurveyState, event: Event, reason: str) -> Survey:
    survey = SURVEYS.take(user, pk, verb)
    advance(survey, to)
    promises.follow(survey, user)
    log(event, survey, by=user, data={"reason": reason})
    return survey


def _handed_in(survey: Survey) -> int:
    return survey.responses.exclude(state=ResponseState.DRAFT).count()


def _require_checking(survey: Survey) -> None:
    if survey.state != SurveyState.CLOSED:
        raise NotPossible(_("The answers of this survey are not being looked through now."))


def _require_settled(survey: Survey) -> None:
    if waiting := survey.papers.filter(settled_at=None, withdrawn_at=None).count():
        raise NotPossible(
            ngettext(
                "%(n)s questionnaire on paper still waits to be settled.",
                "%(n)s questionnaires on paper still wait to be settled.",
                waiting,
            )
            % {"n": waiting}
        )
