"""Questionnaires on paper, by telephone and at the counter: two people read each paper, one takes a call.

Locks: the survey (through the doors), the entry, then the unit and the answers (answering.services.take_in).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.surveys import indexing
from portal.surveys.definition import Definition, questions_of
from portal.surveys.models import Channel, FrameUnit, PaperDone, PaperEntry, Response, Survey
from portal.surveys.paper import papers
from portal.surveys.paper.permissions import ENTRIES, PAPERS
from portal.surveys.paper.traces import trace
from portal.surveys.states import PaperState, ResponseState

DUTY = "survey.papers"
Values = Mapping[str, Any]
LEAST_NUMBERS = 1000
TRIES_OF_NUMBER = 50


@transaction.atomic
def begin(user: User, survey_pk: int, code: str, version: str, received_on: date | None = None) -> PaperEntry:
    """Take up a paper: a new one, or where it was entered once already that entry, for its second reading.

    `code`: of the letter, or the running number of the list. `version`: from the foot of a page. A paper of somebody
    whose answers are in is noted as withdrawn: the first that came counts. Raises NotPossible for an unknown code,
    another version, and for who entered this paper.
    """
    survey = PAPERS.take(user, survey_pk, "enter")
    printed = papers.require_version(survey, version)
    unit = _locked(papers.unit_named(survey, code))
    if unit.handed_in_on is not None:
        return _second_of_unit(user, unit, printed)
    entry = unit.papers.filter(papers.THERE).first()
    if entry is None:
        received = received_on or clock.today()
        return _begun(survey, unit=unit, version=printed, received_on=received, user=user)
    if entry.is_spoken:
        raise NotPossible(_("These answers are just being given by telephone or at the counter."))
    if entry.state is PaperState.ENTERED and entry.first_by_id == user.pk:
        raise NotPossible(_("You entered this paper yourself: somebody else has to read it a second time."))
    return entry


@transaction.atomic
def take_call(user: User, survey_pk: int, code: str, channel: str = Channel.PHONE) -> PaperEntry:
    """Somebody answers by telephone or at the counter: one person types, and reads it out again before it counts.

    Raises NotPossible for an unknown code, for answers that are in, and while a paper of theirs is being entered.
    """
    survey = PAPERS.take(user, survey_pk, "take_call")
    unit = _locked(papers.unit_named(survey, code))
    if unit.handed_in_on is not None:
        raise NotPossible(_already())
    entry = unit.papers.filter(papers.THERE).first()
    if entry is None:
        return _begun(survey, unit=unit, version=papers.version_of(survey), channel=channel, user=user)
    if not entry.is_spoken or entry.first_by_id not in (None, user.pk):
        raise NotPossible(_("Answers of theirs are being entered already."))
    return entry


@transaction.atomic
def read(user: User, entry_pk: Any, values: Values) -> PaperEntry:
    """The first reading. Of paper nothing counts before a second person has read the same."""
    entry = ENTRIES.take(user, entry_pk, "read")
    advance(entry, PaperState.ENTERED, first=dict(values), first_by=user, first_at=clock.now())
    _remind(entry.survey, user)
    return entry


@transaction.atomic
def confirm(user: User, entry_pk: Any, values: Values) -> PaperEntry:
    """The second reading. Where both are the same it counts; else this person compares what differs.

    Raises NotPossible for whoever read it first.
    """
    entry = ENTRIES.take(user, entry_pk, "confirm")
    if entry.is_spoken:
        raise NotPossible(_("What was said is not read a second time: it is read out to whoever said it."))
    if entry.first_by_id == user.pk:
        raise NotPossible(_("You entered this paper yourself: somebody else has to read it a second time."))
    reading: dict[str, Any] = {"second": dict(values), "second_by": user, "second_at": clock.now()}
    if entry.first == reading["second"]:
        for name, value in reading.items():
            setattr(entry, name, value)
        return _count(entry, entry.first, user)
    advance(entry, PaperState.DIFFERS, **reading)
    return entry


@transaction.atomic
def compare(user: User, entry_pk: Any, chosen: Values) -> PaperEntry:
    """What is right where two readings differ, said by the second with the paper in hand. `chosen`: each such key.

    Raises NotPossible for others, and where something is left undecided.
    """
    entry = ENTRIES.take(user, entry_pk, "compare")
    if entry.second_by_id != user.pk:
        raise NotPossible(_("Whoever read it second compares, with the paper in hand."))
    differing = entry.differing
    if set(chosen) != set(differing):
        raise NotPossible(_("Please decide each field in which the readings differ."))
    right = {key: value for key, value in {**(entry.second or {}), **chosen}.items() if value is not None}
    return _count(entry, right, user)


@transaction.atomic
def count(user: User, entry_pk: Any) -> PaperEntry:
    """Answers that were said and read out again: they count. Raises NotPossible for paper."""
    entry = ENTRIES.take(user, entry_pk, "count")
    if not entry.is_spoken:
        raise NotPossible(_("A paper counts once a second person has read it."))
    return _count(entry, entry.first, user)


@transaction.atomic
def reopen(user: User, entry_pk: Any) -> PaperEntry:
    """Go back to the questions of a call, to put right what was heard wrongly. What was typed stays."""
    entry = ENTRIES.take(user, entry_pk, "reopen")
    if not entry.is_spoken:
        raise NotPossible(_("A paper counts once a second person has read it."))
    advance(entry, PaperState.BEGUN, first_at=None)
    return entry


@transaction.atomic
def withdraw(user: User, entry_pk: Any, reason: str) -> PaperEntry:
    """Take an entry out before it counts, with the reason. What was read of it is forgotten."""
    entry = ENTRIES.take(user, entry_pk, "withdraw")
    return _withdrawn(entry, reason, user)


@transaction.atomic
def correct(user: User, entry_pk: Any, values: Values, reason: str) -> PaperEntry:
    """By name: put the counted answers of a paper right. Raises NotPossible without names, see `redo`."""
    entry = ENTRIES.take(user, entry_pk, "correct")
    PAPERS.require("enter", entry.survey)
    if not entry.survey.is_named or entry.response is None:
        raise NotPossible(
            _("Without names counted answers are not changed. Take them out and enter them anew.")
        )
    response = counted_response(entry)
    definition = questions_of(entry.survey)
    response.values, response.edition = definition.kept(dict(values)), response.edition + 1
    response.saved_at = clock.now()
    response.save(update_fields=["values", "edition", "saved_at"])
    indexing.index(response, definition)
    entry.first, entry.reason = response.values, reason
    entry.save(update_fields=["first", "reason"])
    trace(user, entry, PaperDone.CORRECTED, reason)
    stir(entry.neighbourhood.slug)
    return entry


@transaction.atomic
def redo(user: User, entry_pk: Any, reason: str) -> PaperEntry:
    """Without names: take the counted answers of a paper out, and begin to enter the same paper anew.

    The new entry belongs to no unit: whose it is was forgotten, and its household stays marked. Raises NotPossible by
    name, see `correct`.
    """
    entry = ENTRIES.take(user, entry_pk, "redo")
    PAPERS.require("enter", entry.survey)
    if entry.survey.is_named or entry.response is None:
        raise NotPossible(_("By name the answers are put right where they are."))
    response = counted_response(entry)
    removed: dict[str, Any] = {"removed_reason": reason, "removed_by": user, "removed_at": clock.now()}
    advance(response, ResponseState.REMOVED, **removed)
    indexing.drop(response)
    advance(entry, PaperState.WITHDRAWN, withdrawn_at=clock.now(), reason=reason)
    trace(user, entry, PaperDone.TAKEN_OUT, reason)
    return _begun(
        entry.survey,
        unit=None,
        version=papers.version_of(entry.survey),
        channel=entry.channel,
        user=user,
    )


def _locked(unit: FrameUnit) -> FrameUnit:
    units = FrameUnit.objects.select_for_update(of=("self",), no_key=True)
    return units.select_related("survey__neighbourhood").get(pk=unit.pk)


def counted_response(entry: PaperEntry) -> Response:
    """The answers of an entry, locked. Raises NotPossible where they were taken out already."""
    found = Response.objects.select_for_update(of=("self",)).filter(paper=entry)
    response = found.filter(state=ResponseState.HANDED_IN).first()
    if response is None:
        raise NotPossible(_("These answers were taken out already."))
    return response


def _begun(survey: Survey, *, user: User, **made: Any) -> PaperEntry:
    number = _number(survey)
    # Who begins it is known, so that a call is not taken twice; who reads a paper first is written with the reading.
    entry = PaperEntry(survey=survey, number=number, **made)
    entry.first_by = user if entry.is_spoken else None
    entry.save(force_insert=True)
    _remind(survey, user)
    return entry


def _number(survey: Survey) -> int:
    """A number by lot that no paper of the survey has: an order of numbers would be an order of doors."""
    most = max(LEAST_NUMBERS, 10 * FrameUnit.objects.filter(survey=survey).count())
    for _try in range(TRIES_OF_NUMBER):
        number = secrets.randbelow(most) + 1
        if not PaperEntry.objects.filter(survey=survey, number=number).exists():
            return number
    raise NotPossible(_("No number was found for this paper. Please try again."))


def _second_of_unit(user: User, unit: FrameUnit, version: str) -> PaperEntry:
    """A paper that came although the answers are in: noted once, and nothing of it is read."""
    pending = unit.papers.filter(papers.PENDING).first()
    if pending is not None:
        return _withdrawn(pending, _already(), user)
    noted = unit.papers.filter(withdrawn_at__isnull=False, first_at=None, reason=_already()).first()
    if noted is not None:
        return noted
    return PaperEntry.objects.create(
        survey=unit.survey,
        unit=unit,
        number=_number(unit.survey),
        version=version,
        withdrawn_at=clock.now(),
        reason=_already(),
    )


def _already() -> str:
    return _("Their answers were handed in already. The first that came count, this paper does not.")


def _withdrawn(entry: PaperEntry, reason: str, user: User) -> PaperEntry:
    gone: dict[str, Any] = {"first": {}, "second": None}
    advance(entry, PaperState.WITHDRAWN, withdrawn_at=clock.now(), reason=reason[:200], **gone)
    trace(user, entry, PaperDone.WITHDRAWN, reason[:200])
    _remind(entry.survey, user)
    return entry


def _count(entry: PaperEntry, values: Values, user: User) -> PaperEntry:
    """Let a reading count. Whoever answered otherwise meanwhile has answered: then the paper is withdrawn."""
    unit = _locked(entry.unit) if entry.unit else None
    if unit is not None and unit.handed_in_on is not None:
        return _withdrawn(entry, _already(), user)
    response = _taken_in(entry, unit, values, user)
    if unit is not None:
        FrameUnit.objects.filter(pk=unit.pk).update(entered_by=user)
    entry = _settled(entry, response, values)
    _remind(entry.survey, user)
    stir(entry.neighbourhood.slug)
    return entry


def _taken_in(entry: PaperEntry, unit: FrameUnit | None, values: Values, user: User) -> Response:
    if unit is None:
        return _entered_anew(entry, questions_of(entry.survey), values)
    from portal.surveys.answering.services import take_in  # noqa: PLC0415 - it reads codes of this room

    try:
        return take_in(entry.survey, unit, values, Channel(entry.channel), by=user)
    except ValidationError as wrong:
        raise NotPossible(" ".join(wrong.messages)) from wrong


def _entered_anew(entry: PaperEntry, definition: Definition, values: Values) -> Response:
    """Answers that are counted a second time without names, instead of those that were taken out."""
    kept = definition.kept(dict(values))
    if not kept:
        raise NotPossible(_("There is not one answer yet."))
    response = Response.objects.create(
        survey=entry.survey,
        channel=entry.channel,
        state=ResponseState.HANDED_IN,
        values=kept,
        version=entry.survey.fingerprint,
        started_at=None,
        handed_in_on=clock.today(),
    )
    indexing.index(response, definition)
    return response


def _settled(entry: PaperEntry, response: Response, values: Values) -> PaperEntry:
    if entry.survey.is_named:
        advance(
            entry,
            PaperState.SETTLED,
            also=("second", "second_by", "second_at"),
            first=dict(values),
            settled_at=clock.now(),
            response=response,
        )
        return entry
    survey = entry.survey
    said = {"survey": survey, "channel": entry.channel, "version": entry.version, "number": _number(survey)}
    entry.delete()
    today = clock.today()
    return PaperEntry.objects.create(
        **said, received_on=today, settled_at=clock.at_time(today, 0), response=response
    )


def _remind(survey: Survey, user: User) -> None:
    """While paper waits, the committee owes its second reading by a day; the duty ends with the last one."""
    if papers.missing(survey):
        due = add_working_days(clock.now(), rule("surveys.paper_working_days", survey.neighbourhood))
        url = reverse("surveys:papers", args=[survey.pk])
        duties.open_duty(DUTY, survey, due=due, post=Post.WORKER, url=url)
    else:
        duties.close(DUTY, survey, by=user)
