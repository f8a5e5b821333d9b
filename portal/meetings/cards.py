"""What lists, and the page of what was heard, show of hearings, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from portal.duties.kinds import title_of
from portal.duties.models import Duty
from portal.duties.next_step import COMMITTEE, NextStep, body_of
from portal.meetings.models import Hearing
from portal.meetings.selectors import hearings_about
from portal.meetings.states.hearing import HearingState
from portal.record.services import key

# A date that was announced says more than the end of the day on which it must be kept.
KEPT_BY_DATE = frozenset({"hearing.begin", "hearing.confirm_list"})

BEFORE_MEETING = frozenset({HearingState.ANNOUNCED, HearingState.REGISTRATION, HearingState.CONFIRMED})


@dataclass(frozen=True)
class HearingCard:
    """A hearing in a list: the hearing, what it waits for, and how many seats are left."""

    hearing: Hearing
    next: NextStep | None
    seats_left: int

    @property
    def takes_registrations(self) -> bool:
        """Whether a seat can be taken now."""
        return self.hearing.state == HearingState.REGISTRATION and self.seats_left > 0


def cards_about(subject: str) -> list[HearingCard]:
    """The hearings on a subject, the newest first: two queries, however many there are."""
    return cards(hearings_about(subject).order_by("-pk"))


def cards(hearings: QuerySet[Hearing]) -> list[HearingCard]:
    """The cards of these hearings, in their order."""
    found = list(hearings.annotate(taken=Count("registrations")))
    steps = next_of(found)
    return [_card(hearing, steps.get(hearing.pk)) for hearing in found]


def next_of(hearings: Iterable[Hearing]) -> dict[int, NextStep]:
    """Who owes the next step of each hearing, what, and by when; one query."""
    waiting = {key(hearing): hearing for hearing in hearings}
    standing = Duty.objects.active().filter(subject__in=waiting, person=None).order_by("-due_at")
    return {waiting[duty.subject].pk: _step(waiting[duty.subject], duty) for duty in standing}


def in_short(hearing: Hearing, duty: Duty | None) -> NextStep:
    """What a running hearing waits for, in the line of what is heard: before its day, the day itself.

    `duty` is the one that stands for the committee or the decision-maker, if any.
    """
    if hearing.state in BEFORE_MEETING and hearing.starts_at:
        return NextStep(COMMITTEE, _("hold the hearing"), hearing.starts_at)
    if duty is None:
        return NextStep(COMMITTEE, _("go on with the hearing"))
    answers = hearing.state == HearingState.ANSWER_DUE
    who = body_of(hearing.decision_maker if answers else duty.post)
    return NextStep(who, title_of(duty.kind), duty.due_at, duty.excused_until)


def _card(hearing: Hearing, step: NextStep | None) -> HearingCard:
    taken: int = getattr(hearing, "taken", 0)
    return HearingCard(hearing, step, max(hearing.seats - taken, 0))


def _step(hearing: Hearing, duty: Duty) -> NextStep:
    who = body_of(hearing.decision_maker) if duty.kind == "hearing.answer" else COMMITTEE
    by = hearing.starts_at if duty.kind in KEPT_BY_DATE and hearing.starts_at else duty.due_at
    return NextStep(who, title_of(duty.kind), by, duty.excused_until)
