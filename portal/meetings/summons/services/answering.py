"""What a department does with a summons: by its link, without an account, or by phone, noted by the committee."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.actions.doors import whole
from portal.actions.events import announce
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.minutes.deciding import done_by_body
from portal.meetings.models import Decision, DepartmentLink, Summons
from portal.meetings.services.transitions import iso
from portal.meetings.states.decision import DecisionState
from portal.meetings.states.summons import ANSWERABLE
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import events, links
from portal.meetings.summons.clocks import go
from portal.meetings.summons.permissions import SUMMONS
from portal.meetings.summons.services.calling import committee, officers, on


class Answer(StrEnum):
    """What a department can answer."""

    ACCEPT = "accept"
    PROPOSE = "propose"
    REFUSE = "refuse"


@transaction.atomic
def answer_by_link(
    token: str, *, answer: Answer | str, proposed_at: datetime | None = None, words: str = ""
) -> Summons:
    """The department comes, proposes another day, or refuses with its reason.

    Raises Http404 for no such link, NotPossible where it does not hold, it was answered, or something is missing.
    """
    summons = _come_in(token, ANSWERABLE)
    return _answer(summons, summons.department, None, answer, proposed_at, words)


@transaction.atomic
def note_answer(
    user: User, pk: int, *, answer: Answer | str, proposed_at: datetime | None = None, words: str = ""
) -> Summons:
    """The same, where the department rang or wrote: the committee notes it."""
    summons = SUMMONS.take(user, pk, "note_answer")
    return _answer(summons, user, user, answer, proposed_at, words)


@transaction.atomic
def report_by_link(token: str, *, report: str, done: Collection[int] = ()) -> Summons:
    """The department reports; `done` are the keys of those undertakings it has kept. Raises as `answer_by_link`."""
    summons = _come_in(token, frozenset({S.UNDERTAKEN}))
    return _report(summons, summons.department, None, report, done)


@transaction.atomic
def note_report(user: User, pk: int, *, report: str, done: Collection[int] = ()) -> Summons:
    """The same, where the report came on paper or by phone."""
    summons = SUMMONS.take(user, pk, "note_report")
    return _report(summons, user, user, report, done)


@transaction.atomic
def opened(link: DepartmentLink) -> None:
    """The department has opened its link for the first time: the committee can see that it was received."""
    DepartmentLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=clock.now())


def kept_promises(summons: Summons) -> list[Decision]:
    """What the department undertook and has not yet done."""
    return list(summons.decisions.filter(state=DecisionState.OWED))


def _come_in(token: str, states: Collection[S]) -> Summons:
    """The locked summons of a link that holds, in one of these states."""
    link = links.found(token)
    if link is None:
        raise Http404
    summons = Summons.objects.select_for_update(of=whole(Summons), no_key=True).get(pk=link.summons_id)
    link.refresh_from_db()
    link.summons = summons
    if not links.holds(link):
        raise NotPossible(_("This link does not hold any more. Please ask the residents’ committee."))
    if summons.state not in states:
        raise Summons.life.moved_on(summons)
    return summons


def _answer(
    summons: Summons,
    signed: User | str,
    by: User | None,
    answer: Answer | str,
    proposed_at: datetime | None,
    words: str,
) -> Summons:
    now = {"answered_at": clock.now(), "words": words}
    told = committee(summons)
    if answer == Answer.ACCEPT:
        if clock.passed(summons.wanted_at):
            raise NotPossible(_("That day is past. Please propose another one."))
        go(summons, S.ACCEPTED, by=by, starts_at=summons.wanted_at, **now)
        when = {"starts_at": iso(summons.starts_at)}
        announce(events.ACCEPTED, summons, by=signed, to=told, data={"on": on(summons.wanted_at)}, **when)
    elif answer == Answer.PROPOSE:
        if proposed_at is None or clock.passed(proposed_at):
            raise NotPossible(_("Please propose a day that is still to come."))
        _require_words(words)
        go(summons, S.RESCHEDULED, by=by, proposed_at=proposed_at, **now)
        data = {"on": on(proposed_at), "words": words}
        when = {"proposed_at": iso(proposed_at), "words": words}
        announce(events.PROPOSED, summons, by=signed, to=told, data=data, **when)
    else:
        _require_words(words)
        go(summons, S.REFUSED, by=by, **now)
        data = {"words": words}
        announce(events.REFUSED, summons, by=signed, to=[*told, *officers(summons)], data=data, **data)
    return summons


def _report(
    summons: Summons, signed: User | str, by: User | None, report: str, done: Collection[int]
) -> Summons:
    promises = {one.pk: one for one in kept_promises(summons)}
    if not set(done) <= set(promises):
        raise NotPossible(_("Somebody else noted something meanwhile. Please look at the page again."))
    for pk in done:
        name = signed if isinstance(signed, str) else summons.department
        done_by_body(promises[pk], name, _("Reported by the department."))
    go(summons, S.REPORTED, by=by, report=report)
    announce(events.REPORTED, summons, by=signed, to=committee(summons))
    return summons


def _require_words(words: str) -> None:
    if not words:
        raise NotPossible(_("Please give the reason: everybody can read it."))
