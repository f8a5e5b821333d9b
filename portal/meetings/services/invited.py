"""Seats of a meeting to come that hang on a post: the successor comes instead, or the seat is gone."""

from __future__ import annotations

from portal.actions.events import announce
from portal.community.leaving import Leaving
from portal.community.selectors import accounts_of
from portal.meetings.events import SEAT_LEFT, SEAT_TAKEN
from portal.meetings.models import Meeting, Participant
from portal.meetings.services.vacancies import locks, tell_committee

lock = locks(Meeting)


def pass_seats(leaving: Leaving, seats: list[Participant]) -> None:
    """Each seat goes to who takes over the post, where there is one who has none; otherwise the committee is told."""
    for seat in seats:
        meeting, to = seat.meeting.get_real_instance(), leaving.successor if leaving.post else None
        if to is not None and not meeting.participants.filter(person=to).exists():
            seat.person = to
            seat.save(update_fields=["person"])
            announce(SEAT_TAKEN, meeting, to=accounts_of(to.pk))
        else:
            seat.delete()
            tell_committee(SEAT_LEFT, meeting, leaving.person, leaving.by, n=meeting.participants.count())
