"""Whether the hour of a meeting of any kind has come, and who is here in a round of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline, moment
from portal.meetings.models import Meeting, Participant


def require_day(meeting: Meeting) -> None:
    """Refuse to note anybody as present before the day of the meeting."""
    if meeting.starts_at and not meeting.day_has_come:
        raise NotPossible(
            _("Attendance is noted on the day itself: %(when)s.") % {"when": moment(meeting.starts_at)}
        )


def require_hour(meeting: Meeting) -> None:
    """Refuse to open a meeting, or to note how it began, before its public notice is over and its hour has come."""
    if meeting.notice and not meeting.notice.is_over:
        raise NotPossible(
            _("The public notice runs until %(until)s; the meeting cannot begin before.")
            % {"until": deadline(meeting.notice.ends_at)}
        )
    if meeting.starts_at and clock.now() < meeting.starts_at:
        raise NotPossible(
            _("It is set for %(when)s. Please do this then, so that nobody comes too late.")
            % {"when": moment(meeting.starts_at)}
        )


def require_past(day: date) -> None:
    """Refuse to note something as done on a day to come. Raises NotPossible."""
    if day > clock.today():
        raise NotPossible(_("That day has not come yet."))


def mark_round(seat: Participant, number: int, *, here: bool) -> None:
    """Note on a seat, without saving it, whether somebody is here in a round."""
    others = {attended for attended in seat.rounds if attended != number}
    seat.rounds = sorted(others | {number} if here else others)
    seat.attended_at = (seat.attended_at or clock.now()) if seat.rounds else None


def still_here(meeting: Meeting, seats: Iterable[Participant]) -> list[Participant]:
    """Of these seats those that are filled at this moment: noted in this round, and not gone since.

    The lists of the kinds and the events of the hall say it together: whoever leaves has attended the round, but
    has no voice in what is decided afterwards.
    """
    moves = meeting.attendances.filter(round=meeting.round).values_list("person", "participant", "came")
    last = {_whose(person, seat): came for person, seat, came in moves}
    noted = (seat for seat in seats if meeting.round in seat.rounds)
    return [seat for seat in noted if last.get(_whose(seat.person_id, seat.pk), True)]


def _whose(person: int | None, seat: int | None) -> str:
    # Who came by the code before having a seat is the same person afterwards.
    return f"p{person}" if person else f"s{seat}"
