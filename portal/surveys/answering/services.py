"""Answering: begun once, saved question by question, handed in once. Locks are taken from the unit to the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import moment
from portal.surveys import indexing
from portal.surveys.answering.values import all_checked
from portal.surveys.course.frame import unit_for
from portal.surveys.definition import Definition, questions_of
from portal.surveys.models import Channel, Disposition, FrameUnit, Response, Survey
from portal.surveys.paper.codes import unit_of
from portal.surveys.permissions import MAKERS, roles_towards
from portal.surveys.states import RUNNING, ResponseState, SurveyState

# How exactly the time that answering took is kept without names, and what it ends at: nobody is told by it.
STEP_SECONDS, LONGEST_SECONDS = 30, 3600
# Paper and telephone are taken in until the answers are checked (domain.md 13.6).
TAKES_PAPER = RUNNING | {SurveyState.CLOSED}


class NotAsked(NotPossible):
    """This survey does not ask the household or the person."""


class TooLate(NotPossible):
    """The survey takes no answers now."""


class HandedInAlready(NotPossible):
    """The household's or the person's answers are in, and cannot be changed."""


class TakenOut(NotPossible):
    """The office took these answers out of the count."""


class BegunElsewhere(NotPossible):
    """Answers were begun on another device; without names only that device or the letter goes on with them."""


class AnotherAnswers(NotPossible):
    """By name, another member of the household has begun or handed in; nobody else reads or changes that."""


class Unanswered(NotPossible):
    """What has to be answered is not; `keys`: the questions."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(_("Some questions have to be answered before you can hand in."))
        self.keys = keys


@transaction.atomic
def begin(user: User, survey_pk: int, *, afresh: bool = False) -> Response:
    """The answers of the household or person of somebody signed in, begun now or gone on with.

    `afresh`: without names, drop what was begun on another device. Raises Http404, NotAsked, TooLate, HandedInAlready
    BegunElsewhere and AnotherAnswers.
    """
    survey = Survey.objects.visible_to(user).filter(pk=survey_pk).first()
    if survey is None:
        raise Http404(f"Survey {survey_pk}")
    unit = unit_for(user, survey)
    if unit is None:
        raise NotAsked(_("This survey does not ask you."))
    unit = _locked(unit.pk)
    found = _open_to(unit)
    if found is not None and survey.is_named and found.account_id != user.pk:
        raise AnotherAnswers(
            _(
                "Somebody of your household answers already. One answer a household counts; please speak with them."
            )
        )
    if found is not None and not survey.is_named:
        if not afresh:
            raise BegunElsewhere(
                _("Answers for your home were begun on another device, or here before signing out.")
            )
        found.delete()
        found = None
    return found or _new(unit, Channel.ONLINE, user)


@transaction.atomic
def begin_by_code(code: str, survey: Survey) -> Response:
    """The answers of the unit whose letter has this code. Raises NotAsked (another code), TooLate, HandedInAlready."""
    unit = unit_of(code)
    if unit is None or unit.survey_id != survey.pk:
        raise NotAsked(_("No letter of this survey has this code. Please compare it sign by sign."))
    unit = _locked(unit.pk)
    return _open_to(unit) or _new(unit, Channel.LETTER)


@transaction.atomic
def save(response: Response, values: Mapping[str, Any]) -> Response:
    """Merge the answers to some questions (nothing: taken back) into what is kept; others stay as they are.

    Of each question what its widget read, what JSON kept, or a function of the question that reads it.

    The last one to save a question is right, so two tabs undo nothing of one another. What became hidden stays until
    it is handed in. Raises ValidationError by key, TooLate, HandedInAlready.
    """
    found = (
        Response.objects.select_for_update(of=("self",), no_key=True)
        .select_related("survey__neighbourhood")
        .filter(pk=response.pk)
        .first()
    )
    if found is None:
        raise _gone()
    _require_open(found.survey)
    _require_counted(found)
    new = all_checked(questions_of(found.survey), values)
    now = clock.now()
    merged = {key: value for key, value in {**found.current, **new}.items() if value is not None}
    _keep(found, merged)
    found.edition, found.saved_at = found.edition + 1, now
    found.save(update_fields=["values", "changes", "edition", "saved_at"])
    return found


@transaction.atomic
def hand_in(response: Response, submission: UUID) -> Response:
    """Hand in: what was hidden is dropped, the unit is marked, the answers are counted once the survey has ended.

    Without names the answers are written anew under another key, without unit, account and moments. Sent again with the
    same `submission` by name it is answered alike; whatever else comes later raises HandedInAlready. Raises Unanswered,
    TooLate.
    """
    if response.unit_id is None:
        raise _gone()
    unit = _locked(response.unit_id)
    found = Response.objects.select_for_update(of=("self",)).filter(pk=response.pk, unit=unit).first()
    if found is None:
        raise _gone()
    if found.submission == submission and found.changes is None:
        return found
    _require_open(unit.survey)
    _require_counted(found)
    definition = questions_of(unit.survey)
    kept = _complete(definition, found.current)
    handed = _by_name(found, submission, kept) if unit.survey.is_named else _cut(unit, found, kept)
    _count(unit, handed, definition)
    return handed


