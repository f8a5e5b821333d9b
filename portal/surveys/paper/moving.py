"""Answers that were counted for the wrong home: moved where there are names, else the marks alone are put right.

Locks: the survey and the entry (through the doors), both units by their key, then the answers.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.record.services import key
from portal.surveys import indexing
from portal.surveys.course import frame
from portal.surveys.models import Disposition, FrameUnit, PaperDone, PaperEntry, Response, Survey
from portal.surveys.paper import papers
from portal.surveys.paper.events import MOVED, YOURS_AGAIN
from portal.surveys.paper.permissions import ENTRIES, PAPERS
from portal.surveys.paper.services import counted_response
from portal.surveys.paper.traces import trace, write
from portal.surveys.states import PaperState, ResponseState


@transaction.atomic
def move(user: User, entry_pk: Any, code: str, reason: str) -> PaperEntry:
    """By name: the answers of an entry belong to another unit; the one they were counted for is open again.

    Where the right one has handed in already, the first that came count: these are left out. `code`: of the letter, or
    the number of the list. Raises NotPossible without names, and where somebody went on with the answers online.
    """
    entry = ENTRIES.take(user, entry_pk, "move")
    PAPERS.require("enter", entry.survey)
    if not entry.survey.is_named or entry.unit is None:
        raise NotPossible(
            _("Without names nobody knows whose answers these are. Put the mark of the home right.")
        )
    wrong, right = _both(entry.unit, papers.unit_named(entry.survey, code))
    response = counted_response(entry)
    if response.submission is not None or response.changes is not None:
        raise NotPossible(_("The household went on with these answers itself: they are theirs now."))
    came_on = wrong.handed_in_on
    trace(user, entry, PaperDone.MOVED, reason, was=wrong, now=right)
    if right.handed_in_on is None:
        _require_free(right)
        _mark(right, came_on, wrong.entered_by)
        _hand_over(entry, response, right)
    else:
        _leave_out(user, entry, response, reason)
    _open_again(user, entry.survey, wrong)
    return entry


@transaction.atomic
def move_mark(user: User, survey_pk: int, wrong: str, right: str, reason: str) -> FrameUnit:
    """Without names: the mark "handed in" belongs to another unit; no answer is touched, as none is known. Returns it.

    Only marks of what staff entered, and by somebody else than who entered it: nobody could check it later. Where the
    right one is marked already, the wrong one is opened only if more are marked than answers came, which is so once
    the paper was taken out. Raises NotPossible else, and by name.
    """
    survey = PAPERS.take(user, survey_pk, "move_mark")
    if survey.is_named:
        raise NotPossible(_("By name the answers themselves are moved, on the page of their entry."))
    was, now = _both(papers.unit_named(survey, wrong), papers.unit_named(survey, right))
    _require_entered(was, user)
    if now.handed_in_on is None:
        _require_free(now)
        _mark(now, was.handed_in_on, was.entered_by)
    elif not _marked_too_many(survey):
        raise NotPossible(
            _(
                "The right home has handed in already. Take the wrong paper out first, and withdraw its new entry; "
                "then the mark can be taken away."
            )
        )
    write(user, survey, PaperDone.MARKED, reason, was=was, now=now)
    _open_again(user, survey, was)
    return now


def _both(wrong: FrameUnit, right: FrameUnit) -> tuple[FrameUnit, FrameUnit]:
    """Both, locked in the order of their keys. Raises NotPossible where they are one."""
    if wrong.pk == right.pk:
        raise NotPossible(_("This is the home they were counted for."))
    units = FrameUnit.objects.select_for_update(of=("self",), no_key=True).select_related(
        "survey__neighbourhood", "entered_by"
    )
    found = {unit.pk: unit for unit in units.filter(pk__in=[wrong.pk, right.pk]).order_by("pk")}
    return found[wrong.pk], found[right.pk]


def _require_free(unit: FrameUnit) -> None:
    if unit.papers.filter(papers.THERE).exists():
        raise NotPossible(_("Answers of theirs are being entered already."))


def _require_entered(unit: FrameUnit, user: User) -> None:
    if unit.handed_in_on is None or unit.entered_by is None:
        raise NotPossible(_("Nothing was entered for this home: its mark is not put right here."))
    if unit.entered_by == user:
        raise NotPossible(
            _("You entered it yourself: without names somebody else has to put the mark right.")
        )


def _marked_too_many(survey: Survey) -> bool:
    """Whether more units are marked than answers came, those among them that were taken out to be entered anew."""
    replaced = {"state": ResponseState.REMOVED, "removed_because": ""}
    came = survey.responses.exclude(state=ResponseState.DRAFT).exclude(**replaced).count()
    anew = survey.papers.filter(papers.PENDING, unit=None).count()
    return survey.units.exclude(handed_in_on=None).count() > came + anew


def _hand_over(entry: PaperEntry, response: Response, right: FrameUnit) -> None:
    response.unit = entry.unit = right
    response.save(update_fields=["unit"])
    entry.save(update_fields=["unit"])


def _leave_out(user: User, entry: PaperEntry, response: Response, reason: str) -> None:
    removed: dict[str, Any] = {"removed_reason": reason, "removed_by": user, "removed_at": clock.now()}
    advance(response, ResponseState.REMOVED, unit=None, **removed)
    indexing.drop(response)
    advance(entry, PaperState.WITHDRAWN, withdrawn_at=clock.now(), reason=reason, first={}, second=None)


def _mark(unit: FrameUnit, came_on: Any, entered_by: User | None) -> None:
    """It has handed in. What it had begun online is dropped, as when paper counts."""
    unit.responses.all().delete()
    unit.handed_in_on, unit.disposition, unit.entered_by = came_on, Disposition.NONE, entered_by
    unit.save(update_fields=["handed_in_on", "disposition", "entered_by"])


def _open_again(user: User, survey: Survey, unit: FrameUnit) -> None:
    """It is asked once more; who lives there is told while answers can be given online."""
    unit.handed_in_on = unit.entered_by = None
    unit.save(update_fields=["handed_in_on", "entered_by"])
    log(MOVED, survey, by=user)
    if survey.takes_answers and survey.closes_at:
        to = frame.accounts(FrameUnit.objects.filter(pk=unit.pk), survey)
        occasion = f"{key(survey)}:{unit.pk}:{clock.now().isoformat()}"
        notify(YOURS_AGAIN, survey, to, once_per=occasion, closes_at=survey.closes_at.isoformat())
    stir(survey.neighbourhood.slug)
