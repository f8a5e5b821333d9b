"""Forms that come again: the joint meeting each month, the assembly each year. The next one is owed by rule."""

from __future__ import annotations

from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.meetings.gatherings.forms_of import ROWS
from portal.meetings.models import Form, Gathering
from portal.meetings.states.gathering import AHEAD
from portal.record.services import key

DUTY = "gathering.next"


def begin(gathering: Gathering) -> None:
    """This one is over: the next of its form is to be planned within the rule's months, if it has such."""
    months = ROWS[Form(gathering.form)].rhythm
    waiting = Gathering.objects.filter(
        neighbourhood=gathering.neighbourhood, form=gathering.form, state__in=AHEAD
    )
    if not months or waiting.exclude(pk=gathering.pk).exists():
        return
    held = clock.day_of(gathering.starts_at) if gathering.starts_at else clock.today()
    day = clock.months_after(held, rule(months, gathering.neighbourhood))
    due = Deadline(clock.end_of(max(day, clock.today())), provisional=False)
    duties.open_duty(DUTY, gathering, due=due, post=Post.WORKER)


def kept(gathering: Gathering, *, by: User) -> None:
    """The next of its form is planned: nobody owes it any more."""
    if not ROWS[Form(gathering.form)].rhythm:
        return
    former = Gathering.objects.filter(neighbourhood=gathering.neighbourhood, form=gathering.form)
    for one in former.exclude(pk=gathering.pk).only("pk"):
        duties.close(DUTY, key(one), by=by)
