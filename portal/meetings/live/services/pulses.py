"""Quick questions to the hall: no vote, one answer a person while one is open."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.live.boards import answers_of
from portal.meetings.live.floor import note, stir
from portal.meetings.live.permissions import FLOORS
from portal.meetings.models import Floor, Pulse, PulseAnswer


@transaction.atomic
def open_pulse(user: User, pk: int, *, question: str, options: Sequence[str]) -> Pulse:
    """Ask a quick question with two to six answers; one at a time."""
    floor = FLOORS.take(user, pk, "open_pulse")
    if _running(floor):
        raise NotPossible(_("Another quick question is still open. Close it first."))
    pulse = Pulse.objects.create(
        meeting_id=pk, question=question, options=list(options), round=floor.meeting.round
    )
    note(floor, "pulse_opened", question=question)
    return pulse


@transaction.atomic
def answer_pulse(user: User, pk: int, *, pulse: int, option: int) -> PulseAnswer:
    """Answer it, or change one's answer while it is open."""
    floor = FLOORS.take(user, pk, "answer_pulse")
    asked = _running(floor)
    if asked is None or asked.pk != pulse:
        raise NotPossible(_("This quick question is closed; answers are no longer counted."))
    if option >= len(asked.options):
        raise NotPossible(_("This answer is not one of those offered."))
    given = PulseAnswer(pulse=asked, person=person_of(user), option=option, at=clock.now())
    # One statement whether it is new or changed: 300 phones answer within seconds.
    PulseAnswer.objects.bulk_create(
        [given], update_conflicts=True, unique_fields=["pulse", "person"], update_fields=["option", "at"]
    )
    stir(floor, ("pulse",))
    return given


@transaction.atomic
def close_pulse(user: User, pk: int) -> Pulse:
    """Close the open one for good: its counts stay, who answered what does not."""
    floor = FLOORS.take(user, pk, "close_pulse")
    asked = _running(floor)
    if asked is None:
        raise NotPossible(_("No quick question is open."))
    return close(floor, asked)


def close(floor: Floor, asked: Pulse) -> Pulse:
    """Close a quick question on a locked floor."""
    asked.counts, asked.closed_at = answers_of(asked), clock.now()
    asked.save(update_fields=["counts", "closed_at"])
    asked.answers.all().delete()
    result = "，".join(f"{words} {count}" for words, count in zip(asked.options, asked.counts, strict=True))
    note(floor, "pulse_closed", question=asked.question, result=result)
    return asked


def close_running(floor: Floor) -> None:
    """Close whatever quick question is open on a locked floor."""
    if asked := _running(floor):
        close(floor, asked)


def _running(floor: Floor) -> Pulse | None:
    return Pulse.objects.filter(meeting_id=floor.pk, closed_at=None).first()
