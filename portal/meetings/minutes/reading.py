"""What a page shows of the minutes of a meeting and of what was decided, for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, roles_in
from portal.meetings import kinds
from portal.meetings.minutes.services import came
from portal.meetings.models import Mark, Meeting, Participant
from portal.voting.models import Channel


def readable(meeting: Meeting, user: Visitor) -> bool:
    """Whether somebody may read the minutes: all once they are closed, before it who took part and the committee.

    Those of a closed kind (a coordination meeting) only who may know of it at all.
    """
    kind = kinds.kind_of(meeting)
    if kind.closed and kind.visible:
        return kind.visible(user).filter(pk=meeting.pk).exists()
    if meeting.minutes_hash:
        return True
    person = getattr(user, "person_id", None)
    takes_part = person is not None and (
        meeting.chair_id == person or meeting.participants.filter(person=person).exists()
    )
    return takes_part or bool(roles_in(user, meeting.neighbourhood) & COMMITTEE)


def what_came_of(
    meeting: Meeting, user: Visitor, everybody: Iterable[Participant] | None = None
) -> dict[str, Any]:
    """The context of `meetings/minutes/_minutes.html`: the text if it may be read, who answered, what was decided."""
    members = _answering(meeting, everybody) if meeting.minutes else []
    return {
        "minutes_readable": bool(meeting.minutes) and readable(meeting, user),
        "answers": members,
        "answered": sum(1 for member in members if member.mark),
        "refused": sum(1 for member in members if member.mark == Mark.REFUSED),
        "on_paper": sum(1 for member in members if member.channel == Channel.PAPER),
        "silent": sum(1 for member in members if not member.mark) if meeting.minutes_hash else 0,
        "spoken": [member for member in members if member.statement or member.correction],
        "decisions": list(meeting.decisions.select_related("person")),
    }


def _answering(meeting: Meeting, everybody: Iterable[Participant] | None) -> list[Participant]:
    if everybody is None:
        return list(came(meeting))
    return [member for member in everybody if member.attended_at]