@transaction.atomic
def take_in(
    survey: Survey, unit: FrameUnit, values: Mapping[str, Any], channel: Channel, *, by: User
) -> Response:
    """Answers that came on paper or by telephone, for the office: the same rules, until the survey is checked.

    What is missing on paper is missing: nobody can be asked any more, so nothing is demanded. What had been begun
    online is dropped. Raises PermissionDenied, ValidationError by key, TooLate, HandedInAlready.
    """
    if roles_towards(by, survey).isdisjoint(MAKERS):
        raise PermissionDenied("take_in")
    unit = _locked(unit.pk)
    if unit.survey_id != survey.pk:
        raise NotAsked(_("No letter of this survey has this code. Please compare it sign by sign."))
    if SurveyState(unit.survey.state) not in TAKES_PAPER:
        raise TooLate(_("The answers are checked already: no more can be taken in."))
    if unit.handed_in_on is not None:
        raise _gone()
    definition = questions_of(unit.survey)
    kept = definition.kept(all_checked(definition, values))
    if not kept:
        raise NotPossible(_("There is not one answer yet."))
    unit.responses.all().delete()
    kept_too = {"unit": unit, "handed_in_at": clock.now()} if unit.survey.is_named else {}
    handed = _written(unit.survey, channel, kept, None, **kept_too)
    _count(unit, handed, definition)
    return handed


def missing(definition: Definition, values: Mapping[str, Any]) -> list[str]:
    """The keys of the questions that are shown, have to be answered and are not."""
    shown = definition.shown(dict(values))
    return [one.key for one in definition.questions if one.required and shown.get(one.key, "") is None]


def why_closed(survey: Survey) -> TooLate:
    """Why a survey takes no answers now, in words."""
    if survey.state == SurveyState.PAUSED:
        return TooLate(_("The survey is paused. What you answered is kept; please come back later."))
    if survey.state == SurveyState.OPEN and survey.opens_at and clock.now() < survey.opens_at:
        opens = {"when": moment(survey.opens_at)}
        return TooLate(_("The survey is not open yet. You can answer from %(when)s on.") % opens)
    return TooLate(_("The survey has ended and takes no more answers on this page."))


def _locked(unit_pk: int) -> FrameUnit:
    units = FrameUnit.objects.select_for_update(of=("self",), no_key=True)
    return units.select_related("survey__neighbourhood").get(pk=unit_pk)


def _open_to(unit: FrameUnit) -> Response | None:
    """What a unit has begun, to go on with; by name also what it handed in, to change it."""
    _require_open(unit.survey)
    found = unit.responses.first()
    if found is None and unit.handed_in_on is not None:
        raise _gone()
    if found is not None:
        _require_counted(found)
    return found


def _new(unit: FrameUnit, channel: Channel, user: User | None = None) -> Response:
    named = unit.survey.is_named
    return Response.objects.create(
        survey=unit.survey,
        unit=unit,
        account=user if named else None,
        channel=channel,
        version=unit.survey.fingerprint,
    )


def _gone() -> HandedInAlready:
    return HandedInAlready(_("The answers were handed in already. They cannot be changed any more."))


def _require_open(survey: Survey) -> None:
    if not survey.takes_answers:
        raise why_closed(survey)


def _require_counted(found: Response) -> None:
    if found.state == ResponseState.REMOVED:
        raise TakenOut(_("These answers were taken out of the count; please ask the committee."))


def _keep(found: Response, merged: dict[str, Any]) -> None:
    """While it is a draft in its values; once it is handed in beside them, until it is handed in again."""
    if found.state == ResponseState.DRAFT:
        found.values = merged
    else:
        found.changes = merged


def _complete(definition: Definition, values: dict[str, Any]) -> dict[str, Any]:
    if lacking := missing(definition, values):
        raise Unanswered(lacking)
    kept = definition.kept(values)
    if not kept:
        raise NotPossible(_("There is not one answer yet."))
    return kept


def _by_name(found: Response, submission: UUID, kept: dict[str, Any]) -> Response:
    now = clock.now()
    new: dict[str, Any] = {"values": kept, "changes": None, "submission": submission, "handed_in_at": now}
    if found.state == ResponseState.DRAFT:
        advance(found, ResponseState.HANDED_IN, handed_in_on=clock.today(), seconds=_seconds(found), **new)
        return found
    for name, value in new.items():
        setattr(found, name, value)
    found.save(update_fields=list(new))
    return found


def _cut(unit: FrameUnit, found: Response, kept: dict[str, Any]) -> Response:
    """A row of its own under another key: nothing of the draft is left that leads to the unit, device or moment."""
    seconds = min(-(-_seconds(found) // STEP_SECONDS) * STEP_SECONDS, LONGEST_SECONDS)
    found.delete()
    return _written(unit.survey, Channel(found.channel), kept, seconds)


def _written(
    survey: Survey, channel: Channel, kept: dict[str, Any], seconds: int | None, **more: Any
) -> Response:
    # It begins handed in: what came before it was another row.
    return Response.objects.create(
        survey=survey,
        channel=channel,
        state=ResponseState.HANDED_IN,
        values=kept,
        version=survey.fingerprint,
        started_at=None,
        handed_in_on=clock.today(),
        seconds=seconds,
        **more,
    )


def _count(unit: FrameUnit, handed: Response, definition: Definition) -> None:
    unit.handed_in_on = unit.handed_in_on or clock.today()
    unit.disposition = Disposition.NONE
    unit.save(update_fields=["handed_in_on", "disposition"])
    indexing.index(handed, definition)


def _seconds(found: Response) -> int:
    return int((clock.now() - (found.started_at or clock.now())).total_seconds())
