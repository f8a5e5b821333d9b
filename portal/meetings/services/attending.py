"""Who is here in a round of a meeting of any kind."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import moment
from portal.meetings.models import Meeting, Participant


def require_day(meeting: Meeting) -> None:
    """Refuse to note anybody as present before the day of the meeting."""
    if meeting.starts_at and clock.today() < clock.day_of(meeting.starts_at):
        raise NotPossible(
            _("Attendance is noted on the day itself: %(when)s.") % {"when": moment(meeting.starts_at)}
        )


def mark_round(seat: Participant, number: int, *, here: bool) -> None:
    """Note on a seat, without saving it, whether somebody is here in a round."""
    others = {attended for attended in seat.rounds if attended != number}
    seat.rounds = sorted(others | {number} if here else others)
    seat.attended_at = (seat.attended_at or clock.now()) if seat.rounds else None
