"""What lists, and the page of what was heard, show of meetings, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from portal.duties.models import Duty
from portal.duties.next_step import COMMITTEE, NextStep, body_of, step_of_duty
from portal.meetings.kinds import Kind, kind_of, public
from portal.meetings.models import Hearing, Meeting
from portal.meetings.states.hearing import HearingState
from portal.record.services import key

# A date that was announced says more than the end of the day on which it must be kept.
KEPT_BY_DATE = frozenset({"hearing.begin", "hearing.confirm_list"})

BEFORE_MEETING = frozenset({HearingState.ANNOUNCED, HearingState.REGISTRATION, HearingState.CONFIRMED})


@dataclass(frozen=True)
class MeetingCard:
    """A meeting in a list: what it waits for, and how many observers' seats are left where it has such."""

    meeting: Meeting
    next: NextStep | None = None
    seats_left: int = 0

    @property
    def kind(self) -> Kind:
        """What kind of meeting it is."""
        return kind_of(self.meeting)

    @property
    def takes_registrations(self) -> bool:
        """Whether a seat can be taken now."""
        return self.meeting.state == HearingState.REGISTRATION and self.seats_left > 0

    @property
    def off(self) -> bool:
        """Whether it was put off, or does not take place."""
        return self.meeting.state in ("cancelled", "postponed", "stopped", "refused", "declined")


def cards_about(subject: str) -> list[MeetingCard]:
    """The meetings on a subject that everybody may know of, the newest first; the same queries, however many."""
    return cards(public().filter(subject=subject).order_by("-pk"))


def cards(meetings: QuerySet[Meeting]) -> list[MeetingCard]:
    """The cards of these meetings, in their order."""
    found = list(meetings.annotate(taken=Count("hearing__registrations")))
    steps = next_of(found)
    return [_card(meeting, steps.get(meeting.pk)) for meeting in found]


def next_of(meetings: Iterable[Meeting]) -> dict[int, NextStep]:
    """Who owes the next step of each meeting, what, and by when; one query."""
    waiting = {key(meeting): meeting for meeting in meetings}
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
    return step_of_duty(duty, who)


def _card(meeting: Meeting, step: NextStep | None) -> MeetingCard:
    taken: int = getattr(meeting, "taken", 0)
    return MeetingCard(meeting, step, max(getattr(meeting, "seats", 0) - taken, 0))


def _step(meeting: Meeting, duty: Duty) -> NextStep:
    by = meeting.starts_at if duty.kind in KEPT_BY_DATE and meeting.starts_at else duty.due_at
    return NextStep(body_of(duty.post), duty.what, by, duty.excused_until, duty)
