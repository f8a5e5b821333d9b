"""What time does to a summons: no answer is reminded, then goes to the subdistrict; judging ends."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from portal.actions.doors import whole
from portal.actions.events import announce
from portal.community.rules import rule
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.meetings.models import Summons
from portal.meetings.states.summons import JUDGED
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import events, links, mailing
from portal.meetings.summons.clocks import go
from portal.meetings.summons.services.calling import committee, officers


def waiting() -> QuerySet[Summons]:
    """Those that wait for an answer."""
    return Summons.objects.filter(state=S.SENT).order_by("pk")


def judged() -> QuerySet[Summons]:
    """Those that residents judge now."""
    return Summons.objects.filter(state__in=JUDGED).order_by("pk")


@transaction.atomic
def chase(pk: int) -> None:
    """Remind once when the days for the answer are over; after the days that follow pass it to the subdistrict."""
    summons = _locked(pk)
    if summons is None or summons.state != S.SENT or summons.sent_at is None:
        return
    here = summons.neighbourhood
    if summons.reminded_at is None:
        if clock.now() >= add_working_days(summons.sent_at, rule("summons.answer_working_days", here)).at:
            _remind(summons)
    elif clock.now() >= add_working_days(summons.reminded_at, rule("summons.escalate_working_days", here)).at:
        go(summons, S.UNANSWERED, by=None, unanswered_at=clock.now())
        announce(events.ESCALATED, summons, to=officers(summons))


@transaction.atomic
def end_judging(pk: int) -> None:
    """Judging is over; what is not solved waits for the word of the subdistrict first."""
    summons = _locked(pk)
    if summons is None or summons.state not in JUDGED or summons.concluded_at is None:
        return
    if summons.state == S.UNSOLVED and summons.settled_at is None:
        return
    since = summons.settled_at or summons.concluded_at
    if clock.now() < since + timedelta(days=rule("summons.rating_days", summons.neighbourhood)):
        return
    go(summons, S.RATED, by=None)
    announce(events.RATED, summons, data={"n": summons.judgements.count()})


def _remind(summons: Summons) -> None:
    summons.reminded_at = clock.now()
    summons.save(update_fields=["reminded_at"])
    mailing.mail(links.holding(summons), mailing.REMINDED)
    announce(events.REMINDED, summons, to=committee(summons))


def _locked(pk: int) -> Summons | None:
    return Summons.objects.select_for_update(of=whole(Summons), no_key=True).filter(pk=pk).first()
