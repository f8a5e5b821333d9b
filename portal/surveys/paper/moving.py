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

    Moved back in the same way. `code`: of the letter, or the number of the list. Raises NotPossible without names,
    where somebody went on with the answers online, and where the right one has answers of its own: two that were mixed
    up are swapped (`swap`), what came second is left out (`leave_out`).
    """
    entry, wrong, right = _taken(user, entry_pk, "move", code)
    response = _theirs_alone(entry)
    if right.handed_in_on is not None:
        raise NotPossible(
            _(
                "That home has answers of its own. If the two were mixed up, swap them; if that home answered twice, "
                "leave these out."
            )
        )
    _require_free(right)
    trace(user, entry, PaperDone.MOVED, reason, was=wrong, now=right)
    _mark(right, wrong.handed_in_on, wrong.entered_by)
    _hand_over(entry, response, right)
    _open_again(user, entry.survey, wrong)
    return entry


@transaction.atomic
def swap(user: User, entry_pk: Any, code: str, reason: str) -> PaperEntry:
    """By name: the answers of two units were mixed up, and change places. Done again it is as it was.

    Raises NotPossible as `move` does, and where the answers of the other one did not come on paper or by telephone:
    what a household handed in itself is its own.
    """
    entry, mine, theirs = _taken(user, entry_pk, "swap", code)
    other = theirs.papers.filter(papers.SETTLED).select_related("survey").first()
    if other is None:
        raise NotPossible(
            _(
                "No answers were entered for that home: there is nothing to swap. What it handed in itself is its own."
            )
        )
    one, two = _theirs_alone(entry), _theirs_alone(other)
    for which, was, now in ((entry, mine, theirs), (other, theirs, mine)):
        trace(user, which, PaperDone.MOVED, reason, was=was, now=now)
    marks = [(unit.handed_in_on, unit.entered_by) for unit in (mine, theirs)]
    # A unit has one answer and one entry: the first lets go before the other takes its place.
    _hand_over(entry, one, None)
    _hand_over(other, two, mine)
    _hand_over(entry, one, theirs)
    for unit, (came_on, by) in zip((theirs, mine), marks, strict=True):
        unit.handed_in_on, unit.entered_by = came_on, by
        unit.save(update_fields=["handed_in_on", "entered_by"])
    log(MOVED, entry.survey, by=user)
    stir(entry.neighbourhood.slug)
    return entry


@transaction.atomic
def leave_out(user: User, entry_pk: Any, code: str, reason: str) -> PaperEntry:
    """By name: the answers belong to a unit whose own came first and count; the one they counted for is open again.

    There is no way back: what was read is forgotten. Raises NotPossible as `move` does, and where the right one has not
    handed in.
    """
    entry, wrong, right = _taken(user, entry_pk, "leave_out", code)
    response = _theirs_alone(entry)
    if right.handed_in_on is None:
        raise NotPossible(_("That home has not answered: move the answers to it."))
    trace(user, entry, PaperDone.MOVED, reason, was=wrong, now=right)
    _leave_out(user, entry, response, reason)
    _open_again(user, entry.survey, wrong)
    return entry


@transaction.atomic
def move_mark(user: User, survey_pk: int, wrong: str, right: str, reason: str) -> FrameUnit:
    """Without names: the mark "handed in" belongs to another unit; no answer is touched, as none is known. Returns it.

    Moved back in the same way. Only marks of what staff entered, and by somebody else than who entered it: nobody could
    check it later. Raises NotPossible else, by name, and where the right one is marked already (see `drop_mark`).
    """
    survey, was, now = _marks(user, survey_pk, "move_mark", wrong, right)
    if now.handed_in_on is not None:
        raise NotPossible(
            _(
                "The right home has handed in already: two marks are not swapped, they say the same. Take this one "
                "away."
            )
        )
    _require_free(now)
    _mark(now, was.handed_in_on, was.entered_by)
    write(user, survey, PaperDone.MARKED, reason, was=was, now=now)
    _open_again(user, survey, was)
    return now


@transaction.atomic
def drop_mark(user: User, survey_pk: int, wrong: str, right: str, reason: str) -> FrameUnit:
    """Without names: a unit was marked for answers of another one whose own are in: its mark goes. Returns it.

    Only if more are marked than answers came, which is so once the paper was taken out; as `move_mark` else. There is
    no way back: the unit can answer at once, and is marked when it does.
    """
    survey, was, now = _marks(user, survey_pk, "drop_mark", wrong, right)
    if now.handed_in_on is None:
        raise NotPossible(_("That home has not handed in: move the mark to it."))
    if not _marked_too_many(survey):
        raise NotPossible(
            _(
                "The right home has handed in already. Take the wrong paper out first, and withdraw its new entry; "
                "then the mark can be taken away."
            )
        )
    write(user, survey, PaperDone.MARKED, reason, was=was, now=now)
    _open_again(user, survey, was)
    return was


def _taken(user: User, entry_pk: Any, verb: str, code: str) -> tuple[PaperEntry, FrameUnit, FrameUnit]:
    """An entry that counts by name, its unit and the one named, all locked."""
    entry = ENTRIES.take(user, entry_pk, verb)
    PAPERS.require("enter", entry.survey)
    if not entry.survey.is_named or entry.unit is None:
        raise NotPossible(
            _("Without names nobody knows whose answers these are. Put the mark of the home right.")
        )
    return entry, *_both(entry.unit, papers.unit_named(entry.survey, code))


def _theirs_alone(entry: PaperEntry) -> Response:
    """The answers of an entry, locked. Raises NotPossible where the household went on with them."""
    response = counted_response(entry)
    if response.submission is not None or response.changes is not None:
        raise NotPossible(_("The household went on with these answers itself: they are theirs now."))
    return response


def _marks(
    user: User, survey_pk: int, verb: str, wrong: str, right: str
) -> tuple[Survey, FrameUnit, FrameUnit]:
    """A survey without names, the unit marked by mistake and the right one, all locked."""
    survey = PAPERS.take(user, survey_pk, verb)
    if survey.is_named:
        raise NotPossible(_("By name the answers themselves are moved, on the page of their entry."))
    was, now = _both(papers.unit_named(survey, wrong), papers.unit_named(survey, right))
    _require_entered(was, user)
    return survey, was, now


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


def _hand_over(entry: PaperEntry, response: Response, to: FrameUnit | None) -> None:
    response.unit = entry.unit = to
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
